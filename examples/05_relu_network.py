"""A 2-1-1 ReLU network, first with a live unit, then with a dead one: nothing flows through a branch not taken."""

import symad

NETWORK = symad.parse("z = w1*x1 + w2*x2 + b; h = relu(z); y = v*h + c; (y - t)**2")
LIVE = {"w1": 0.5, "x1": 1.0, "w2": -0.25, "x2": 2.0, "b": 0.5, "v": 2.0, "c": 0.1, "t": 1.0}
DEAD = LIVE | {"b": -0.5}
tape = NETWORK.compile()

for title, point in (("live: z > 0", LIVE), ("dead: z < 0", DEAD), ("on the kink: z = 0", LIVE | {"b": 0.0})):
    sweep = tape.sweep([point[name] for name in NETWORK.variables])
    names = {name: node for node, name in NETWORK.labels.items()}
    print(f"{title}\n  z = {sweep.values[names['z']]:g}, h = {sweep.values[names['h']]:g}, loss {sweep.value:g}")
    slopes = zip(NETWORK.variables, sweep.gradient, strict=True)
    print("  " + "  ".join(f"d{name} {slope + 0.0:.4g}" for name, slope in slopes))
    print(f"  status: {sweep.status}")

# The dead unit learns nothing: the slopes of its weights are exactly 0, whatever flows elsewhere. An infinite slope in
# the branch that is not taken does not leak either, where a multiplication by 0 would give nan.
guarded = symad.compile("Piecewise((sqrt(x), x > 0), (0, True))")
print(f"\nPiecewise((sqrt(x), x > 0), (0, True)) at 0: slope {guarded.gradient(0.0)[0]:g}")
