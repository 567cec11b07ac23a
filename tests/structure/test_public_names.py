"""What users may rely on: the package's names and those of its main types. A change here changes the interface."""

from __future__ import annotations

import inspect

import symad

NAMES = [
    "AnswerError", "BudgetError", "Check", "Comparison", "Derivative", "DoubtfulError", "DoubtfulWarning", "Equality",
    "Expression", "ExpressionError", "Function", "Grades", "InteropError", "LimitError", "Limits", "NativeError",
    "Objective", "OutOfMemoryError", "ParseError", "ShapeError", "Study", "Survey", "SurveyError", "SymadError",
    "Tape", "TapeFormatError", "TraceError", "UnsupportedError", "__version__", "compare", "compile", "compose",
    "diff", "draw", "emit_c", "equal", "expand", "forward_gradient", "from_sympy", "function", "get_include",
    "get_lib", "grade", "gradient", "hessian", "hvp", "jacobian", "jvp", "lambdify", "load", "objective", "parse",
    "scan", "study", "survey", "symbolic_gradient", "to_sympy", "trace", "traceable", "vjp",
]  # fmt: skip
MEMBERS = {
    "Expression": {
        "compile", "counts", "fix", "from_bytes", "graph", "handle", "held", "labels", "n_nodes", "n_outputs",
        "notes", "output_names", "outputs", "page", "source", "span", "subs", "symbols", "to_bytes", "to_sympy",
        "variables",
    },
    "Tape": {
        "bind", "check", "describe", "engine", "expression", "fix", "fixed", "free", "gradient", "hessian",
        "hessian_structure", "hvp", "jacobian", "jacobian_structure", "jvp", "n_outputs", "native", "output_names",
        "save", "sweep", "tangent", "to_c", "ufunc", "value", "value_and_gradient", "variables", "vjp",
    },
}  # fmt: skip


def test_names_of_the_package() -> None:
    assert symad.__all__ == NAMES
    assert dir(symad) == NAMES


def test_members_of_the_main_types() -> None:
    for name, wanted in MEMBERS.items():
        assert {member for member in dir(getattr(symad, name)) if not member.startswith("_")} == wanted


def test_every_name_is_documented() -> None:
    for name in NAMES:
        if name != "__version__":
            assert (inspect.getdoc(getattr(symad, name)) or "").strip(), name


def test_options_are_keyword_only() -> None:
    """Beyond the object of a call everything has a name."""
    for name in ("parse", "from_sympy", "compile", "symbolic_gradient", "to_sympy"):
        parameters = list(inspect.signature(getattr(symad, name)).parameters.values())
        assert all(parameter.kind is parameter.KEYWORD_ONLY for parameter in parameters[1:]), name


def test_errors_are_children_of_one_and_of_the_matching_builtin() -> None:
    builtins = {
        "AnswerError": ValueError,
        "ParseError": ValueError, "LimitError": ValueError, "ShapeError": ValueError, "ExpressionError": ValueError,
        "TapeFormatError": ValueError,
        "UnsupportedError": NotImplementedError, "BudgetError": RuntimeError, "SurveyError": RuntimeError,
        "InteropError": ImportError, "OutOfMemoryError": MemoryError,
    }  # fmt: skip
    for name, builtin in builtins.items():
        assert issubclass(getattr(symad, name), (symad.SymadError,))
        assert issubclass(getattr(symad, name), builtin)
