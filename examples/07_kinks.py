"""Slopes at kinks: abs, relu and max have several defensible ones, symad documents one; logsumexp smooths the maximum.

The status names each tie, so that nobody takes a convention for a derivative.
"""

import symad

print("formula            at            value   slopes         status")
for text, at in (
    ("abs(x)", [-1.0]),
    ("abs(x)", [0.0]),
    ("abs(x)", [1.0]),
    ("relu(x)", [0.0]),
    ("leaky_relu(x)", [0.0]),
    ("Max(x, y)", [1.0, 2.0]),
    ("Max(x, y)", [2.0, 2.0]),
    ("Max(x, y, z)", [2.0, 2.0, 2.0]),
    ("Max(x, 0)", [0.0]),
    ("sqrt(x**2)", [0.0]),
    ("sqrt(x**2 + y**2)", [0.0, 0.0]),
    ("sqrt(x)", [0.0]),
):
    sweep = symad.compile(text).sweep(at)
    point = "(" + ", ".join(f"{number:g}" for number in at) + ")"
    slopes = "(" + ", ".join(f"{slope + 0.0:.4g}" for slope in sweep.gradient) + ")"
    print(f"{text:<19}{point:<12}{sweep.value:>7g}   {slopes:<24} {sweep.status}")

# t*logsumexp(x/t, y/t) tends to Max(x, y) as t falls; its slopes are the softmax, which sums to 1.
print("\nthe smooth maximum of (1, 2) and of the tie (2, 2)")
print("      t      value   slope x   slope y   |  value of the tie, slopes")
smooth = symad.compile("t*logsumexp(x/t, y/t)", variables=["x", "y", "t"])
for t in (1.0, 0.5, 0.25, 0.1, 0.01, 0.001):
    value, slopes = smooth.value_and_gradient([1.0, 2.0, t])
    tie, shares = smooth.value_and_gradient([2.0, 2.0, t])
    left = f"{t:7g}{float(value):11.6f}{slopes[0]:10.6f}{slopes[1]:10.6f}"
    print(f"{left}   |  {float(tie):.6f}  {shares[0]:g}  {shares[1]:g}")
