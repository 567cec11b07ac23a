"""symad: a formula parsed once and differentiated twice, symbolically and by a compiled tape, side by side.

>>> import symad
>>> print(symad.diff("x*sin(x)", at={"x": 2.0}))
df/dx = x*cos(x) + sin(x) = 0.07700375373139692

Formulas
    parse, Expression, Limits : text to a formula; expand : a family of formulas at one size; compose : formulas put
    into a formula; from_sympy, to_sympy : SymPy and back; draw : the graph as a picture; load : a formula from a file.
Derivatives
    diff, Derivative : as a person writes them; gradient, jacobian, hessian, forward_gradient, jvp, vjp, hvp : as
    programs; symbolic_gradient : as SymPy finds them.
Numbers
    compile, Tape : values and derivatives, quickly; lambdify : a function of several arguments; Check : how far numbers
    may be from the right ones; emit_c : C source; get_include, get_lib : the C library.
Arrays
    function, Function, trace, traceable, scan : functions of arrays; objective, Objective : sums over data.
Answers
    compare, Comparison : every way to a derivative, what it costs and how right it is; study, Study : the same for
    every size of a family; survey, Survey : for many formulas; equal, Equality : whether two formulas are the same;
    grade, Grades : whether a derivative is right.
Errors
    SymadError, the root of all; ParseError, LimitError, ExpressionError, ShapeError, UnsupportedError, TapeFormatError,
    AnswerError : what was given; BudgetError, OutOfMemoryError, NativeError, InteropError, SurveyError, TraceError :
    what went wrong on the way; DoubtfulError, DoubtfulWarning : a number that may be wrong.

``symad.testing`` checks anybody's gradients. `symad --help` shows the commands, `help(symad.diff)` one function with an
example.

Names are loaded when they are first used. No module bears the name of a public function: importing it would hide the
function.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symad.answers.derivative import Derivative as Derivative
    from symad.answers.derivative import diff as diff
    from symad.answers.equality.decision import Equality as Equality
    from symad.answers.equality.decision import equal as equal
    from symad.answers.equality.grading import Grades as Grades
    from symad.answers.equality.grading import grade as grade
    from symad.arrays.catalogue import traceable as traceable
    from symad.arrays.function import Function as Function
    from symad.arrays.function import function as function
    from symad.arrays.function import trace as trace
    from symad.arrays.objective import Objective as Objective
    from symad.arrays.objective import objective as objective
    from symad.arrays.scanning import scan as scan
    from symad.comparison.compared import Comparison as Comparison
    from symad.comparison.compared import compare as compare
    from symad.derive.derivatives import forward_gradient as forward_gradient
    from symad.derive.derivatives import gradient as gradient
    from symad.derive.derivatives import hessian as hessian
    from symad.derive.derivatives import hvp as hvp
    from symad.derive.derivatives import jacobian as jacobian
    from symad.derive.derivatives import jvp as jvp
    from symad.derive.derivatives import vjp as vjp
    from symad.emission import emit_c as emit_c
    from symad.errors import AnswerError as AnswerError
    from symad.errors import BudgetError as BudgetError
    from symad.errors import DoubtfulError as DoubtfulError
    from symad.errors import DoubtfulWarning as DoubtfulWarning
    from symad.errors import ExpressionError as ExpressionError
    from symad.errors import InteropError as InteropError
    from symad.errors import LimitError as LimitError
    from symad.errors import NativeError as NativeError
    from symad.errors import OutOfMemoryError as OutOfMemoryError
    from symad.errors import ParseError as ParseError
    from symad.errors import ShapeError as ShapeError
    from symad.errors import SurveyError as SurveyError
    from symad.errors import SymadError as SymadError
    from symad.errors import TapeFormatError as TapeFormatError
    from symad.errors import TraceError as TraceError
    from symad.errors import UnsupportedError as UnsupportedError
    from symad.formula.expression import Expression as Expression
    from symad.formula.families import expand as expand
    from symad.formula.given import compose as compose
    from symad.formula.given import to_sympy as to_sympy
    from symad.formula.parsing import Limits as Limits
    from symad.formula.parsing import parse as parse
    from symad.lecture.drawing import draw as draw
    from symad.studies.study import Study as Study
    from symad.studies.study import study as study
    from symad.surveys import Survey as Survey
    from symad.surveys import survey as survey
    from symad.symbolic import symbolic_gradient as symbolic_gradient
    from symad.symbolic.bridge import from_sympy as from_sympy
    from symad.system.installed import get_include as get_include
    from symad.system.installed import get_lib as get_lib
    from symad.tape.checking import Check as Check
    from symad.tape.compiling import compile as compile  # noqa: A004  # the name that users type
    from symad.tape.compiling import lambdify as lambdify
    from symad.tape.files import load as load
    from symad.tape.tape import Tape as Tape

_HOMES = {
    "answers.derivative": ("Derivative", "diff"),
    "answers.equality.decision": ("Equality", "equal"),
    "answers.equality.grading": ("Grades", "grade"),
    "arrays.catalogue": ("traceable",),
    "arrays.function": ("Function", "function", "trace"),
    "arrays.objective": ("Objective", "objective"),
    "arrays.scanning": ("scan",),
    "tape.checking": ("Check",),
    "comparison.compared": ("Comparison", "compare"),
    "tape.compiling": ("compile", "lambdify"),
    "derive.derivatives": ("forward_gradient", "gradient", "hessian", "hvp", "jacobian", "jvp", "vjp"),
    "lecture.drawing": ("draw",),
    "emission": ("emit_c",),
    "errors": (
        "AnswerError", "BudgetError", "DoubtfulError", "DoubtfulWarning", "ExpressionError", "InteropError",
        "LimitError", "NativeError", "OutOfMemoryError", "ParseError", "ShapeError", "SurveyError", "SymadError",
        "TapeFormatError", "TraceError",
        "UnsupportedError",
    ),
    "formula.expression": ("Expression",),
    "formula.families": ("expand",),
    "tape.files": ("load",),
    "formula.given": ("compose", "to_sympy"),
    "system.installed": ("get_include", "get_lib"),
    "formula.parsing": ("Limits", "parse"),
    "studies.study": ("Study", "study"),
    "surveys": ("Survey", "survey"),
    "symbolic": ("symbolic_gradient",),
    "symbolic.bridge": ("from_sympy",),
    "tape.tape": ("Tape",),
}  # fmt: skip
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}
__all__ = sorted([*_HOME_OF, "__version__"])


def __getattr__(name: str) -> object:
    if name == "__version__":
        from symad._core.tapes import version

        return version()
    if name == "testing":  # a module, as numpy.testing is one
        return import_module("symad.testing")
    if name not in _HOME_OF:
        raise AttributeError(f"module 'symad' has no attribute {name!r}", name=name, obj=sys.modules[__name__])
    return getattr(import_module(f"symad.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return __all__
