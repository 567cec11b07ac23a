"""A formula and its derivatives as one C99 file: the public step. Puts the pieces together; computes nothing."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from symad._core import tapes
from symad.emission import patterns
from symad.emission.functions import functions, parameters, scalar_function
from symad.emission.lanes import (
    SCATTER,
    TYPES,
    LaneFunctions,
    batch_function,
    batch_prototype,
    fast_conditions,
    kernels_for_lanes,
    vectors_at_a_time,
)
from symad.emission.library import Library
from symad.emission.naming import function_name, left_to_the_library
from symad.emission.selftest import selftest
from symad.emission.statements import PLACES, kernels_of, longest_list
from symad.emission.together import sets
from symad.formula.choosing import columns
from symad.formula.given import expression_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import ArrayLike

    from symad.emission.functions import Function
    from symad.emission.library import Closure
    from symad.formula.expression import Expression
    from symad.formula.given import Formula

FLAGS = "-O2 -ffp-contract=off -fno-math-errno -fno-trapping-math"
_WIDTH = 110
_FORMULA_LINES = 40
_APART = """\
#if defined(__GNUC__)
#define SYMAD_APART __attribute__((noinline)) /* inlined parts would be one long function again */
#else
#define SYMAD_APART
#endif"""
_CPLUSPLUS = """\
#ifdef __cplusplus
#define SYMAD_OF(type) type
#define SYMAD_ZERO {}
#else
#define SYMAD_OF(type) (type)
#define SYMAD_ZERO {0}
#endif"""


_BATCH_NOTE = (
    "For many points: number j of point i is array[i * array_row + j * array_column], strides in doubles. work holds "
    "f_batch_work() doubles. -march=native lets the compiler use wide vectors; the bits stay the same. Fastest where a "
    "row stride is 1."
)


def emit_c(
    formula: Formula,
    *,
    outputs: Sequence[str] | None = None,
    name: str = "f",
    batch: bool = False,
    sparse: bool = False,
    fixed: Mapping[str, float] | None = None,
    points: ArrayLike | None = None,
) -> str:
    """A formula and its derivatives as the text of one C99 file without dependencies.

    Compiled with ``-O2 -ffp-contract=off -fno-math-errno -fno-trapping-math`` it returns the bits that `Tape` returns,
    branches and kinks included; only where the C library computes a function may another library differ in the last
    digits. The file has no globals that change, allocates nothing, and is also C++. Long programs are split into
    functions of some hundred statements, so that the compiler's time grows in proportion. With ``-DSYMAD_SELFTEST`` it
    is a program that checks itself against values computed here.

    Parameters
    ----------
    formula : Expression, str or SymPy expression
    outputs : sequence of {"value", "gradient", "jacobian", "hessian", "jvp", "vjp", "hvp"}, optional
        What the file computes; value and gradient together are one function. By default both, and for several outputs
        value and jacobian. Slopes are by the variables that are not held. The Hessian of several outputs is that of
        their weighted sum; the weights are one more array.
    name : str
        Of the function; others are called after it, ``f_hessian``.
    batch : bool
        Whether to add functions for many points, ``f_batch``, written over vectors of points.
    sparse : bool
        Write Jacobians and Hessians as their entries in compressed columns, a Hessian as its lower triangle; the
        tables ``f_jacobian_starts`` and ``f_jacobian_rows`` lie beside the function. By default value, gradient and
        Hessian then, and for several outputs value and Jacobian. The bits are those of ``sparse=True`` with
        ``method="entries"`` of a `Tape`.
    fixed : mapping of str to float, optional
        Variables that are numbers in the file, with the bits that they would have as inputs.
    points : (n_points, n_vars) array-like, optional
        Where the self-test looks; by default three random points in [0.5, 2].

    Raises
    ------
    UnsupportedError
        If an operation has no C form; it is named.
    ExpressionError
        If `outputs`, `name` or `fixed` cannot be used, or nothing has a sparse form.

    See Also
    --------
    symad.Tape.to_c : the same of a Tape.

    Examples
    --------
    >>> print(symad.emit_c("x**2").splitlines()[0][:2])
    /*
    """
    expression = expression_of(formula)
    if fixed:
        columns(expression.variables, fixed, option="fixed")
    kinds = outputs if outputs is not None else _usual(expression, sparse=sparse)
    made = functions(expression, function_name(name), tuple(kinds), sparse=sparse, fixed=fixed)
    closure = kernels(made, made if batch else ())
    comment = "\n".join(_comment(expression, made, closure, batch=batch))
    return c_file(made, closure, comment=comment, batch=batch, points=[points] * len(made))


def _usual(expression: Expression, *, sparse: bool) -> tuple[str, ...]:
    if expression.n_outputs > 1:
        return ("value", "jacobian")
    return ("value", "gradient", "hessian") if sparse else ("value", "gradient")


def kernels(made: Sequence[Function], lanes: Sequence[Function] = ()) -> Closure:
    """The kernels that these functions need, for one point (`made`) and over vectors (`lanes`)."""
    library = Library()
    called = kernels_of([one.program for one in made], library)
    if lanes:  # only what the lanes' functions really call: compilers complain about the rest
        own = kernels_of([one.program for one in lanes], library)
        conditions = fast_conditions(own, library)
        more = own | kernels_for_lanes(conditions)
        inline = library.closure(called | more).inline
        text = "\n".join(LaneFunctions(lanes, inline, conditions, sets(library)).definitions())
        called |= {name for name in more if re.search(rf"\b{name}\b", text)}
    return library.closure(called)


def c_file(
    made: Sequence[Function],
    closure: Closure,
    *,
    comment: str,
    batch: bool = False,
    points: Sequence[ArrayLike | None] | None = None,
) -> str:
    """The text of a file with these functions, with a self-test where there are `points` (None: drawn) for each."""
    lines = [comment, *_declarations(made, batch=batch), *_definitions(made, closure, batch=batch)]
    return "\n".join([*lines, *(selftest(made, points, batch=batch) if points is not None else ()), ""])


def _declarations(made: Sequence[Function], *, batch: bool) -> Iterator[str]:
    if batch:
        yield from ("", "#include <stddef.h>")
    yield from ("", "#ifdef __cplusplus", 'extern "C" {', "#endif")
    for one in made:
        yield f"#define {one.name.upper()}_WORK {one.program.n_slots}"
        if one.pattern is not None:
            yield from patterns.declarations(one.name, one.pattern)
        yield f"void {one.name}({parameters(one)});"
        if batch:
            yield f"size_t {one.name}_batch_work(void);"
            yield f"{batch_prototype(one)};"
    yield from ("#ifdef __cplusplus", "}", "#endif", "")


def head(made: Sequence[Function], closure: Closure, headers: set[str]) -> Iterator[str]:
    """What stands before the first function: headers, macros, kernels."""
    longest = longest_list(one.program for one in made)
    wanted = {"math.h", *closure.headers, *headers} | ({"stdint.h"} if longest else set())
    yield from (f"#include <{header}>" for header in sorted(wanted))
    yield ""
    if "SYMAD_OF" in closure.text or "SYMAD_ZERO" in closure.text:
        yield from (_CPLUSPLUS, "")
    if any(len(one.program.parts) > 1 or one.program.fixed for one in made):
        yield from (_APART, "")
    if closure.text:
        yield from (closure.text, "")
    if longest:
        numbers = textwrap.fill(", ".join(f"{k}u" for k in range(longest)), _WIDTH)
        yield from (f"static const uint32_t {PLACES}[{longest}] = {{{numbers}}};", "")


def _definitions(made: Sequence[Function], closure: Closure, *, batch: bool) -> Iterator[str]:
    guard = f"{made[0].name.upper()}_DECLARATIONS_ONLY"
    taken = closure.names | {PLACES} | {name for one in made for name in one.names()}
    yield from (f"#ifndef {guard}", "")
    yield from head(made, closure, set())
    for one in made:
        if one.pattern is not None:
            yield from patterns.definitions(one.name, one.pattern)
        yield from scalar_function(one, taken)
        yield ""
    if batch:
        yield from _batches(made, closure, taken)
    yield f"#endif /* {guard} */"


def _batches(made: Sequence[Function], closure: Closure, taken: frozenset[str]) -> Iterator[str]:
    lane_functions, text = vectors(made, closure)
    yield from (text, SCATTER)
    for one in made:
        yield from batch_function(one, lane_functions, taken | frozenset(re.findall(r"\w+", text)))
        yield ""


def vectors(made: Sequence[Function], closure: Closure, wide: str = "") -> tuple[LaneFunctions, str]:
    """What functions over vectors call, and its text; `wide` says how many vectors at a time for what is not long."""
    library = Library()
    conditions = fast_conditions(kernels_of([one.program for one in made], library), library)
    lane_functions = LaneFunctions(made, closure.inline, conditions, sets(library))
    n_vectors = vectors_at_a_time(made)
    said = wide if wide and n_vectors > 1 else f"#define SYMAD_VECTORS {n_vectors}"
    lines = (said, TYPES, *lane_functions.definitions())
    return lane_functions, "\n".join(lines)


def _comment(expression: Expression, made: Sequence[Function], closure: Closure, *, batch: bool) -> Iterator[str]:
    """What the file computes, what that costs, how exact it is, how it is used."""
    yield from title(expression)
    given, read = made[0].program.given, made[0].inputs[0].size
    names = [name for k, name in enumerate(expression.variables) if k not in given]
    yield from commented(f"in: {read} doubles, {', '.join(names) or 'none'}", most=8)
    if given:
        yield from commented(f"fixed: {', '.join(f'{expression.variables[k]} = {x!r}' for k, x in given.items())}")
    if expression.held:
        yield from commented(f"held, no slopes are by these: {', '.join(expression.held)}", most=8)
    if any(expression.output_names):
        named = ", ".join(name or f"number {k}" for k, name in enumerate(expression.output_names))
        yield from commented(f"outputs: {named}", most=8)
    yield from (f" * {line}" for one in made for line in _described(one))
    yield " *"
    yield from commented(notes(made, closure, made[0].name))
    if batch:
        yield from (" *", *commented(_BATCH_NOTE))
    yield " */"


def title(expression: Expression) -> Iterator[str]:
    """The first lines of a file: who wrote it, and the formula."""
    yield f"/* Written by symad {tapes.version()}; not to be edited."
    yield " *"
    text = expression.source if expression.source is not None else str(expression)
    yield from (f" *     {line}" for line in _formula(text))
    yield " *"


def commented(text: str, most: int | None = None) -> Iterator[str]:
    """A paragraph of a comment, `most` lines of it."""
    yield from (f" * {line}" for line in textwrap.wrap(text, _WIDTH)[:most])


def notes(made: Sequence[Function], closure: Closure, name: str) -> str:
    """How a file is compiled, whose first function has this name, and what it promises."""
    library = left_to_the_library(closure.words | kernels_of([one.program for one in made], Library()))
    where = f", where the C library computes {', '.join(library)} as here" if library else ""
    return (
        f"Compile as C99 or C++ with {FLAGS} (never -ffast-math) and link with -lm. The results then have the same "
        f"bits as symad's own, branches and kinks included{where}. "
        "Values are good to 4 units in the last place an operation and slopes to 16, for most functions much better. "
        "Outside a domain nan or inf comes out. Nothing is allocated and nothing global is touched: any number of "
        "threads may call. Arrays must not overlap; work may be NULL where its size is 0. -DSYMAD_SELFTEST makes a "
        f"program that checks itself; -D{name.upper()}_DECLARATIONS_ONLY, or a #define before including this "
        "file, leaves the declarations alone."
    )


def _formula(text: str) -> list[str]:
    """The text of a formula, harmless in a comment."""
    plain = text.replace("*/", "* /").replace("/*", "/ *").replace("\\", "/").replace("??", "? ?")
    lines = [piece for line in plain.strip().splitlines() for piece in textwrap.wrap(line, _WIDTH - 10) or [""]]
    return lines if len(lines) <= _FORMULA_LINES else [*lines[:_FORMULA_LINES], f"... {len(lines)} lines in all"]


def _described(function: Function) -> list[str]:
    counts = function.program.expression.counts
    n_distinct = counts.n_distinct if function.program.outputs else 0
    kinds = ", ".join(f"{n} {kind}" for kind, n in counts.by_kind.items() if n and n_distinct)
    sizes = ", ".join(f"{vector.name}[{vector.size}]" for vector in (*function.inputs[1:], *function.outputs))
    text = (
        f"{function.name}: {sizes}, work[{function.program.n_slots}]; {n_distinct} operations"
        f"{f' ({kinds})' if kinds else ''}"
    )
    if function.pattern is not None:
        text += f"; {function.pattern.described(function.name)}"
    return textwrap.wrap(text, _WIDTH)
