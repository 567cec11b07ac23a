"""Derivatives by SymPy as Expressions, in a child process under a budget. Never loads SymPy in this process."""

from symad.symbolic.derivation import FORMS, RAW, Derivative, differentiate
from symad.symbolic.worker import Budget, SymbolicWorker, symbolic_gradient

__all__ = ["FORMS", "RAW", "Budget", "Derivative", "SymbolicWorker", "differentiate", "symbolic_gradient"]
