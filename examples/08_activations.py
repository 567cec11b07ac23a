"""Activation functions and their slopes; why gradients vanish through depth."""

import math

import numpy as np

import symad

NAMES = ("sigmoid", "tanh", "softplus", "softsign", "relu", "leaky_relu", "elu", "silu", "gelu", "mish")
GRID = np.linspace(-8, 8, 16_001)[:, None]

print("function      f(-2)     f(0)     f(2)   f'(-2)    f'(0)    f'(2)   largest slope in [-8, 8], at")
for name in NAMES:
    tape = symad.compile(f"{name}(x)")
    at = np.array([[-2.0], [0.0], [2.0]])
    values, slopes = tape.value(at), tape.gradient(at)[:, 0]
    all_slopes = tape.gradient(GRID)[:, 0]
    best = int(np.argmax(all_slopes))
    cells = "".join(f"{number + 0.0:9.4f}" for number in [*values, *slopes])
    where = f"{GRID[best, 0] + 0.0:.2f}" if np.sum(all_slopes > all_slopes[best] - 1e-9) == 1 else "many"
    print(f"{name:<10}{cells}   {all_slopes[best]:.4f}, {where}")

quarter = symad.compile("sigmoid(x)").gradient(0.0)[0]
print(f"\nsigmoid has slope s(1 - s), largest at s = 1/2: {quarter:g} at 0")

# A chain of d units, weight 1: the slope is the product of d local slopes, for sigmoids at most (1/4)**d.
print("\ndepth   sigmoid, d/dx at 0   bound (1/4)**d       tanh, d/dx at 0.5   relu, d/dx at 1")
for depth in (1, 2, 5, 10, 20, 50):
    slopes = []
    for name, x in (("sigmoid", 0.0), ("tanh", 0.5), ("relu", 1.0)):
        chain = symad.compile(symad.parse(f"h = x; repeat n: h = {name}(h)", n=depth))
        slopes.append(float(chain.gradient(x)[0]))
    bound = math.ldexp(1, -2 * depth)
    print(f"{depth:5}{slopes[0]:21.3e}{bound:17.3e}{slopes[1]:22.3e}{slopes[2]:18g}")

# Far out the slope is small but not 0: 1 - tanh(x)**2 has lost it, symad's tanh slope has not.
far = 20.0
slope = symad.compile("tanh(x)").gradient(far)[0]
print(f"\ntanh at {far:g}: slope {slope:.6e}; 1 - tanh(x)**2 = {1 - math.tanh(far) ** 2:g}")
