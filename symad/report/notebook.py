"""What notebooks show beside HTML: formulas as LaTeX, and every card as Markdown. Computes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad.answers.latex import name_latex, to_latex
from symad.answers.named import Program
from symad.errors import LimitError
from symad.formula.numbers import shortest
from symad.report import comparison as compared
from symad.report import study as studied
from symad.report.derivative import latex_lines
from symad.report.grid import Column, code, markdown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from symad.answers.derivative import Derivative
    from symad.comparison.result import Comparison
    from symad.formula.expression import Expression
    from symad.studies.study import Study
    from symad.tape.checking import Check
    from symad.tape.sweeps import Sweep
    from symad.tape.tape import Tape

LONG = 400  # characters of a formula that is shown as LaTeX
MOST_NODES = 200  # beyond, a formula without a source is not written out
MOST_ROWS = 12  # of a table on a card
_TEXT = 300  # characters of a formula shown as text


def formula_text(found: Expression) -> str:
    """The formula in one line, a long one cut."""
    if found.source is None and found.n_nodes > MOST_NODES:
        return f"{found.n_nodes:,} nodes"
    text = found.source if found.source is not None else str(found)
    line = "; ".join(part.strip() for part in text.splitlines() if part.strip())
    return line if len(line) <= _TEXT else f"{line[:_TEXT]}..."


def formula_latex(found: Expression) -> list[str]:
    """The formula in LaTeX, an equation for each name that its text binds; none where it is too long."""
    if found.n_nodes > MOST_NODES or len(found.source or "") > LONG:
        return []
    program = Program(found, found.variables)
    try:
        equations = [f"{name_latex(step.name)} = {to_latex(step.formula)}" for step in program.steps]
        results = [to_latex(output.formula) for output in program.outputs]
    except LimitError:
        return []
    if equations or len(results) > 1:
        results = [f"{name_latex(name)} = {text}" for name, text in zip(program.results, results, strict=True)]
    return [*equations, *results]


def aligned(equations: Sequence[str]) -> str:
    """Equations as one display, their first equals signs below each other."""
    if len(equations) == 1:
        return f"$\\displaystyle {equations[0]}$"
    lines = " \\\\\n".join(equation.replace(" = ", " &= ", 1) for equation in equations)
    return f"$$\\begin{{aligned}}\n{lines}\n\\end{{aligned}}$$"


def expression(found: Expression) -> str:
    """The formula as LaTeX, or as text; its variables."""
    equations = formula_latex(found)
    shown = aligned(equations) if equations else code(formula_text(found))
    return f"{shown}\n\nvariables: {_names(found.variables)}\n"


def tape(found: Tape) -> str:
    """What a tape evaluates."""
    return f"Tape of {code(formula_text(found.expression))}, variables: {_names(found.variables)}\n"


def derivative_latex(found: Derivative) -> str:
    """A line a variable; text where that is too long for LaTeX."""
    try:
        return aligned(latex_lines(found))
    except LimitError:
        return ""


def derivative(found: Derivative) -> str:
    """The same in Markdown."""
    note = f"\n\n{found.note}" if found.note else ""
    return f"{derivative_latex(found) or f'```text{chr(10)}{found}{chr(10)}```'}{note}\n"


def sweep_rows(found: Sweep) -> tuple[list[tuple[str, float, float]], int]:
    """Name, value and slope of variables, named steps and outputs, and how many more there are."""
    own = found.expression
    names = {**dict.fromkeys(own.outputs, "f"), **own.labels}
    nodes = sorted(names)
    rows = [(names[node], float(found.values[node]), float(found.slopes[node])) for node in nodes[:MOST_ROWS]]
    return rows, len(nodes) - len(rows)


def sweep(found: Sweep) -> str:
    """Values and slopes by name, and what the sweep met."""
    rows, more = sweep_rows(found)
    columns = [
        Column("name", [code(name) for name, _, _ in rows], right=False),
        Column("value", [shortest(value) for _, value, _ in rows]),
        Column("slope", [shortest(slope) for _, _, slope in rows]),
    ]
    return _table(f"Sweep of {code(formula_text(found.expression))}", columns, more, f"status: {found.status}")


def check_rows(found: Check) -> tuple[list[tuple[str, str, str]], int]:
    """Number, relative bound and what is said of the first numbers of the first point, and how many more there are."""
    numbers, bounds = found.numbers.reshape(-1), found.error_bound.reshape(-1)
    n_entries = found.numbers.shape[-1]
    rows = [
        (shortest(float(numbers[k])), f"{float(bounds[k]):.2g}", found.reason(k % n_entries, k // n_entries))
        for k in range(min(len(numbers), MOST_ROWS))
    ]
    return rows, len(numbers) - len(rows)


def check_line(found: Check) -> str:
    """How many numbers are doubtful."""
    n, total = int(found.doubtful.sum()), found.numbers.size
    return f"{n:,} of {total:,} numbers are doubtful" if n else f"none of {total:,} numbers is doubtful"


def check(found: Check) -> str:
    """Numbers, how far they may be from the right ones, and why some are doubtful."""
    rows, more = check_rows(found)
    columns = [
        Column("number", [number for number, _, _ in rows]),
        Column("relative bound", [bound for _, bound, _ in rows]),
        Column("", [said for _, _, said in rows], right=False),
    ]
    return _table(check_line(found), columns, more)


def comparison(found: Comparison) -> str:
    """The table of its methods, and the verdict."""
    return compared.to_markdown(found)


def study(found: Study) -> str:
    """Its tables by size, the laws of growth, and the verdict."""
    return studied.to_markdown(found)


def _table(title: str, columns: Sequence[Column], more: int, foot: str = "") -> str:
    left = f"{more:,} more" if more else ""
    return "\n\n".join(filter(None, [title, "\n".join(markdown(columns)), left, foot])) + "\n"


def _names(names: Sequence[str]) -> str:
    shown = ", ".join(code(name) for name in names[:MOST_ROWS]) or "none"
    return f"{shown}, ... ({len(names):,})" if len(names) > MOST_ROWS else shown
