"""The Helmholtz energy of a mixture of n gases, the classic of reverse mode: what a gradient costs, in functions.

    python examples/10_helmholtz_energy.py [largest n, up to 50 and beyond]

    f(x) = sum_i x_i log(x_i/(1 - b.x)) - x.A x/(sqrt(8) b.x) log((1 + (1 + sqrt 2) b.x)/(1 + (1 - sqrt 2) b.x))

with made-up b_i = 1/(i + 8) and A_ij = 1/(i + j). For reverse mode a ratio of 1.96 has been published; theory bounds it
by a small constant whatever n is, and differences and forward mode grow with n.
"""

import sys

import symad

LARGEST = int(sys.argv[1]) if len(sys.argv) > 1 else 5
PUBLISHED = 1.96
FAMILY = """
u = sum(i = 1..n, x[i]/{i + 8})
v = sum(i = 1..n, x[i]*log(x[i]/(1 - u)))
w = sum(i = 1..n, x[i]*sum(j = 1..n, x[j]/{i + j}))
v - w/(sqrt(8)*u)*log((1 + (1 + sqrt(2))*u)/(1 + (1 - sqrt(2))*u))
"""
METHODS = ("symbolic", "symbolic + CSE", "forward", "reverse program", "reverse sweep", "central differences")

sizes = [n for n in (1, 2, 3, 5, 7, 10, 15, 20, 30, 40, 50) if n <= LARGEST]
keys = ["symbolic", "cse", "forward", "reverse", "sweep", "central"]
study = symad.study(FAMILY, sizes, domain={"x": (0.1, 0.4)}, methods=keys, budget=20.0)

print("distinct operations\n\n n  " + "".join(f"{name:>17}" for name in ("function", *METHODS[:4])))
for n in study.sizes:
    row = [study.curve(name, "distinct operations").get(n) for name in ("function", *METHODS[:4])]
    print(f"{n:2}  " + "".join(f"{'-' if count is None else int(count):>17}" for count in row))

print(f"\nmeasured here:\n\ntime of a gradient over that of the function; published for reverse mode: {PUBLISHED}\n")
print(" n  " + "".join(f"{name:>21}" for name in METHODS))
for n in study.sizes:
    rows = [study.row(name, n) for name in METHODS]
    ratios = ["-" if row is None or row.ratio is None else f"{row.ratio:.2f}" for row in rows]
    print(f"{n:2}  " + "".join(f"{ratio:>21}" for ratio in ratios))
