"""The polynomial-sine formula, from text to the comparison of all methods: (x**2 + sin(x**2))*x**2 at x = 2."""

import symad

# A program: each statement names a value; the last one is the result.
program = symad.parse("a = x**2; b = sin(a); c = a + b; a*c")
print("program: ", program)
print("counts:  ", program.counts.n_distinct, "operations,", program.counts.n_written_out, "written out")

# The textbook sweeps: values forward, adjoints backward, both kept for every operation.
sweep = program.compile().sweep(2.0)
print("\nname  value                adjoint")
for node, name in program.labels.items():
    print(f"{name:<5} {sweep.values[node]:<20.17g} {sweep.adjoints[node]:.17g}")
print(f"{'out':<5} {sweep.value:.17g}")

# The derivative is a formula as well: by the reverse sweep written out, and by SymPy.
reverse = symad.gradient(program)
symbolic = symad.symbolic_gradient(program)
for name, derivative in (("reverse", reverse), ("symbolic", symbolic)):
    value = derivative.compile().value(2.0)
    print(f"\n{name}: {derivative}\n  {derivative.counts.n_distinct} operations, {float(value)!r} at 2")

# All methods side by side: operations, time, and errors against a 50-digit reference.
print()
print(symad.compare(program, at={"x": 2.0}))
