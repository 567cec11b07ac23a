"""Second derivatives: the Hessian and its products with vectors, Newton's method, and the structure of a banded one."""

import numpy as np

import symad

ROSENBROCK = "sum(i = 1..n-1, 100*(x[i+1] - x[i]**2)**2 + (1 - x[i])**2)"

# By hand for n = 2: d2f/dx1**2 = 1200 x1**2 - 400 x2 + 2, d2f/dx1 dx2 = -400 x1, d2f/dx2**2 = 200.
names = ["x1", "x2"]
tape = symad.parse(ROSENBROCK, n=2, variables=names).compile()
x1, x2 = x = np.array([-1.2, 1.0])
print("Hessian at (-1.2, 1)\n", tape.hessian(x))
print("by hand\n", np.array([[1200 * x1**2 - 400 * x2 + 2, -400 * x1], [-400 * x1, 200.0]]))
print("times (1, 2)", tape.hvp(x, [1.0, 2.0]))

print("\nNewton's method from there\nstep             f           x1           x2")
for step in range(7):
    value, gradient = tape.value_and_gradient(x)
    print(f"{step:4}{float(value):14.6f}{x[0]:13.6f}{x[1]:13.6f}")
    x = x - np.linalg.solve(tape.hessian(x), gradient)

# One second-order program: reverse mode differentiated once more, sharing what both need.
print("\n n   operations of f   gradient   one Hessian-vector product   whole Hessian, n*n entries   of them not 0")
for n in (2, 5, 10, 20):
    f = symad.parse(ROSENBROCK, n=n, variables=[f"x{i}" for i in range(1, n + 1)])
    sizes = [one.counts.n_distinct for one in (f, symad.gradient(f), symad.hvp(f), symad.hessian(f))]
    filled = np.count_nonzero(f.compile().hessian(np.linspace(0.5, 1.5, n)))
    print(f"{n:2}{sizes[0]:18}{sizes[1]:11}{sizes[2]:29}{sizes[3]:29}{filled:16}")
