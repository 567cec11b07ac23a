"""NumPy's own functions traced: each gives NumPy's values, or is refused by name; none does a third thing."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.special

import symad

ULPS = 64.0  # of some operations: libm's and our kernels' last places, and sums in another order
RTOL = ULPS * np.finfo(float).eps
SPECIAL_RTOL = 1e-12  # SciPy's own special functions are no better
SEED = 20261129

RNG = np.random.default_rng(SEED)
V, W, U = RNG.uniform(0.2, 0.9, (3, 5))
M, N = RNG.uniform(0.2, 0.9, (2, 3, 4))
S = RNG.uniform(0.2, 0.9, (4, 4)) + 4 * np.eye(4)
SYMMETRIC = S @ S.T
T = RNG.uniform(0.2, 0.9, (2, 3, 4))
SIGNED = np.array([-2.5, -0.0, 0.0, 1.5, 3.0, -1.0])
ODD = np.array([np.nan, np.inf, -np.inf, -0.0, 0.0, 1.5, -2.5, 1e300])
MASK = np.array([True, False, True, True, False])
EDGES = np.meshgrid(ODD, ODD)

# Name, function, arrays: whatever in NumPy is traced occurs here.
CASES: list[tuple[str, Callable[..., Any], tuple[Any, ...]]] = [
    ("all", lambda v: np.all(v > 0.3, axis=0), (M,)),
    ("amax", lambda v: np.amax(v, axis=1), (M,)),
    ("amin", lambda v: np.amin(v), (M,)),
    ("any", lambda v: np.any(v > 0.8), (M,)),
    ("append", lambda v: np.append(v, [1.0, 2.0]), (V,)),
    ("append", lambda v: np.append(v, v[:1], axis=0), (M,)),
    ("arange", lambda v: np.arange(3, like=v) + v[0], (V,)),
    ("around", lambda v: np.around(v, 2), (SIGNED / 3,)),
    ("array", lambda v: np.array([v[0], 2 * v[1]], like=v), (V,)),
    ("array_split", lambda v: np.array_split(v, 2), (V,)),
    ("asarray", lambda v: np.asarray([v[0], 1.0], like=v), (V,)),
    ("asanyarray", lambda v: np.asanyarray([v[0], 1.0], like=v), (V,)),
    ("ascontiguousarray", lambda v: np.ascontiguousarray([v[0], 1.0], like=v), (V,)),
    ("asfortranarray", lambda v: np.asfortranarray([v[0], 1.0], like=v), (V,)),
    ("atleast_1d", lambda v: np.atleast_1d(v[0]), (V,)),
    ("atleast_2d", lambda v: np.atleast_2d(v), (V,)),
    ("atleast_3d", lambda v: np.atleast_3d(v), (V,)),
    ("average", lambda v, w: np.average(v, weights=w), (V, W)),
    ("average", lambda v: np.average(v, axis=1), (M,)),
    ("average", lambda v, w: np.average(v, axis=1, weights=w), (M, W[:4])),
    ("bitwise_and", lambda v: np.bitwise_and(v > 0.3, v < 0.7), (V,)),
    ("bitwise_or", lambda v: (v < 0.3) | (v > 0.7), (V,)),
    ("bitwise_xor", lambda v: (v < 0.6) ^ (v > 0.3), (V,)),
    ("bitwise_not", lambda v: ~(v > 0.5), (V,)),
    ("bitwise_invert", lambda v: np.bitwise_invert(v > 0.5) if hasattr(np, "bitwise_invert") else ~(v > 0.5), (V,)),
    ("block", lambda v: np.block([[v, v], [2 * v, v * v]]), (M,)),
    ("broadcast_arrays", lambda v, w: np.broadcast_arrays(v, w[:, None]), (V, W)),
    ("broadcast_to", lambda v: np.broadcast_to(v, (2, 5)), (V,)),
    ("clip", lambda v: np.clip(v, 0.3, 0.6), (V,)),
    ("clip", lambda v: np.clip(v, None, 0.6), (V,)),
    ("column_stack", lambda v, w: np.column_stack([v, w]), (V, W)),
    ("compress", lambda v: np.compress(MASK, v), (V,)),
    ("concat", lambda v, w: np.concatenate([v, w, np.ones(2)]), (V, W)),
    ("concatenate", lambda v, w: np.concatenate((v, w), axis=1), (M, N)),
    ("convolve", lambda v, w: np.convolve(v, w), (V, W[:3])),
    ("convolve", lambda v, w: np.convolve(v, w, "same"), (V, W[:2])),
    ("convolve", lambda v, w: np.convolve(v, w, "valid"), (V[:2], W)),
    ("copy", lambda v: np.copy(v), (V,)),
    ("copyto", lambda v: _filled(v, lambda h: np.copyto(h, 2 * v)), (V,)),
    ("correlate", lambda v, w: np.correlate(v, w), (V, W[:3])),
    ("correlate", lambda v, w: np.correlate(v, w, "full"), (V[:3], W)),
    ("correlate", lambda v, w: np.correlate(v, w, "same"), (V[:2], W)),
    ("count_nonzero", lambda v: np.count_nonzero(v > 0.5), (V,)),
    ("cross", lambda v, w: np.cross(v, w), (T[:, :, :3], T[:, :, 1:])),
    ("cumprod", lambda v: np.cumprod(v, axis=1), (M,)),
    ("cumsum", lambda v: np.cumsum(v), (M,)),
    ("cumulative_sum", lambda v: np.cumulative_sum(v) if hasattr(np, "cumulative_sum") else np.cumsum(v), (V,)),
    ("cumulative_prod", lambda v: np.cumulative_prod(v) if hasattr(np, "cumulative_prod") else np.cumprod(v), (V,)),
    ("delete", lambda v: np.delete(v, [1, 3]), (V,)),
    ("diag", lambda v: np.diag(v), (V,)),
    ("diag", lambda v: np.diag(v, 1), (M,)),
    ("diag_indices_from", lambda v: v[np.diag_indices_from(v)], (S,)),
    ("diagflat", lambda v: np.diagflat(v), (M,)),
    ("diagonal", lambda v: np.diagonal(v, 1), (M,)),
    ("diff", lambda v: np.diff(v, axis=0), (M,)),
    ("diff", lambda v: np.diff(v, 2), (M,)),
    ("divmod", lambda v, w: np.divmod(v, w), (V, W)),
    ("dot", lambda v, w: np.dot(v, w), (M, N.T)),
    ("dot", lambda v, w: np.dot(v, w), (T, S)),
    ("dot", lambda v, w: np.dot(v, w), (V, 2.0)),
    ("dsplit", lambda v: np.dsplit(v, 2), (T,)),
    ("dstack", lambda v, w: np.dstack([v, w]), (M, N)),
    ("einsum", lambda v, w: np.einsum("ij,kj->ik", v, w), (M, N)),
    ("einsum", lambda v: np.einsum("ii", v), (S,)),
    ("einsum", lambda v: np.einsum("ii->i", v), (S,)),
    ("einsum", lambda v, w, u: np.einsum("bij,jk,k->bi", v, w, u), (T, S, V[:4])),
    ("einsum", lambda v: np.einsum("ij->ji", v), (M,)),
    ("einsum", lambda v, w: np.einsum("i,j", v, w), (V, W)),
    ("empty", lambda v: _filled(np.empty(5, like=v), lambda h: h.fill(2.0)), (V,)),
    ("empty_like", lambda v: _filled(np.empty_like(v), lambda h: h.fill(v[0])), (V,)),
    ("expand_dims", lambda v: np.expand_dims(v, (0, 2)), (V,)),
    ("extract", lambda v: np.extract(MASK, v), (V,)),
    ("eye", lambda v: np.eye(3, 4, like=v) * v, (M,)),
    ("fill_diagonal", lambda v: _filled(np.copy(v), lambda h: np.fill_diagonal(h, v[0, 0])), (S,)),
    ("fix", lambda v: np.fix(v), (SIGNED,)),
    ("flip", lambda v: np.flip(v, 1), (M,)),
    ("fliplr", lambda v: np.fliplr(v), (M,)),
    ("flipud", lambda v: np.flipud(v), (M,)),
    ("full", lambda v: np.full((2, 2), v[0], like=v), (V,)),
    ("full_like", lambda v: np.full_like(v, 3.0) * v, (V,)),
    ("hsplit", lambda v: np.hsplit(v, [1, 3]), (M,)),
    ("hstack", lambda v, w: np.hstack([v, w]), (M, N)),
    ("i0", lambda v: np.i0(v), (V,)),
    ("identity", lambda v: np.identity(4, like=v) @ v, (S,)),
    ("imag", lambda v: np.imag(v) + v, (V,)),
    ("inner", lambda v, w: np.inner(v, w), (M, T)),
    ("insert", lambda v: np.insert(v, 2, [7.0, 8.0]), (V,)),
    ("invert", lambda v: np.invert(v > 0.5), (V,)),
    ("iscomplexobj", lambda v: v * np.iscomplexobj(v), (V,)),
    ("isrealobj", lambda v: v * np.isrealobj(v), (V,)),
    ("kron", lambda v, w: np.kron(v, w), (M, S)),
    ("kron", lambda v, w: np.kron(v, w), (V, S)),
    ("linalg.cholesky", lambda v: np.linalg.cholesky(v), (SYMMETRIC,)),
    ("linalg.cross", lambda v, w: np.cross(v, w), (V[:3], W[:3])),
    ("linalg.det", lambda v: np.linalg.det(v), (S,)),
    ("linalg.diagonal", lambda v: np.diagonal(v, 0, -2, -1), (T,)),
    ("linalg.inv", lambda v: np.linalg.inv(v), (S,)),
    ("linalg.matmul", lambda v, w: np.matmul(v, w), (T, S)),
    ("linalg.matrix_norm", lambda v: np.linalg.norm(v, axis=(-2, -1)), (T,)),
    ("linalg.matrix_power", lambda v: np.linalg.matrix_power(v, 5), (S,)),
    ("linalg.matrix_power", lambda v: np.linalg.matrix_power(v, -2), (S,)),
    ("linalg.matrix_transpose", lambda v: np.swapaxes(v, -1, -2), (T,)),
    ("linalg.multi_dot", lambda v, w, u: np.linalg.multi_dot([v, w, u]), (M, S, V[:4])),
    ("linalg.norm", lambda v: np.linalg.norm(v), (M,)),
    ("linalg.norm", lambda v: np.linalg.norm(v, axis=1), (M,)),
    ("linalg.norm", lambda v: np.linalg.norm(v, 1, axis=1), (M,)),
    ("linalg.norm", lambda v: np.linalg.norm(v, 3), (V,)),
    ("linalg.norm", lambda v: np.linalg.norm(v, np.inf), (M,)),
    ("linalg.norm", lambda v: np.linalg.norm(v, -1), (M,)),
    ("linalg.norm", lambda v: np.linalg.norm(v, -np.inf), (V,)),
    ("linalg.norm", lambda v: np.linalg.norm(v, "fro", axis=(0, 2), keepdims=True), (T,)),
    ("linalg.outer", lambda v, w: np.outer(v, w), (V, W)),
    ("linalg.slogdet", lambda v: tuple(np.linalg.slogdet(v)), (S,)),
    ("linalg.solve", lambda v, w: np.linalg.solve(v, w), (S, V[:4])),
    ("linalg.solve", lambda v, w: np.linalg.solve(v, w), (S, M.T)),
    ("linalg.tensordot", lambda v, w: np.tensordot(v, w, 1), (T, S)),
    ("linalg.trace", lambda v: np.trace(v, 0, -2, -1), (T,)),
    ("linalg.vecdot", lambda v, w: np.sum(v * w, axis=-1), (M, N)),
    ("linalg.vector_norm", lambda v: np.linalg.norm(v.ravel()), (M,)),
    ("logical_and", lambda v: np.logical_and(v > 0.3, v), (SIGNED,)),
    ("logical_not", lambda v: np.logical_not(v), (ODD,)),
    ("logical_or", lambda v: np.logical_or(v > 2, v < 0), (ODD,)),
    ("logical_xor", lambda v: np.logical_xor(v > 2, v), (ODD,)),
    ("matmul", lambda v, w: v @ w, (M, N.T)),
    ("matmul", lambda v, w: v @ w, (V[:3], M)),
    ("matmul", lambda v, w: v @ w, (T, V[:4])),
    ("matmul", lambda v, w: v @ w, (V, W)),
    ("matmul", lambda v, w: v @ w, (T, T[0].T)),
    ("matmul", lambda v: S @ v, (V[:4],)),
    ("matrix_transpose", lambda v: np.swapaxes(v, -1, -2), (T,)),
    ("matvec", lambda v, w: v @ w, (S, V[:4])),
    ("vecmat", lambda v, w: v @ w, (V[:4], S)),
    ("max", lambda v: np.max(v, axis=(0, 2)), (T,)),
    ("max", lambda v: np.max(v), (ODD,)),
    ("max", lambda v: np.max(v, initial=0.7), (V,)),
    ("mean", lambda v: np.mean(v, axis=1, keepdims=True), (M,)),
    ("mean", lambda v: np.mean(v > 0.5), (V,)),
    ("meshgrid", lambda v, w: np.meshgrid(v, w), (V, W)),
    ("min", lambda v: np.min(v, axis=1), (M,)),
    ("modf", lambda v: np.modf(v), (SIGNED,)),
    ("moveaxis", lambda v: np.moveaxis(v, 0, -1), (T,)),
    ("nanprod", lambda v: np.nanprod(v), (np.array([1.0, np.nan, 3.0]),)),
    ("nansum", lambda v: np.nansum(v, axis=0), (np.array([[1.0, np.nan], [3.0, 4.0]]),)),
    ("ndim", lambda v: v * np.ndim(v), (M,)),
    ("ones", lambda v: np.ones(5, like=v) + v, (V,)),
    ("ones_like", lambda v: np.ones_like(v) + v, (V,)),
    ("outer", lambda v, w: np.outer(v, w), (M, W)),
    ("outer", lambda v, w: np.subtract.outer(v, w), (M, W)),
    ("pad", lambda v: np.pad(v, 2), (V,)),
    ("pad", lambda v: np.pad(v, ((1, 0), (0, 2)), constant_values=3.0), (M,)),
    ("pad", lambda v: np.pad(v, 2, "edge"), (V,)),
    ("pad", lambda v: np.pad(v, 2, "reflect"), (V,)),
    ("permute_dims", lambda v: np.transpose(v, (2, 0, 1)), (T,)),
    ("polyval", lambda v: np.polyval([1.0, -2.0, 0.5], v), (V,)),
    ("polyval", lambda p: np.polyval(p, 0.3), (V,)),
    ("prod", lambda v: np.prod(v, axis=1), (M,)),
    ("ptp", lambda v: np.ptp(v, axis=1), (M,)),
    ("ravel", lambda v: np.ravel(v, order="F"), (M,)),
    ("real", lambda v: np.real(v), (V,)),
    ("repeat", lambda v: np.repeat(v, [1, 2, 3, 0, 1]), (V,)),
    ("reshape", lambda v: np.reshape(v, (4, -1)), (M,)),
    ("resize", lambda v: np.resize(v, (3, 3)), (V,)),
    ("roll", lambda v: np.roll(v, 2, axis=1), (M,)),
    ("rollaxis", lambda v: np.rollaxis(v, 2), (T,)),
    ("rot90", lambda v: np.rot90(v), (M,)),
    ("round", lambda v: np.round(v), (SIGNED,)),
    ("round", lambda v: np.round(v, -1), (SIGNED * 17,)),
    ("row_stack", lambda v, w: np.vstack([v, w]), (V, W)),
    ("select", lambda v: np.select([v > 0.6, v > 0.4], [v, 2 * v], 7.0), (V,)),
    ("shape", lambda v: v * np.shape(v)[0], (M,)),
    ("sinc", lambda v: np.sinc(v), (np.array([0.0, 0.5, -1.25]),)),
    ("size", lambda v: v * np.size(v) / v.size, (M,)),
    ("sliding_window_view", lambda v: np.lib.stride_tricks.sliding_window_view(v, 3), (V,)),
    ("split", lambda v: np.split(v, [1, 3]), (V,)),
    ("squeeze", lambda v: np.squeeze(v[None]), (M,)),
    ("stack", lambda v, w: np.stack([v, w, 2 * v], axis=1), (M, N)),
    ("std", lambda v: np.std(v, axis=1, ddof=1), (M,)),
    ("sum", lambda v: np.sum(v, axis=(0, 2)), (T,)),
    ("sum", lambda v: np.sum(v, initial=2.0), (V,)),
    ("sum", lambda v: np.sum(v > 0.5), (V,)),
    ("swapaxes", lambda v: np.swapaxes(v, 0, 2), (T,)),
    ("take", lambda v: np.take(v, [2, 0], axis=1), (M,)),
    ("take_along_axis", lambda v: np.take_along_axis(v, np.array([[0, 1], [1, 0], [3, 3]]), 1), (M,)),
    ("tensordot", lambda v, w: np.tensordot(v, w), (T, M)),
    ("tensordot", lambda v, w: np.tensordot(v, w, ((1, 2), (0, 1))), (T, M)),
    ("tile", lambda v: np.tile(v, (2, 2)), (V,)),
    ("trace", lambda v: np.trace(v, 1), (S,)),
    ("transpose", lambda v: np.transpose(v), (T,)),
    ("trapezoid", lambda v, w: _trapezoid(v, w), (V, W)),
    ("trapezoid", lambda v: _trapezoid(v, None, 0.5), (M,)),
    ("trapz", lambda v, w: _trapezoid(v, w), (V, W)),
    ("tri", lambda v: np.tri(4, like=v) * v, (S,)),
    ("tril", lambda v: np.tril(v), (S,)),
    ("tril_indices_from", lambda v: v[np.tril_indices_from(v)], (S,)),
    ("triu", lambda v: np.triu(v, 1), (S,)),
    ("triu_indices_from", lambda v: v[np.triu_indices_from(v, 1)], (S,)),
    ("unstack", lambda v: tuple(v), (M,)),
    ("var", lambda v: np.var(v, axis=0, keepdims=True), (M,)),
    ("vdot", lambda v, w: np.vdot(v, w), (M, N)),
    ("vecdot", lambda v, w: np.sum(v * w, axis=-1), (M, N)),
    ("vsplit", lambda v: np.vsplit(v, 2), (S,)),
    ("vstack", lambda v, w: np.vstack([v, w]), (M, N)),
    ("where", lambda v: np.where(v > 0.5, v, -v), (V,)),
    ("where", lambda v: np.where(MASK, v, 0.0), (V,)),
    ("where", lambda v: np.where(v > 0.5, v < 0.7, v > 0.3), (V,)),
    ("zeros", lambda v: np.zeros((2, 5), like=v) + v, (V,)),
    ("zeros_like", lambda v: np.zeros_like(v) + 2, (V,)),
]  # fmt: skip
# NumPy's functions that take no arrays of data, or look at what an array is and not at its entries.
NOT_OF_DATA = frozenset(
    """
    asmatrix base_repr binary_repr bmat broadcast_shapes busday_count busday_offset byte_bounds can_cast
    common_type compare_chararrays datetime_as_string datetime_data diag_indices einsum_path errstate
    fft.fftfreq fft.rfftfreq find_common_type fromfile from_dlpack frombuffer fromfunction fromiter
    frompyfunc fromregex fromstring genfromtxt get_include get_printoptions getbufsize geterr geterrcall
    geterrobj info is_busday isdtype isfortran isscalar issctype issubdtype issubclass_ issubsctype
    iterable load loadtxt lookfor mask_indices may_share_memory min_scalar_type mintypecode nested_iters
    obj2sctype printoptions promote_types put_along_axis result_type safe_eval save savetxt savez
    savez_compressed set_numeric_ops set_printoptions set_string_function setbufsize seterr seterrcall
    seterrobj shares_memory show_config show_runtime test typename who bartlett blackman hamming hanning
    kaiser indices array2string array_repr array_str format_float_positional format_float_scientific
    tril_indices triu_indices ravel_multi_index unravel_index isnat
    """.split()  # noqa: SIM905  # a list of names
)


# Of NumPy 1 alone: aliases and helpers that it calls deprecated.
DEPRECATED = frozenset(
    """
    add_docstring add_newdoc add_newdoc_ufunc alltrue cumproduct deprecate fastCopyAndTranspose mat maximum_sctype msort
    product recfromtxt round_ sometrue
    """.split()  # noqa: SIM905  # a list of names
)


def _filled(array: Any, write: Callable[[Any], object]) -> Any:
    array = np.copy(array)
    write(array)
    return array


def _trapezoid(*args: Any) -> Any:
    return (np.trapezoid if hasattr(np, "trapezoid") else np.trapz)(*args)  # type: ignore[attr-defined]  # NumPy 1


def leaves(value: Any) -> list[Any]:
    return [leaf for part in value for leaf in leaves(part)] if isinstance(value, list | tuple) else [value]


def check(function: Callable[..., Any], arrays: tuple[Any, ...], rtol: float = RTOL) -> None:
    """The traced function gives what the function gives, in the same shapes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wanted = leaves(function(*copy.deepcopy(arrays)))
    found = leaves(symad.function(function)(*arrays))
    assert len(found) == len(wanted)
    for one, other in zip(found, wanted, strict=True):
        assert np.shape(one) == np.shape(other)
        numbers = np.asarray(other, dtype=np.float64)
        np.testing.assert_allclose(
            one, numbers, rtol=rtol, atol=rtol * np.max(np.abs(numbers[np.isfinite(numbers)]), initial=0.0)
        )


@pytest.mark.parametrize(("name", "function", "arrays"), CASES, ids=[f"{case[0]}_{k}" for k, case in enumerate(CASES)])
def test_traced_functions_are_numpys(name: str, function: Callable[..., Any], arrays: tuple[Any, ...]) -> None:
    check(function, arrays)


def ufuncs(module: Any, key: str) -> list[np.ufunc]:
    found = {
        getattr(module, name) for name in symad.traceable()[key] if isinstance(getattr(module, name, None), np.ufunc)
    }
    return sorted(found, key=lambda ufunc: ufunc.__name__)


@pytest.mark.parametrize("ufunc", ufuncs(np, "numpy"), ids=lambda ufunc: ufunc.__name__)
def test_ufuncs_are_numpys_at_ordinary_and_odd_points(ufunc: np.ufunc) -> None:
    if ufunc.signature is not None or ufunc.__name__ in {"bitwise_and", "bitwise_or", "bitwise_xor", "invert"}:
        return  # matrix products, and what takes no doubles: in the table above
    rng = np.random.default_rng(SEED)
    one = rng.uniform(0.1, 0.9, 20) if ufunc.__name__ != "arccosh" else rng.uniform(1.1, 3.0, 20)
    check(ufunc, (one, rng.uniform(-2.0, 2.0, 20))[: ufunc.nin])
    check(ufunc, (EDGES[0].ravel(), EDGES[1].ravel())[: ufunc.nin])


# Where SciPy's functions have values, by their names; two arguments lie in (0.1, 0.9).
INTERVALS = {"erfcinv": (0.1, 1.9), "k0": (0.1, 5.0), "exp1": (0.1, 5.0), "zetac": (1.5, 9.0), "spence": (0.1, 3.0)}
WHOLE_FIRST = frozenset(
    {"expn", "jn", "yn", "kn", "eval_chebyt", "eval_chebyu", "eval_hermite", "eval_laguerre", "eval_legendre"}
)


@pytest.mark.parametrize("ufunc", ufuncs(scipy.special, "scipy.special"), ids=lambda ufunc: ufunc.__name__)
def test_ufuncs_are_scipys(ufunc: np.ufunc) -> None:
    low, high = INTERVALS.get(ufunc.__name__, (0.1, 0.9))
    if ufunc.nin == 1:
        check(ufunc, (np.linspace(low, high, 15),), SPECIAL_RTOL)
        return
    second = np.random.default_rng(SEED).uniform(0.1, 0.9, 6)
    for first in (1, 2) if ufunc.__name__ in WHOLE_FIRST else (0.3, 1.5, 2.0):
        check(lambda x, n=first: ufunc(n, x), (second,), SPECIAL_RTOL)


@pytest.mark.parametrize("name", ["add", "multiply", "maximum", "minimum", "logaddexp", "subtract", "divide", "hypot"])
def test_reductions_and_running_results(name: str) -> None:
    ufunc = getattr(np, name)
    check(lambda v: ufunc.accumulate(v, axis=1), (M,))
    if name not in ("subtract", "divide"):
        check(lambda v: ufunc.reduce(v, axis=0), (M,))
        check(lambda v: ufunc.reduce(v, axis=1, keepdims=True), (M,))


def functions_of_numpy() -> list[str]:
    found = []
    for home in ("", "linalg", "fft"):
        module = getattr(np, home) if home else np
        for name in sorted(set(module.__all__) - DEPRECATED):
            one = getattr(module, name, None)
            if callable(one) and not isinstance(one, type) and not name.startswith("_"):
                found.append(f"{home}.{name}" if home else name)
    return found


@pytest.mark.parametrize("name", functions_of_numpy())
def test_every_function_of_numpy_is_traced_or_refused(name: str) -> None:
    """What is not in the tables above raises TraceError for whatever it is called with."""
    home, _, last = name.rpartition(".")
    function = getattr(getattr(np, home) if home else np, last)
    traced = {case[0] for case in CASES} | {ufunc.__name__ for ufunc in ufuncs(np, "numpy")}
    if isinstance(function, np.ufunc) and function.__name__ in traced:
        return
    if name in traced or name in NOT_OF_DATA:
        assert (name in symad.traceable()["numpy"]) != (name in NOT_OF_DATA) or isinstance(function, np.ufunc), name
        return
    assert name not in symad.traceable()["numpy"], f"{name} has no case in the table"
    calls = [(V,), (V, W), (V, 1), (S,), (S, V[:4]), (S, S), ([V, W],), (V, [0, 1]), (V, V, V), ((3,), V), ("ij", S)]
    outcomes = [_outcome(function, call) for call in calls]
    assert "refused" in outcomes, outcomes
    assert set(outcomes) <= {"refused", "no call"}, outcomes


def _outcome(function: Callable[..., Any], call: tuple[Any, ...]) -> str:
    """Whether a call is refused; "no call" where NumPy itself takes no such arguments."""
    arrays = [one for one in call if isinstance(one, np.ndarray)]
    if not arrays and not isinstance(call[0], list):
        return "no call"
    lists = isinstance(call[0], list)

    def traced(*values: Any) -> Any:
        rest = iter(values)
        if lists:
            return function(list(values))
        return function(*(next(rest) if isinstance(one, np.ndarray) else one for one in call))

    try:
        found = symad.function(traced)(*(call[0] if lists else arrays))
    except symad.TraceError as error:
        return "refused" if "is not traced" in str(error) or error.met else "a message"
    except Exception:  # whatever NumPy says of arguments that it does not take
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                function(*copy.deepcopy(call))
        except Exception:
            return "no call"
        return "an error of its own"
    return f"a value: {found}"
