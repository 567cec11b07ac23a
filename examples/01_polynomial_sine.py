"""The polynomial-sine formula (x**2 + sin(x**2))*x**2 at x = 2: every intermediate, both sweeps, all methods."""

import symad

# A program: each statement names a value; the last one is the result.
program = symad.parse("a = x**2; b = sin(a); c = a + b; f = a*c")
counts = program.counts
print(f"{program.source}\n{counts.n_distinct} operations, {counts.n_written_out} written out\n")

# The textbook sweeps: values forward, adjoints backward, both kept for every operation.
sweep = program.compile().sweep(2.0)
names = {**program.labels, program.outputs[0]: "f"}
print("name     value            adjoint, df/d(name)")
for node, name in names.items():
    print(f"{name:<6}{sweep.values[node]:17.12f}{sweep.adjoints[node]:17.12f}")

# By hand: da/dx = 2x; f = a*a + a*sin(a), so df/da = 2a + sin(a) + a*cos(a).
print("\nby hand, f' = 2x (2a + sin(a) + a cos(a)) = 4 (8 + sin(4) + 4 cos(4)) = 18.514492084950...")

# The derivative is a formula as well: by the reverse sweep written out, and by SymPy.
for name, derivative in (
    ("reverse", symad.gradient(program)),
    ("symbolic", symad.symbolic_gradient(program)),
):
    value = float(derivative.compile().value(2.0))
    print(f"\n{name}: {derivative}\n  {derivative.counts.n_distinct} operations, {value:.12f} at 2")

print("\nmeasured here:\n")
print(symad.compare(program, at={"x": 2.0}))
