"""A network in matrix form, h = tanh(W h + b): gradients in the shapes of W and b, against backpropagation by hand.

The forward pass keeps each layer's input and output, the backward pass takes a delta from layer to layer and leaves an
outer product for each W, which is what the lecture writes on the board.
"""

import numpy as np

import symad
from symad.functions import softmax

SIZES = (4, 6, 5, 3)  # inputs, two hidden layers, classes


def parameters(seed):
    """Weights as a list of matrices, biases as a list of vectors."""
    rng = np.random.default_rng(seed)
    shapes = list(zip(SIZES[1:], SIZES[:-1], strict=True))
    return {"W": [rng.normal(size=s) / np.sqrt(s[1]) for s in shapes], "b": [rng.normal(size=s[0]) / 4 for s in shapes]}


@symad.function
def loss(params, x, target):
    """Hidden layers of tanh, softmax at the end, cross-entropy."""
    h = x
    *hidden, last = zip(params["W"], params["b"], strict=True)
    for weights, bias in hidden:
        h = np.tanh(weights @ h + bias)
    return -np.sum(target * np.log(softmax(last[0] @ h + last[1])))


def backpropagation(params, x, target):
    """The same by hand: what goes in and comes out of each layer, then deltas and outer products from behind."""
    outputs = [x]
    for weights, bias in zip(params["W"][:-1], params["b"][:-1], strict=True):
        outputs.append(np.tanh(weights @ outputs[-1] + bias))
    delta = softmax(params["W"][-1] @ outputs[-1] + params["b"][-1]) - target
    found = {"W": [], "b": []}
    for k in range(len(params["W"]) - 1, -1, -1):
        found["W"].insert(0, np.outer(delta, outputs[k]))
        found["b"].insert(0, delta)
        delta = (params["W"][k].T @ delta) * (1 - outputs[k] ** 2)
    return found


params, x, target = parameters(0), np.array([0.5, -1.0, 0.25, 2.0]), np.array([0.0, 1.0, 0.0])
value, gradient = loss.value_and_gradient(params, x, target, wrt="params")
hand = backpropagation(params, x, target)

print("layer   W        largest dL/dW   by hand      b      largest dL/db   by hand")
for k, (weights, bias) in enumerate(zip(params["W"], params["b"], strict=True)):
    numbers = [np.max(np.abs(one[name][k])) for name in ("W", "b") for one in (gradient, hand)]
    print(
        f"{k}       {weights.shape!s:<8}{numbers[0]:14.9f}{numbers[1]:14.9f}   {bias.shape!s:<6}"
        f"{numbers[2]:13.9f}{numbers[3]:14.9f}"
    )
worst = max(np.max(np.abs(gradient[name][k] - hand[name][k])) for name in ("W", "b") for k in range(3))
print(f"\nloss {value:.9f}; all entries within 1e-15 of those by hand: {bool(worst < 1e-15)}")

expression = loss.trace(params, x, target)
counts, by_params = expression.counts, symad.gradient(expression, wrt=expression.variables[: -len(x) - 3]).counts
n = len(expression.variables) - len(x) - 3
print(f"{counts.n_distinct} operations; {by_params.n_distinct} for the {n} partials by parameters, not by data")
print(f"the first weight is called {loss.names(params, x, target)[0]['W'][0][0, 0]}")

step = {name: [p - 0.5 * g for p, g in zip(params[name], gradient[name], strict=True)] for name in ("W", "b")}
print(f"after one step of gradient descent the loss is {loss(step, x, target):.9f}")
