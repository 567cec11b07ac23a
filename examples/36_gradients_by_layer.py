"""50 layers of 100 units, five initialisations: variances of activations forward and of gradients backward, by layer.

A network whose layers have one shape is a scan over stacked weights: one layer is traced. A zero is added to the sums
of each layer; the slope by that zero is the layer's delta, so that one gradient gives the deltas of all layers.
"""

import resource
import time

import numpy as np
from charts import save

import symad
from symad.functions import relu

DEPTH, UNITS, ROWS = 50, 100, 8
ACTIVATIONS = {"tanh": np.tanh, "relu": relu}


def layer(h, x, activation):
    weights, zero = x
    out = ACTIVATIONS[activation](weights @ h + zero)
    return out, out


def of_network(activation):
    """The states of all layers for one row, and the last one along a direction."""

    def run(h, weights, zero):
        return symad.scan(lambda h, x: layer(h, x, activation), h, xs=(weights, zero))

    states = symad.function(lambda h, weights, zero: run(h, weights, zero)[1])
    output = symad.function(lambda h, weights, zero, direction: direction @ run(h, weights, zero)[0])
    return states, output


rng = np.random.default_rng(3)
normal = rng.normal(size=(DEPTH, UNITS, UNITS))
orthogonal = np.stack([np.linalg.qr(w)[0] for w in normal])
STARTS = {
    "tanh, deviation 1": ("tanh", normal),
    "tanh, 1/sqrt(n)": ("tanh", normal / np.sqrt(UNITS)),
    "tanh, half of that": ("tanh", normal / np.sqrt(UNITS) / 2),
    "tanh, orthogonal": ("tanh", orthogonal),
    "relu, sqrt(2/n)": ("relu", normal * np.sqrt(2 / UNITS)),
}
zero = np.zeros((DEPTH, UNITS))
rows, directions = rng.normal(size=(ROWS, UNITS)), rng.normal(size=(ROWS, UNITS))

before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
made = {activation: of_network(activation) for activation in ACTIVATIONS}
forward, backward = {}, {}
for name, (activation, weights) in STARTS.items():
    states, output = made[activation]
    h = np.stack([states(row, weights, zero) for row in rows])
    delta = np.stack([output.gradient(row, weights, zero, c, wrt="zero") for row, c in zip(rows, directions)])  # noqa: B905
    forward[name], backward[name] = h.var(axis=(0, 2)), delta.var(axis=(0, 2))
seconds, after = time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

print("variance of          activations             gradients by the sums")
print("layer                1         25         50         1         25         50")
for name in STARTS:
    one = "".join(f"{series[k]:11.1e}" for series in (forward[name], backward[name]) for k in (0, 24, 49))
    print(f"{name:<21}{one}")

activation, weights = STARTS["tanh, 1/sqrt(n)"]
h, delta = [rows[0]], directions[0]
for w in weights:
    h.append(np.tanh(w @ h[-1]))
found = made["tanh"][1].gradient(rows[0], weights, zero, directions[0], wrt="zero")
worst = 0.0
for k in range(DEPTH - 1, -1, -1):  # backpropagation by hand
    delta = delta * (1 - h[k + 1] ** 2)
    worst = max(worst, np.max(np.abs(found[k] - delta)) / np.max(np.abs(delta)))
    delta = weights[k].T @ delta
print(f"\ndeltas of all 50 layers by hand within 1e-12: {bool(worst < 1e-12)}")
kept = backward["tanh, orthogonal"]
print(f"orthogonal weights keep the gradient within a factor of 100: {bool(np.max(kept) / np.min(kept) < 100)}")
vanished = backward["tanh, half of that"]
print(f"half of 1/sqrt(n) loses a factor of 4 a layer, 29 powers of ten: {1e-31 < vanished[0] / vanished[-1] < 1e-28}")

layers = range(1, DEPTH + 1)
panels = {
    title: {name: (layers, series[name]) for name in STARTS}
    for title, series in (("variance of activations", forward), ("variance of gradients by the sums", backward))
}
print("picture:", save("gradients_by_layer", panels, ("layer", "")))
print("\nmeasured here:")
print(f"{seconds:.2f} s of processor time for all five, {(after - before) / 1024:.0f} MB more")
