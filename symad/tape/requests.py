"""The plain ways of a Tape's methods: what was asked, as programs run over arrays. Every number comes from C."""

from __future__ import annotations

from functools import partial
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from symad.derive import automatic, sparsity
from symad.errors import ExpressionError, ShapeError
from symad.inputs import frames
from symad.tape import batches, fixing
from symad.tape.checking import PROGRAMS, RTOL, vouch

if TYPE_CHECKING:
    from collections.abc import Callable

    from symad.tape.asking import Asked
    from symad.tape.programs import Programs


_LOWER = "the lower triangle alone is for sparse Hessians: pass sparse=True too"


def value(tape: Programs, asked: Asked) -> Any:
    """`Tape.value`."""
    return _asked(tape, "value", "value", asked, partial(_entries, tape, None, tape._outputs()))


def gradient(tape: Programs, asked: Asked) -> Any:
    """`Tape.gradient`."""
    return _asked(tape, "gradient", "gradient", asked, partial(_entries, tape, automatic.gradient, _axis(asked)))


def value_and_gradient(tape: Programs, asked: Asked) -> Any:
    """`Tape.value_and_gradient`."""
    return _asked(tape, "value_and_gradient", "value_and_gradient", asked, partial(_pair, tape))


def jacobian(tape: Programs, asked: Asked) -> Any:
    """`Tape.jacobian`."""
    if asked.sparse:
        run: Callable[[Asked], Any] = partial(tape._sparse, "sparse_jacobian")
    else:
        run = partial(_entries, tape, automatic.jacobian, (tape.n_outputs, *_axis(asked)))
    return _asked(tape, "jacobian", "jacobian", asked, run)


def hessian(tape: Programs, asked: Asked) -> Any:
    """`Tape.hessian`."""
    weighted = len(asked.arguments) > 1
    if asked.lower and not asked.sparse:
        raise ExpressionError(_LOWER)
    if asked.sparse:
        run: Callable[[Asked], Any] = partial(tape._sparse, sparsity.name_of(asked.lower, weighted))
    else:
        make = sparsity.weighted_hessian if weighted else sparsity.mirrored_hessian
        run = partial(_entries, tape, make, _axis(asked) * 2)
    return _asked(tape, "hessian", "weighted_hessian" if weighted else "hessian", asked, run)


def product(tape: Programs, name: str, asked: Asked) -> Any:
    """`Tape.jvp`, `Tape.vjp` and `Tape.hvp`."""
    shape = tape._outputs() if name == "jvp" else _axis(asked)
    return _asked(tape, name, name, asked, partial(_entries, tape, PROGRAMS[name], shape))


def bound(tape: Programs, x: Any, out: Any, of: str, *, sparse: bool, lower: bool) -> Callable[[], object]:
    """`Tape.bind`."""
    n = len(tape.variables)
    if not batches.is_block(x) or x.ndim not in (1, 2) or x.shape[-1] != n:
        raise ShapeError(f"bind needs a float64 array of shape ({n},) or (n_points, {n})")
    plan, shapes = _bindable(tape, of, sparse=sparse, lower=lower)
    arrays = out if len(shapes) == 2 else (out,)
    if type(arrays) is not tuple or len(arrays) != len(shapes):
        raise ShapeError(f"bind needs out=(value, gradient), not {type(out).__name__}")
    names, blocks = of.split("_and_"), list[Any]()
    for name, array, shape in zip(names, arrays, shapes, strict=True):
        found = batches.result(array, (*x.shape[:-1], *shape), name)
        blocks.append(batches.rows(found.reshape(*x.shape[:-1], prod(shape))))
        if not np.may_share_memory(blocks[-1], found):
            raise ShapeError(f"out for the {name} has strides that no call can write through: pass an array in C order")
    if tape.fixed:
        return fixing.bound(tape, x, lambda whole: plan.bind([batches.rows(whole)], blocks))
    call: Callable[[], object] = plan.bind([batches.rows(x)], blocks)
    return call


def _bindable(tape: Programs, of: str, *, sparse: bool, lower: bool) -> tuple[Any, list[tuple[int, ...]]]:
    """The plan that a bound call runs, and the shapes of its results at a point."""
    k, m = len(tape.free), tape.n_outputs
    dense: dict[str, tuple[Callable[..., Any] | None, list[tuple[int, ...]]]] = {
        "value": (None, [tape._outputs()]),
        "gradient": (automatic.gradient, [(k,)]),
        "value_and_gradient": (automatic.value_and_gradient, [(), (k,)]),
        "jacobian": (automatic.jacobian, [(m, k)]),
        "hessian": (sparsity.mirrored_hessian, [(k, k)]),
    }
    if of not in dense:
        raise ExpressionError(f"there is no bound call of {of!r}: {', '.join(dense)}")
    if not sparse:
        if lower:
            raise ExpressionError(_LOWER)
        make, shapes = dense[of]
        return tape._planned(make, by=tape._by)[1], shapes
    if of not in ("jacobian", "hessian"):
        raise ExpressionError(f"sparse entries are those of jacobian and hessian, not of {of}")
    name = "sparse_jacobian" if of == "jacobian" else sparsity.name_of(lower, weighted=False)
    found = tape._sparse_entries(name, tape._by)
    if len(found.structure.rows) == 0:
        raise ExpressionError(f"the {of} has no entries: nothing to bind")
    return tape._planned(lambda _: found.program(), f"{name} entries")[1], [(len(found.structure.rows),)]


def _axis(asked: Asked) -> tuple[int, ...]:
    return () if asked.single else (len(asked.names),)


def _asked(tape: Programs, method: str, program: str, asked: Asked, run: Callable[[Asked], Any]) -> Any:
    """Check what is to be checked, take arguments by name, and run."""
    if asked.check is not None:
        vouch(tape._checked(program, asked.arguments, RTOL, 0.0, refine=False, by=asked.by), asked.check)
    if any(map(frames.is_named, asked.arguments)):
        return frames.call(tape, method, asked, run)
    return run(asked)


def _entries(tape: Programs, make: Callable[..., Any] | None, shape: tuple[int, ...], asked: Asked) -> Any:
    return tape._run(make, asked.arguments, shape, asked.out, asked.threads, by=asked.by)


def _pair(tape: Programs, asked: Asked) -> Any:
    points, shape = tape._points(asked.arguments[0]), _axis(asked)
    lead = points.shape[:-1]
    value = batches.result(None if asked.out is None else asked.out[0], lead, "value")
    gradient = batches.result(None if asked.out is None else asked.out[1], (*lead, *shape), "gradient")
    plan = tape._planned(automatic.value_and_gradient, by=asked.by)[1]
    batches.evaluate(plan.run, [points], [(value, 1), (gradient, len(asked.names))], asked.threads)
    if asked.out is not None:
        return value, gradient
    return value[()], gradient[()] if asked.single else gradient
