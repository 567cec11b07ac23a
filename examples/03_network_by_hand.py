"""A network of one neuron a layer, (b3 + w3*cos(b2 + w2*exp(b1 + w1*sin(b0 + w0*x))) - y)**2, at one point.

Every intermediate and every adjoint: by the reverse sweep, and by the chain rule as one writes it on paper.
"""

import math

import symad

NETWORK = """
z0 = b0 + w0*x;  a0 = sin(z0)
z1 = b1 + w1*a0; a1 = exp(z1)
z2 = b2 + w2*a1; a2 = cos(z2)
z3 = b3 + w3*a2; r = z3 - y
L = r**2
"""
AT = {"x": 0.5, "y": 1.0, "b0": 0.1, "w0": 0.8, "b1": -0.2, "w1": 0.6, "b2": 0.3, "w2": 0.9, "b3": 0.4, "w3": 1.1}


def by_hand() -> dict[str, float]:
    """The adjoint of every name, output first."""
    p = AT
    z0 = p["b0"] + p["w0"] * p["x"]
    a0 = math.sin(z0)
    a1 = math.exp(p["b1"] + p["w1"] * a0)
    z2 = p["b2"] + p["w2"] * a1
    a2 = math.cos(z2)
    d = {"L": 1.0, "r": 2 * (p["b3"] + p["w3"] * a2 - p["y"])}
    d["z3"], d["y"] = d["r"], -d["r"]
    d["b3"], d["w3"], d["a2"] = d["z3"], d["z3"] * a2, d["z3"] * p["w3"]
    d["z2"] = -d["a2"] * math.sin(z2)
    d["b2"], d["w2"], d["a1"] = d["z2"], d["z2"] * a1, d["z2"] * p["w2"]
    d["z1"] = d["a1"] * a1
    d["b1"], d["w1"], d["a0"] = d["z1"], d["z1"] * a0, d["z1"] * p["w1"]
    d["z0"] = d["a0"] * math.cos(z0)
    d["b0"], d["w0"], d["x"] = d["z0"], d["z0"] * p["x"], d["z0"] * p["w0"]
    return d


network = symad.parse(NETWORK, variables=list(AT))
sweep = network.compile().sweep(list(AT.values()))
names = {**network.labels, network.outputs[0]: "L"}
node_of = {name: node for node, name in names.items()}

print("name         value        adjoint        by hand")
hand = by_hand()
for name in [*AT, "z0", "a0", "z1", "a1", "z2", "a2", "z3", "r", "L"]:
    node = node_of[name]
    print(f"{name:<5}{sweep.values[node]:13.9f}  {sweep.adjoints[node]:13.9f}  {hand[name]:13.9f}")

worst = max(abs(sweep.adjoints[node_of[name]] - value) for name, value in hand.items())
print(f"\nlargest difference below 1e-14: {bool(worst < 1e-14)}; status: {sweep.status}")
counts, gradient = network.counts, symad.gradient(network).counts
print(f"{counts.n_distinct} operations; {gradient.n_distinct} for all {len(AT)} partials by the reverse program")
