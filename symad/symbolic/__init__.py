"""Derivatives by SymPy as Expressions, in a child process under a budget. Never loads SymPy in this process."""

from symad.symbolic.derivation import FORMS, RAW, Derivative, differentiate
from symad.symbolic.spelling import Steps
from symad.symbolic.worker import Budget, Spelled, SymbolicWorker, symbolic_gradient

__all__ = [
    "FORMS",
    "RAW",
    "Budget",
    "Derivative",
    "Spelled",
    "Steps",
    "SymbolicWorker",
    "differentiate",
    "symbolic_gradient",
]
