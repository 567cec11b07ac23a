"""Handwritten digits: five hidden layers, sigmoid against relu, minibatches, Adam in two lines, clipping.

The loss of one image is traced; an objective sums it over the images of a batch inside the engine. No layer, optimiser
or initialiser is needed from a library. The images (data/README.md says whose they are) are 8 x 8 numbers from 0 to 16.
"""

import time
from pathlib import Path

import numpy as np
from charts import save

import symad
from symad.functions import cross_entropy, relu, sigmoid

UNITS, DEPTH, EPOCHS, BATCH, RATE, LARGEST = 64, 5, 100, 64, 3e-3, 1.0
ACTIVATIONS = {"sigmoid": (sigmoid, 1.0), "relu": (relu, 2.0)}  # with the variance of a unit's sum at the start

table = np.loadtxt(Path(__file__).with_name("data") / "digits.csv.gz", delimiter=",")
order = np.random.default_rng(0).permutation(len(table))
images, labels = table[order, :64] / 16, table[order, 64].astype(int)
n = 4 * len(table) // 5
train = {"x": images[:n], "y": np.eye(10)[labels[:n]]}
test = {"x": images[n:], "y": np.eye(10)[labels[n:]]}


def start(seed, variance):
    rng = np.random.default_rng(seed)
    sizes = (64, *[UNITS] * DEPTH, 10)
    shapes = list(zip(sizes[1:], sizes[:-1], strict=True))
    return {
        "W": [rng.normal(size=s) * np.sqrt(variance / s[1]) for s in shapes],
        "b": [np.zeros(s[0]) for s in shapes],
    }


def norm(array):
    return np.sqrt(np.sum(array * array))  # NumPy's own norm waits for threads of BLAS


def logits(params, x, activation):
    *hidden, last = zip(params["W"], params["b"], strict=True)
    for weights, bias in hidden:
        x = activation(weights @ x + bias)
    return last[0] @ x + last[1]


def fit(activation, variance):
    """Trained parameters, losses on both sets and norms of slopes by layer, each by epoch."""
    obj = symad.objective(
        lambda params, x, y: cross_entropy(logits(params, x, activation), y), data=train, reduce="mean"
    )
    beside = None
    p, rng, k = obj.flatten(start(1, variance)), np.random.default_rng(2), 0
    mean, square = np.zeros_like(p), np.zeros_like(p)
    losses, others, norms = [], [], []
    for _ in range(EPOCHS):
        shuffled, seen, sizes = rng.permutation(n), [], []
        for first in range(0, n, BATCH):
            value, g = obj.value_and_gradient(p, rows=shuffled[first : first + BATCH])
            seen.append(value)
            sizes.append([norm(one) for one in obj.unflatten(g)["W"]])
            g = g * min(1.0, LARGEST / norm(g))  # clipping
            k += 1
            mean, square = 0.9 * mean + 0.1 * g, 0.999 * square + 0.001 * g * g  # Adam
            p = p - RATE * (mean / (1 - 0.9**k)) / (np.sqrt(square / (1 - 0.999**k)) + 1e-8)
        beside = beside or obj.with_data(test)
        losses.append(np.mean(seen))
        others.append(beside.value(p))
        norms.append(np.mean(sizes, axis=0))
    return obj.unflatten(p), losses, others, np.array(norms)


def right(params, activation):
    """Part of the test images that are named right."""
    named = [np.argmax(logits(params, x, activation)) for x in test["x"]]
    return float(np.mean(named == labels[n:]))


print(f"{len(table)} images, {n} to train on; {DEPTH} hidden layers of {UNITS} units")
found, seconds = {}, {}
for name, (activation, variance) in ACTIVATIONS.items():
    began = time.process_time()
    found[name] = fit(activation, variance)
    seconds[name] = time.process_time() - began

rates = {name: right(found[name][0], ACTIVATIONS[name][0]) for name in ACTIVATIONS}
first = {name: norms[0] for name, (_, _, _, norms) in found.items()}
print(f"test images right, relu over 0.95: {rates['relu'] > 0.95}")
print(f"test images right, sigmoid over 0.90: {rates['sigmoid'] > 0.90}")
print(f"at first the slopes of sigmoid's first layer are over 10 times smaller than those of its last: "
      f"{bool(10 * first['sigmoid'][0] < first['sigmoid'][-1])}")  # fmt: skip
print(f"and those of relu's not: {bool(10 * first['relu'][0] > first['relu'][-1])}")

epochs = range(1, EPOCHS + 1)
curves = {
    title: {name: (epochs, found[name][k]) for name in found}
    for k, title in ((1, "loss, mean of the epoch's batches"), (2, "loss, images never seen"))
}
print("\npictures:", save("digits_loss", curves, ("epoch", ""), log=(True, True)), end=", ")
layers = {
    f"{name}: mean norm of slopes": {
        f"layer {layer + 1}": (epochs, found[name][3][:, layer]) for layer in range(DEPTH + 1)
    }
    for name in found
}
print(save("digits_gradients", layers, ("epoch", "")))

print("\nmeasured here:")
for name in found:
    print(f"{name:<8} test images right {rates[name]:.3f}, loss {found[name][2][-1]:.3f}; "
          f"{seconds[name]:.1f} s of processor time for {EPOCHS} epochs")  # fmt: skip
