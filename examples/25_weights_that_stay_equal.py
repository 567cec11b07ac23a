"""Identical weights stay identical, and dead units stay dead: what a start decides, seen over all rows of the data.

If two hidden units begin with the same weights they get the same gradient, in every bit, and training never tells them
apart. A relu unit whose input is below 0 in every row has gradient 0 in every row, and never comes back.
"""

import numpy as np

import symad
from symad.functions import relu

rng = np.random.default_rng(7)
X = rng.normal(size=(64, 3))
Y = np.sin(X[:, 0]) * X[:, 1]


@symad.function(static=("activation",))
def loss(params, x, y, activation):
    """Mean of squares over all rows, which are one argument: X is (64, 3)."""
    h = activation(x @ params["W"].T + params["b"])
    return np.mean((h @ params["v"] - y) ** 2)


def train(params, activation, steps=50, rate=0.1):
    """Gradient descent; the losses before and after."""
    first = loss(params, X, Y, activation)
    for _ in range(steps):
        slopes = loss.gradient(params, X, Y, activation)
        params = {name: params[name] - rate * slopes[name] for name in params}
    return params, first, loss(params, X, Y, activation)


start = {"W": np.tile(rng.normal(size=3), (4, 1)), "b": np.zeros(4), "v": np.full(4, 0.25)}
trained, before, after = train(start, np.tanh)
print("four units with the same weights at the start")
print(f"  loss {before:.6f} -> {after:.6f}; distinct rows of W afterwards: {len(np.unique(trained['W'], axis=0))}")

apart = {**start, "W": start["W"] + 0.1 * rng.normal(size=(4, 3))}
trained, before, after = train(apart, np.tanh)
print("four units that begin a tenth apart")
print(f"  loss {before:.6f} -> {after:.6f}; distinct rows of W afterwards: {len(np.unique(trained['W'], axis=0))}")

dead = {"W": rng.normal(size=(4, 3)), "b": np.array([0.0, 0.0, -20.0, -20.0]), "v": rng.normal(size=4) / 2}
unit = symad.function(lambda w, b, x: relu(w @ x + b))
rows = [unit.map(dead["W"][k], dead["b"][k], X, axes=(None, None, 0)) for k in range(4)]
slopes = loss.gradient(dead, X, Y, relu)
print("\nrelu unit   rows in which it is above 0   largest slope by its weights   slope by its bias")
for k in range(4):
    print(f"{k:<12}{np.sum(rows[k] > 0):>14d}{np.max(np.abs(slopes['W'][k])):28.6f}{slopes['b'][k]:28.6f}")
trained, before, after = train(dead, relu)
moved = [bool(np.any(trained["W"][k] != dead["W"][k])) for k in range(4)]
print(f"loss {before:.6f} -> {after:.6f}; units that training moved: {moved}")

rows_alone = symad.function(lambda p, x, y: (relu(p["W"] @ x + p["b"]) @ p["v"] - y) ** 2)
parts = [rows_alone.gradient(dead, x, y)["W"] for x, y in zip(X, Y, strict=True)]
difference = np.max(np.abs(np.mean(parts, axis=0) - slopes["W"]))
print(f"\nmean of the rows' own gradients is the gradient of the mean: {bool(difference < 1e-15)}")
