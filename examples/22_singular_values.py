"""The Jacobian of a layer and its singular values: how far a layer stretches a gradient, and what depth makes of it.

A product of such Jacobians is what backpropagation multiplies by. With orthogonal weights all singular values of a
linear layer are 1; tanh takes from them what its slope is below 1, relu takes whole directions.
"""

import numpy as np

import symad
from symad.functions import relu

N, DEPTH = 24, 12
rng = np.random.default_rng(4)
ACTIVATIONS = {"linear": lambda z: z, "tanh": np.tanh, "relu": relu}
INITIAL = {
    "normal, 1/sqrt(n)": lambda: rng.normal(size=(N, N)) / np.sqrt(N),
    "normal, sqrt(2/n)": lambda: rng.normal(size=(N, N)) * np.sqrt(2 / N),
    "orthogonal": lambda: np.linalg.qr(rng.normal(size=(N, N)))[0],
}


@symad.function(static=("activation",))
def layer(weights, h, activation):
    """One layer; what its name says is handed on, so that each activation has a trace of its own."""
    return ACTIVATIONS[activation](weights @ h)


print("weights             activation   one layer: largest   smallest    twelve layers: largest    rank")
for initial, draw in INITIAL.items():
    weights = [draw() for _ in range(DEPTH)]
    for activation in ACTIVATIONS:
        h, product, first = rng.normal(size=N), np.eye(N), None
        for w in weights:
            jacobian = layer.jacobian(w, h, activation, wrt="h")
            first = jacobian if first is None else first
            product, h = jacobian @ product, layer(w, h, activation)
        one, deep = (np.linalg.svd(matrix, compute_uv=False) for matrix in (first, product))
        rank = int(np.sum(deep > 1e-10 * deep[0])) if deep[0] > 0 else 0
        print(f"{initial:<20}{activation:<12}{one[0]:14.4f}{one[-1]:18.4f}{deep[0]:20.4f}{rank:16d}")

w, h = np.linalg.qr(rng.normal(size=(N, N)))[0], rng.normal(size=N)
by_hand = np.diag(1 - np.tanh(w @ h) ** 2) @ w
difference = np.max(np.abs(layer.jacobian(w, h, "tanh", wrt="h") - by_hand))
print(f"\ndiag(1 - tanh(W h)^2) W by hand agrees: {bool(difference < 1e-15)}")
print(f"traces that were made, one an activation: {len({a: layer.trace(w, h, a) for a in ACTIVATIONS})}")
