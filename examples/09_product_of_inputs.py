"""The product of n inputs: the symbolic gradient grows quadratically, even with shared parts, the reverse one linearly.

python examples/09_product_of_inputs.py [largest n]
"""

import sys

import symad

LARGEST = int(sys.argv[1]) if len(sys.argv) > 1 else 32
SIZES = [n for n in (2, 3, 4, 8, 16, 32, 64, 128) if n <= LARGEST]
METHODS = ("function", "symbolic", "symbolic + CSE", "forward", "reverse program")

study = symad.study("prod(i = 1..n, x[i])", SIZES, methods=["symbolic", "cse", "forward", "reverse", "sweep"])

print("distinct operations of the gradient of x1*x2*...*xn\n")
print(" n  " + "".join(f"{name:>17}" for name in METHODS))
for n in study.sizes:
    row = [study.curve(name, "distinct operations").get(n) for name in METHODS]
    print(f"{n:2}  " + "".join(f"{'-' if count is None else int(count):>17}" for count in row))

print("\ngrowth:")
for name in METHODS:
    law = study.law(name, "distinct operations")
    print(f"  {name:<16} {law.name}: {law.formula or law.reason}")

print()
for one in study.crossovers:
    if one.quantity == "distinct operations":
        print(f"from n = {one.n} on, {one.winner} needs fewer operations than {one.loser}")

print("\nmeasured here:\n")
print(study)
