"""Value and gradient of a batch by everybody else: one function a peer, which yields what is to be timed.

A peer that is not installed, lacks a function of the text or would compile for minutes is left out.
"""

from __future__ import annotations

import ctypes
import importlib.util
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np
import straight

import symad
from symad.derive import automatic
from symad.formula import ops

CALLS = ("sin", "cos", "exp", "log", "tanh", "sqrt", "erf")


@dataclass(frozen=True)
class Problem:
    """A function, and points whose columns are contiguous."""

    text: str
    expression: symad.Expression
    x: np.ndarray

    @property
    def columns(self) -> list[np.ndarray]:
        return list(self.x.T)

    def is_long(self, nodes: int) -> bool:
        """Whether a peer whose work grows with the size written out would take minutes."""
        return self.expression.n_nodes > nodes or self.expression.counts.n_written_out > 4 * nodes

    def calls(self) -> set[str]:
        """Names of the functions in the text."""
        return set(re.findall(r"([a-z]\w*)\(", self.text))


@dataclass(frozen=True)
class Timed:
    """A call to be timed; the gradient, variables first, out of what it returned or filled."""

    name: str
    call: Callable[[], Any]
    gradient: Callable[[Any], Any]


def with_names(problem: Problem, module: Any, variable: Callable[[int, str], Any]) -> tuple[Any, list[Any]]:
    """The text as a peer's own expression with that module's functions, and its variables; the texts are our own.

    Raises
    ------
    AttributeError
        If the module lacks one of the functions.
    """
    variables = [variable(i, name) for i, name in enumerate(problem.expression.variables)]
    scope = {name: getattr(module, name) for name in problem.calls()}
    scope.update(zip(problem.expression.variables, variables, strict=True))
    *bindings, last = [part.strip() for part in problem.text.split(";")]
    for binding in bindings:
        name, _, formula = binding.partition("=")
        scope[name.strip()] = eval(formula.strip(), scope)  # noqa: S307  # a text of functions.py
    return eval(last, scope), variables  # noqa: S307


def c_code(problem: Problem) -> Iterator[Timed]:
    """Straight-line vector C, compiled."""
    if problem.expression.n_nodes > 600:
        return
    f, (n, m) = straight.build(straight.source(problem.expression)).f, problem.x.shape
    y = np.empty((1 + m, n))
    pointers = [ctypes.c_void_p(array.ctypes.data) for array in (problem.x, y)]
    yield Timed("straight C", partial(f, ctypes.c_long(n), *pointers), lambda _: y[1:])


def heyoka(problem: Problem) -> Iterator[Timed]:
    import heyoka

    roots = {"sqrt": lambda k: k**0.5}  # of numbers too
    module = SimpleNamespace(**{**{name: getattr(heyoka, name) for name in CALLS}, **roots})
    value, variables = with_names(problem, module, lambda _, name: heyoka.make_vars(name))
    tensors = heyoka.diff_tensors([value], diff_args=variables, diff_order=1)
    slopes = [tensors[[0, *(int(i == j) for i in range(len(variables)))]] for j in range(len(variables))]
    points, out = np.ascontiguousarray(problem.x.T), np.empty((1 + len(variables), len(problem.x)))
    for name, fast in (("heyoka", False), ("heyoka fast", True)):
        function = heyoka.cfunc([value, *slopes], vars=variables, fast_math=fast)
        yield Timed(name, partial(function, inputs=points, outputs=out), lambda _: out[1:])


def casadi(problem: Problem) -> Iterator[Timed]:
    """Its virtual machine on a map over the points; and its C, compiled, in a loop over rows."""
    import casadi

    value, variables = with_names(problem, casadi, lambda _, name: casadi.SX.sym(name))
    arguments = casadi.vertcat(*variables)
    function = casadi.Function("f", [arguments], [value, casadi.gradient(value, arguments)])
    points = casadi.DM(np.ascontiguousarray(problem.x.T))
    yield Timed("casadi", partial(function.map(len(problem.x)), points), lambda found: found[1].full())
    if problem.expression.n_nodes < 3000:
        loop = """
void rows(long n, long m, const double *x, double *v, double *g) {
  for (long i = 0; i < n; i++) {
    const double *from[] = {x + i * m};
    double *to[] = {v + i, g + i * m}, w[f_SZ_W + 1];
    f(from, to, 0, w, 0);
  }
}"""
        generator = casadi.CodeGenerator("f", {"with_header": False})
        generator.add(function)
        library = straight.build(
            f"#define f_SZ_W {function.sz_w()}\n" + generator.dump() + loop, "-O3", "-march=native", "-fPIC", "-shared"
        )
        x, v = np.ascontiguousarray(problem.x), np.empty(len(problem.x))
        g, sizes = np.empty(x.shape), [ctypes.c_long(k) for k in x.shape]
        call = partial(library.rows, *sizes, *(ctypes.c_void_p(array.ctypes.data) for array in (x, v, g)))
        yield Timed("casadi C", call, lambda _: g.T)


def sympy(problem: Problem) -> Iterator[Timed]:
    import sympy

    if problem.is_long(250):
        return
    value, symbols = with_names(problem, sympy, lambda _, name: sympy.Symbol(name))
    modules = [{"erf": np.vectorize(__import__("math").erf)}, "numpy"]
    function = sympy.lambdify(symbols, [value, *(value.diff(s) for s in symbols)], modules, cse=True)
    yield Timed("sympy", partial(function, *problem.columns), lambda found: found[1:])


def symengine(problem: Problem) -> Iterator[Timed]:
    """Lambdify with cse, through LLVM."""
    import symengine

    if problem.is_long(1000):
        return
    value, variables = with_names(problem, symengine, lambda _, name: symengine.Symbol(name))
    slopes = [symengine.diff(value, v) for v in variables]
    function = symengine.Lambdify(variables, [value, *slopes], cse=True, backend="llvm")
    points, out = np.ascontiguousarray(problem.x), np.empty((len(problem.x), 1 + len(variables)))
    yield Timed("symengine", partial(function, points, out=out), lambda _: out.T[1:])


def symjit(problem: Problem) -> Iterator[Timed]:
    """Its compiled core, or its code generator in Python where that core is missing."""
    import symjit
    import sympy

    if problem.is_long(250):
        return
    value, symbols = with_names(problem, sympy, lambda _, name: sympy.Symbol(name))
    function = symjit.compile_func(symbols, [value, *(value.diff(s) for s in symbols)])
    yield Timed("symjit", partial(function, *problem.columns), lambda found: found[1:])


def jax(problem: Problem) -> Iterator[Timed]:
    """vmap of value_and_grad under jit, one argument a variable."""
    import jax

    if problem.expression.n_nodes > 800:
        return
    jax.config.update("jax_enable_x64", True)
    calls = {name: getattr(jax.numpy, name) for name in CALLS if name != "erf"}
    module = SimpleNamespace(erf=jax.scipy.special.erf, **calls)

    def function(*arguments: Any) -> Any:
        return with_names(problem, module, lambda i, _: arguments[i])[0]

    made = jax.jit(jax.vmap(jax.value_and_grad(function, argnums=tuple(range(problem.x.shape[1])))))
    columns = [jax.numpy.asarray(column) for column in problem.columns]
    yield Timed("jax", lambda: jax.block_until_ready(made(*columns)), lambda found: found[1])


def torch(problem: Problem) -> Iterator[Timed]:
    """Its autograd, one tensor a variable."""
    import torch

    if problem.expression.n_nodes > 8000:
        return
    torch.set_num_threads(1)
    columns = [torch.from_numpy(column.copy()).requires_grad_() for column in problem.columns]

    def root(k: Any) -> Any:
        return torch.sqrt(k) if isinstance(k, torch.Tensor) else k**0.5

    module = SimpleNamespace(sqrt=root, **{name: getattr(torch, name) for name in CALLS if name != "sqrt"})

    def call() -> Any:
        value = with_names(problem, module, lambda i, _: columns[i])[0]
        return torch.autograd.grad(value.sum(), columns)

    yield Timed("torch", call, lambda found: [slope.numpy() for slope in found])


def numba(problem: Problem) -> Iterator[Timed]:
    """symad's gradient as straight-line Python in a loop over the points, compiled by numba."""
    import numba

    if problem.expression.n_nodes > 400:
        return
    program = automatic.value_and_gradient(problem.expression)
    graph, lines = program.graph, ["import math", "def f(x, y):", "    for i in range(x.shape[1]):"]
    lines += [f"        t{node} = {python_text(graph, node)}" for node in range(graph.n_nodes)]
    lines += [f"        y[{k}, i] = t{node}" for k, node in enumerate(program.outputs)]
    scope: dict[str, Any] = {}
    exec("\n".join(lines), scope)  # noqa: S102  # a text of functions.py
    function = numba.njit(scope["f"], error_model="numpy")
    points, out = np.ascontiguousarray(problem.x.T), np.empty((1 + problem.x.shape[1], len(problem.x)))
    yield Timed("numba", partial(function, points, out), lambda _: out[1:])


def python_text(graph: Any, node: int) -> str:
    """One operation in Python; KeyError where it has none."""
    name, a = ops.ROWS[graph.op[node]].name, [f"t{operand}" for operand in graph.operands(node)]
    if name == "INPUT":
        return f"x[{graph.input_index(node)}, i]"
    if name == "NUMBER":
        return repr(graph.number(node).value)
    if name in straight.SYMBOLS:
        return f"{a[0]} {straight.SYMBOLS[name]} {a[1]}"
    if name == "POWN":
        exponent = graph.number(graph.operands(node)[1]).value
        return "*".join([a[0]] * int(exponent)) if exponent > 0 else f"1.0/({'*'.join([a[0]] * int(-exponent))})"
    if name.lower() in CALLS:
        return f"math.{name.lower()}({a[0]})"
    if name == "NORM":
        return f"math.sqrt({' + '.join(f'{each}*{each}' for each in a)})"
    return OTHERS[name].format(*a)


OTHERS = {
    "NEG": "-{0}",
    "UNIT": "{0}/{1}",
    "POW": "{0}**{1}",
    "LOG_SLOPE": "1.0/{0}",
    "SQRT_SLOPE": "0.5/math.sqrt({0})",
    "SECH2": "1.0/math.cosh({0})**2",
    "POW_DA": "{1}*{0}**({1} - 1.0)",
    "POW_DB": "{0}**{1}*math.log({0})",
    "ERF_SLOPE": "1.1283791670955126*math.exp(-{0}*{0})",
}

PEERS = (c_code, heyoka, jax, numba, symjit, casadi, symengine, torch, sympy)


def timed(problem: Problem, chosen: Iterable[Callable[[Problem], Iterator[Timed]]] = PEERS) -> Iterator[Timed]:
    """What every peer has to offer."""
    for peer in chosen:
        if peer is c_code or importlib.util.find_spec(peer.__name__):
            try:
                yield from peer(problem)
            except Exception as refusal:  # each peer has its own ways to say what it cannot do
                print(f"  {peer.__name__}: {type(refusal).__name__}: {str(refusal)[:100]}")
