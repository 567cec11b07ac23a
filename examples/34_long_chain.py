"""A loop of a million steps stays a loop: value and gradient in little memory, whatever is kept the same bits."""

import resource
import time

import numpy as np

import symad

N = 1_000_000


def step(h, x, w):
    return h + 0.001 * np.tanh(w * h - h**3), None


def chain(n, keep):
    return symad.function(lambda h, w: symad.scan(step, h, w, length=n, keep=keep)[0])


def megabytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


before = megabytes()
value, slopes = chain(N, "sqrt").value_and_gradient(0.3, 1.1, wrt=("h", "w"))
after = megabytes()
print(f"after {N:,} steps h = {value:.12f}; it has come to rest at sqrt(w) = {np.sqrt(1.1):.12f}")
print(f"slope by w {slopes[1]:.9f}, of sqrt(w) {0.5 / np.sqrt(1.1):.9f}; by the start {slopes[0]:.1e}")

print("\n20,000 steps")
made = {keep: chain(20_000, keep).value_and_gradient(0.3, 1.1, wrt=("h", "w")) for keep in ("sqrt", "all", 10, 1000)}
for keep, (one, (by_h, by_w)) in made.items():
    print(f"keep {keep!s:>5}: {one:.15f} {by_h:.15e} {by_w:.15e}")
print(f"equal to the bit: {len({(one, *both) for one, both in made.values()}) == 1}")

h, by_h, by_w = 0.3, 1.0, 0.0
for _ in range(20_000):  # forward, by hand: the tangents of h by the start and by w
    u = 1.1 * h - h**3
    slope = 0.001 * (1 - np.tanh(u) ** 2)
    by_w += slope * (h + (1.1 - 3 * h * h) * by_w)
    by_h *= 1 + slope * (1.1 - 3 * h * h)
    h += 0.001 * np.tanh(u)
one, both = made["sqrt"]
print(f"by hand within 1e-10: {bool(np.allclose([one, *both], [h, by_h, by_w], rtol=1e-10))}")

print("\nmeasured here:")
f = chain(N, "sqrt")
f.value(0.3, 1.1)
for name, call in (("value", lambda: f(0.3, 1.1)), ("value and gradient", lambda: f.value_and_gradient(0.3, 1.1))):
    call()
    start = time.perf_counter()
    call()
    print(f"{name}: {(time.perf_counter() - start) / N * 1e9:.0f} ns a step")
print(f"memory of the process {after:.0f} MB, {after - before:.0f} of it for the chain")
