"""Does training cure a bad start? Ten linear layers, y = W10 ... W1 x, by gradient descent from four starts.

The product of small matrices is nearly 0, and so is every slope: a plateau that training leaves late or never. With one
unit a layer it is the product of ten numbers, whose slopes are products of the other nine.
"""

import numpy as np
from charts import save

import symad

LAYERS, UNITS, STEPS, RATE = 10, 6, 1_000, 0.02
rng = np.random.default_rng(5)


@symad.function
def loss(weights, target):
    """Half the squared distance of the product from a matrix."""
    product = weights[0]
    for w in weights[1:]:
        product = w @ product
    return np.sum((product - target) ** 2) / 2


def orthogonal():
    q, r = np.linalg.qr(rng.normal(size=(UNITS, UNITS)))
    return q * np.sign(np.diag(r))


def train(weights, target, adam=False):
    """The losses of each step; Adam divides slopes by their own size, so that small ones count as much."""
    losses, mean, square = [], 0.0, 0.0
    for k in range(1, STEPS + 1):
        value, slopes = loss.value_and_gradient(weights, target)
        losses.append(float(value))
        mean, square = 0.9 * mean + 0.1 * slopes, 0.999 * square + 0.001 * slopes**2
        step = mean / (1 - 0.9**k) / (np.sqrt(square / (1 - 0.999**k)) + 1e-12) if adam else slopes
        weights = weights - RATE * (0.1 if adam else 1.0) * step
    return losses


# one unit a layer: the slope by each number is the product of the others
one = np.full((LAYERS, 1, 1), 0.5)
slopes = loss.gradient(one, np.ones((1, 1)))
print(f"ten numbers 1/2: slope by each {slopes[0, 0, 0]:.12f}, by hand {(0.5**10 - 1) * 0.5**9:.12f}")
print(f"equal: {bool(np.allclose(slopes, (0.5**10 - 1) * 0.5**9, rtol=1e-14))}")

target = orthogonal()
normal = rng.normal(size=(LAYERS, UNITS, UNITS)) / np.sqrt(UNITS)
starts = {
    "normal, half of 1/sqrt(n)": normal / 2,
    "normal, 1/sqrt(n)": normal,
    "orthogonal": np.stack([orthogonal() for _ in range(LAYERS)]),
    "the identity": np.stack([np.eye(UNITS)] * LAYERS),
}
print("\n                            first loss   largest slope     after 100   after 1,000")
curves = {}
for name, weights in starts.items():
    largest = np.max(np.abs(loss.gradient(weights, target)))
    curves[name] = train(weights, target)
    print(f"{name:<26}{curves[name][0]:12.4f}{largest:16.6f}{curves[name][99]:14.4f}{curves[name][-1]:14.4f}")

small, plain, turned = (curves[name] for name in list(starts)[:3])
curves["half of 1/sqrt(n), Adam"] = adam = train(starts["normal, half of 1/sqrt(n)"], target, adam=True)
print(f"{'the first, by Adam':<26}{adam[0]:12.4f}{'':16}{adam[99]:14.4f}{adam[-1]:14.4f}")
print(f"\nfrom small weights 1,000 steps cure nothing, the loss is still half |target|^2: {abs(small[-1] - 3) < 0.01}")
print(f"dividing each slope by its own size leaves the plateau: {adam[-1] < 2.5}")
print(f"from orthogonal ones 100 steps are enough: {turned[99] < 1e-3}")
print(f"plain normal ones are slower: {plain[99] > 100 * turned[99]}")
panel = {"loss by step": {name: (range(1, STEPS + 1, 5), curve[::5]) for name, curve in curves.items()}}
print("picture:", save("deep_linear", panel, ("step", ""), log=(True, True)))
