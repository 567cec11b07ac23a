"""The gradient of a gradient step: how the loss after one step of training depends on the step's length.

`symad.function` traces derivatives of other functions as operations of its own, so that a step of gradient descent is
a formula like any other, with slopes, curvature, counts and a picture.
"""

import numpy as np

import symad

x = np.linspace(-1.0, 1.0, 9)
y = np.exp(0.8 * x) - 0.3


@symad.function
def loss(p):
    """Mean of squares of a cubic's deviations."""
    return np.mean((np.polyval(p, x) - y) ** 2)


@symad.function
def after(p, rate):
    """The loss after a step of this length."""
    return loss(p - rate * loss.gradient(p))


p = np.array([0.5, -0.2, 0.1, 0.0])
print("length    loss after the step    its slope by the length    -g'g(moved) by hand")
for rate in (0.0, 0.1, 0.3, 0.5, 0.7):
    value, slope = after.value_and_gradient(p, rate, wrt="rate")
    hand = -loss.gradient(p) @ loss.gradient(p - rate * loss.gradient(p))
    print(f"{rate:5.1f}{value:20.9f}{slope:26.9f}{hand:24.9f}")

rate = 0.3
for _ in range(6):  # Newton's method on the slope
    rate -= after.gradient(p, rate, wrt="rate") / after.hessian(p, rate, wrt="rate")
g = loss.gradient(p)
best = (g @ g) / (g @ loss.hvp((p,), (g,)))
print(f"\nbest length by Newton's method: {rate:.12f}; of a quadratic, g'g/g'Hg: {best:.12f}")
print(f"slope there is 0 within 1e-14: {bool(abs(after.gradient(p, rate, wrt='rate')) < 1e-14)}")

by_start = after.gradient(p, 0.1)
hand = loss.gradient(p - 0.1 * g) - 0.1 * loss.hvp((p,), (loss.gradient(p - 0.1 * g),))
print(f"by the start it is (1 - rate*H) g(moved): {bool(np.max(np.abs(by_start - hand)) < 1e-14)}")
counts = {name: one.trace(*a).counts.n_distinct for name, one, a in (("loss", loss, (p,)), ("after", after, (p, 0.1)))}
print(f"{counts['loss']} operations of the loss, {counts['after']} of the loss after a step")
