"""A 2-2-1 sigmoid network at x = (1, 2): all partials of its squared error, three ways and by backpropagation.

Backpropagation is written with NumPy as in a lecture, layer by layer; it is the same reverse sweep, by hand.
"""

import numpy as np

import symad

NETWORK = """
h1 = sigmoid(w11*x1 + w12*x2 + b1)
h2 = sigmoid(w21*x1 + w22*x2 + b2)
y = sigmoid(v1*h1 + v2*h2 + c)
(y - t)**2/2
"""
AT = {
    "x1": 1.0, "x2": 2.0, "t": 1.0,
    "w11": 0.1, "w12": -0.2, "b1": 0.3, "w21": 0.4, "w22": 0.5, "b2": -0.6,
    "v1": 0.7, "v2": -0.8, "c": 0.9,
}  # fmt: skip


def backpropagation() -> dict[str, float]:
    """The partials, by matrices."""
    p = AT
    x, w, b = np.array([p["x1"], p["x2"]]), np.array([[p["w11"], p["w12"]], [p["w21"], p["w22"]]]), [p["b1"], p["b2"]]
    v = np.array([p["v1"], p["v2"]])
    h = 1 / (1 + np.exp(-(w @ x + b)))
    y = 1 / (1 + np.exp(-(v @ h + p["c"])))
    delta = (y - p["t"]) * y * (1 - y)
    inner = delta * v * h * (1 - h)
    dx, dw, dv = w.T @ inner, np.outer(inner, x), delta * h
    return {
        "x1": dx[0], "x2": dx[1], "t": p["t"] - y,
        "w11": dw[0, 0], "w12": dw[0, 1], "b1": inner[0], "w21": dw[1, 0], "w22": dw[1, 1], "b2": inner[1],
        "v1": dv[0], "v2": dv[1], "c": delta,
    }  # fmt: skip


def differences(tape: symad.Tape, x: np.ndarray, step: float = 1e-5) -> np.ndarray:
    """Central differences: two values a variable, in one batch."""
    shifts = step * np.eye(len(x))
    return (tape.value(x + shifts) - tape.value(x - shifts)) / (2 * step)


network = symad.parse(NETWORK, variables=list(AT))
tape, x = network.compile(), np.array(list(AT.values()))
value, reverse = tape.value_and_gradient(x)
symbolic = symad.symbolic_gradient(network).compile().value(x)
numeric = differences(tape, x)
lecture = backpropagation()

print(f"loss {float(value):.12f}\n")
print("partial         reverse       symbolic     differences  backpropagation")
for name, *row in zip(AT, reverse, symbolic, numeric, strict=True):
    print(f"{name:<8}" + "".join(f"{number:15.8f}" for number in row) + f"{lecture[name]:17.8f}")

print()
for name, other, tolerance in (
    ("symbolic", symbolic, 1e-14),
    ("backpropagation", np.array([lecture[name] for name in AT]), 1e-14),
    ("differences", numeric, 1e-10),
):
    print(f"{name} within {tolerance:g} of reverse: {bool(np.max(np.abs(other - reverse)) < tolerance)}")
