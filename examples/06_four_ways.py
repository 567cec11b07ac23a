"""Four ways to one gradient, by hand, numerically, forward and reverse, and what they cost as inputs are added.

    python examples/06_four_ways.py [largest number of inputs, 10 to 1000000]

The function is the sum of sin(x_i)*x_{i+1} round a ring. By hand: df/dx_i = cos(x_i)*x_{i+1} + sin(x_{i-1}).
"""

import sys
import time

import numpy as np

import symad

FAMILY = "sum(i = 1..n, sin(x[i])*x[i % n + 1])"
LARGEST = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
STEP = 1e-6


def by_hand(x: np.ndarray) -> np.ndarray:
    """The gradient from paper."""
    return np.cos(x) * np.roll(x, -1) + np.sin(np.roll(x, 1))


def differences(tape: symad.Tape, x: np.ndarray) -> np.ndarray:
    """Central differences: 2n evaluations."""
    shifts = STEP * np.eye(len(x))
    return (tape.value(x + shifts) - tape.value(x - shifts)) / (2 * STEP)


def relative(found: np.ndarray, exact: np.ndarray) -> float:
    """The gradient check: norm of the difference over the sum of the norms."""
    return float(np.linalg.norm(found - exact) / (np.linalg.norm(found) + np.linalg.norm(exact)))


def seconds(call: object) -> float:
    """The best of three calls."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        call()  # type: ignore[operator]  # a function without arguments
        times.append(time.perf_counter() - start)
    return min(times)


def ring(n: int) -> tuple[symad.Expression, np.ndarray]:
    """The function of n inputs, and a point."""
    names = [f"x{i}" for i in range(1, n + 1)]
    return symad.parse(FAMILY, n=n, variables=names), np.linspace(0.5, 1.5, n)


expression, x = ring(4)
tape = expression.compile()
exact = by_hand(x)
ways = {
    "by hand": exact,
    "numerically": differences(tape, x),
    "forward": np.array([tape.jvp(x, direction) for direction in np.eye(4)]),
    "reverse": tape.gradient(x),
}
print(f"{expression}, n = 4\n\nway          " + "".join(f"{'df/dx' + str(i):>13}" for i in range(1, 5)) + "   check")
for name, gradient in ways.items():
    check = relative(gradient, exact)
    word = "-" if name == "by hand" else "< 1e-14" if check < 1e-14 else "< 1e-5" if check < 1e-5 else f"{check:.1e}"
    print(f"{name:<13}" + "".join(f"{slope:13.8f}" for slope in gradient) + f"   {word}")

print("\n      n  evaluations by differences  by forward  by reverse  operations of the function, of reverse")
sizes = [10**k for k in range(1, 7) if 10**k <= LARGEST]
made = {n: ring(n) for n in sizes}
for n, (expression, _) in made.items():
    program = symad.gradient(expression)
    print(f"{n:7}{2 * n:28}{n:12}{1:12}{expression.counts.n_distinct:29}{program.counts.n_distinct:12}")

print("\nmeasured here:\n\n      n  one value, ms  reverse, ms   reverse/value   differences/reverse   check")
for n, (expression, x) in made.items():
    tape = expression.compile()
    tape.gradient(x)
    value_s, reverse_s = seconds(lambda t=tape, at=x: t.value(at)), seconds(lambda t=tape, at=x: t.gradient(at))
    check = f"{relative(differences(tape, x), tape.gradient(x)):.0e}" if n <= 1000 else "2n values are too many"
    quotients = f"{reverse_s / value_s:16.2f}{2 * n * value_s / reverse_s:22.0f}"
    print(f"{n:7}{1e3 * value_s:15.4f}{1e3 * reverse_s:13.4f}{quotients}   {check}")
