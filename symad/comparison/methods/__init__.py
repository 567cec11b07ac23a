"""The ways to a derivative: how each one is obtained, evaluated at points and timed. Judges nothing.

All derivatives are Expressions run by the one evaluator, except the textbook sweep, which needs no derivative, the
differences, which call the function's own evaluator, and the complex step, for which that has no numbers.
"""

from symad.comparison.methods.by_rows import adjoint, build, chosen, usual
from symad.comparison.methods.by_sympy import FORMS as BY_SYMPY
from symad.comparison.methods.evaluating import (
    BLOCK,
    block_of,
    engine,
    jobs,
    lowered,
    memory,
    native_jobs,
    status,
    value,
)
from symad.comparison.methods.method import DEFAULT, METHODS, SWEEP, Route

__all__ = [
    "BLOCK",
    "BY_SYMPY",
    "DEFAULT",
    "METHODS",
    "SWEEP",
    "Route",
    "adjoint",
    "block_of",
    "build",
    "chosen",
    "engine",
    "jobs",
    "lowered",
    "memory",
    "native_jobs",
    "status",
    "usual",
    "value",
]
