"""Value and gradient of a batch, beside whatever peers are installed: ns a point and the ratio to symad's interpreter.

Usage: python tests/benchmarks/engine.py [-n POINTS] [name ...]
Peers: heyoka (exact, fast_math), casadi (its virtual machine), sympy (lambdify with cse on NumPy); native is symad as
C, compiled. All in one process, one thread, columns of points contiguous; the processor time of the quickest of several
repeats, with the spread of the repeats. Times of different runs are not to be compared.
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import statistics
import sys
from collections.abc import Callable, Iterator
from time import process_time_ns

import numpy as np

import symad
from symad import _core, automatic

REPEAT_NS = 20_000_000
N_REPEATS = 7


def product(n: int) -> str:
    return "*".join(f"x{i}" for i in range(n))


def helmholtz(n: int) -> str:
    """The mixing model of Griewank (1989): sums with logarithms, and a quadratic form."""
    x = [f"x{i}" for i in range(n)]
    b = " + ".join(f"{0.005 + 0.0005 * i!r}*{x[i]}" for i in range(n))
    a = " + ".join(f"{x[i]}*({' + '.join(f'{1 / (1 + i + j)!r}*{x[j]}' for j in range(n))})" for i in range(n))
    logs = " + ".join(f"{name}*log({name}/(1 - b))" for name in x)
    return f"b = {b}; a = {a}; 1.3*({logs}) - a/(sqrt(8)*b)*log((1 + (1 + sqrt(2))*b)/(1 + (1 - sqrt(2))*b))"


def logistic(n: int) -> str:
    return "l = x; " + "l = 4*l*(1 - l); " * n + "l"


def rosenbrock(n: int) -> str:
    return " + ".join(f"100*(x{i + 1} - x{i}**2)**2 + (1 - x{i})**2" for i in range(n - 1))


def network(n_inputs: int = 10, hidden: tuple[int, ...] = (12, 8)) -> str:
    """A tanh network with 241 weights; its inputs are numbers."""
    layer, k = [repr(0.1 * i + 0.05) for i in range(n_inputs)], 0
    text = ""
    for size in (*hidden, 1):
        units = []
        for j in range(size):
            terms = [f"w{k + i}*{value}" for i, value in enumerate(layer)] + [f"w{k + len(layer)}"]
            k += len(layer) + 1
            units.append(f"h{size}_{j}")
            text += f"{units[-1]} = {'tanh' if size > 1 else ''}({' + '.join(terms)}); "
        layer = units
    return text + f"({layer[0]} - 0.3)**2"


def nested(n: int) -> str:
    text = "x + y"
    for i in range(n):
        text = f"sin({text} + {'xy'[i % 2]})"
    return text


FUNCTIONS: dict[str, str] = {
    "polynomial-sine": "(x**2 + sin(x**2))*x**2",
    "sin-exp-cos": "(b3 + w3*cos(b2 + w2*exp(b1 + w1*sin(b0 + w0*x))) - y)**2",
    **{f"product {n}": product(n) for n in (10, 100, 1000)},
    **{f"helmholtz {n}": helmholtz(n) for n in (10, 20, 50)},
    **{f"logistic {n}": logistic(n) for n in (4, 6, 8, 10)},
    "rosenbrock 100": rosenbrock(100),
    "tanh network": network(),
    "nested sines 30": nested(30),
}


def measure(call: Callable[[], object]) -> tuple[float, float]:
    """Quickest time of a call in ns, and the spread of the repeats over it."""
    call()
    start = process_time_ns()
    call()
    loops = max(1, REPEAT_NS // max(process_time_ns() - start, 1))
    times = []
    for _ in range(N_REPEATS):
        start = process_time_ns()
        for _ in range(loops):
            call()
        times.append((process_time_ns() - start) / loops)
    return min(times), (statistics.median(times) - min(times)) / min(times)


def own(expression: symad.Expression, x: np.ndarray) -> Iterator[tuple[str, Callable[[], object]]]:
    """The interpreter, the value alone, and native code."""
    value, gradient = np.empty((len(x), 1)), np.empty(x.shape[::-1]).T
    plan = _core.Plan(automatic.value_and_gradient(expression).handle, x.shape[1], 1)
    yield "symad", plan.bind([x], [value, gradient])
    yield "value", _core.Plan(expression.handle, x.shape[1], 1).bind([x], [value])
    native = symad.compile(expression, native=True)
    if native.native:
        yield "native", native.bind(x, out=(value[:, 0], gradient))


def with_names(
    text: str, functions: dict[str, object], variable: Callable[[str], object]
) -> tuple[object, list[object]]:
    """One of the texts above as a peer's own expression, and its variables; the texts are this file's."""
    scope, variables = dict(functions), []
    *bindings, last = [part.strip() for part in text.split(";")]
    bound = {binding.partition("=")[0].strip() for binding in bindings}
    for name in dict.fromkeys(re.findall(r"[A-Za-z_]\w*", text)):
        if name not in scope and name not in bound:
            scope[name] = variable(name)
            variables.append(scope[name])
    for binding in bindings:
        name, _, formula = binding.partition("=")
        scope[name.strip()] = eval(formula.strip(), scope)  # noqa: S307  # a text of this file
    return eval(last, scope), variables  # noqa: S307


def by_heyoka(text: str, x: np.ndarray) -> Iterator[tuple[str, Callable[[], object]]]:
    import heyoka

    functions = {name: getattr(heyoka, name) for name in ("sin", "cos", "exp", "log", "tanh")}
    value, variables = with_names(text, {**functions, "sqrt": lambda k: k**0.5}, lambda name: heyoka.make_vars(name))
    tensors = heyoka.diff_tensors([value], diff_args=variables, diff_order=1)
    slopes = [tensors[[0, *(int(i == j) for i in range(len(variables)))]] for j in range(len(variables))]
    points, out = np.ascontiguousarray(x.T), np.empty((1 + len(variables), len(x)))
    for name, fast in (("heyoka", False), ("heyoka fast", True)):
        function = heyoka.cfunc([value, *slopes], vars=variables, fast_math=fast)
        yield name, lambda function=function: function(inputs=points, outputs=out)


def by_casadi(text: str, x: np.ndarray) -> Iterator[tuple[str, Callable[[], object]]]:
    import casadi

    functions = {name: getattr(casadi, name) for name in ("sin", "cos", "exp", "log", "tanh", "sqrt")}
    value, variables = with_names(text, functions, casadi.SX.sym)
    arguments = casadi.vertcat(*variables)
    function = casadi.Function("f", [arguments], [value, casadi.gradient(value, arguments)]).map(len(x))
    points = casadi.DM(np.ascontiguousarray(x.T))
    yield "casadi", lambda: function(points)


def by_sympy(expression: symad.Expression, x: np.ndarray) -> Iterator[tuple[str, Callable[[], object]]]:
    import sympy

    if expression.n_nodes > 400:
        return
    value = expression.to_sympy()
    symbols = [sympy.Symbol(name) for name in expression.variables]
    function = sympy.lambdify(symbols, [value, *(sympy.diff(value, s) for s in symbols)], "numpy", cse=True)
    columns = list(x.T)
    yield "sympy", lambda: function(*columns)


def rows(name: str, n_points: int) -> Iterator[tuple[str, float, float]]:
    """(method, ns a point, spread) for one function."""
    expression = symad.parse(FUNCTIONS[name])
    x = np.asfortranarray(np.random.default_rng(0).uniform(0.1, 0.9, (n_points, len(expression.variables))))
    makers = [own(expression, x), by_sympy(expression, x)]
    makers += [by_heyoka(FUNCTIONS[name], x)] if importlib.util.find_spec("heyoka") else []
    makers += [by_casadi(FUNCTIONS[name], x)] if importlib.util.find_spec("casadi") else []
    for maker in makers:
        for method, call in maker:
            time, spread = measure(call)
            yield method, time / n_points, spread


def main() -> None:
    """Print one line a function."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=1000, help="points")
    parser.add_argument("names", nargs="*", default=list(FUNCTIONS))
    options = parser.parse_args()
    sys.setrecursionlimit(100_000)
    print(f"{_core.engines()[-1]}, {options.n} points; ns a point (over symad), spread of the repeats in %")
    for name in options.names:
        found = list(rows(name, options.n))
        base = found[0][1]
        cells = [f"{method} {time:.4g} ({time / base:.2f}) {100 * spread:.0f}%" for method, time, spread in found]
        print(f"{name:16s} " + "  ".join(cells), flush=True)


if __name__ == "__main__":
    main()
