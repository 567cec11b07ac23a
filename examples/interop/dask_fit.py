"""A fit over data that lie on other processes: sums are made where the rows are, and a worker is killed on the way.

Parts of whole chunks of 4,096 rows are summed by Dask's workers and joined by their places, so that every value and
gradient has the bits of one process, on any number of workers, and so has the whole fit.
"""

import os
import signal

import dask.array as da
import numpy as np
from distributed import Client, LocalCluster
from scipy.optimize import minimize

import symad

N = 500_000


def data():
    """Arrays of Dask, which makes each part anew where it is lost."""
    rng = da.random.default_rng(1)
    t = rng.uniform(0, 4, size=N, chunks=60_000)  # no multiple of 4,096: borders are moved to one
    noise = rng.normal(size=N, chunks=60_000)
    return {"t": t, "y": 2.5 * np.exp(-1.3 * t) + 0.5 + 0.05 * noise}


def fit(objective, after=None):
    """The parameters by L-BFGS and how many steps that took; `after` is told of each step."""
    start = np.array([1.0, 1.0, 0.0])
    options = {"ftol": 1e-14, "gtol": 1e-9}
    found = minimize(objective.value_and_gradient, start, jac=True, method="L-BFGS-B", callback=after, options=options)
    return found.x, found.nit


def main():
    local = {name: np.asarray(column) for name, column in data().items()}
    model = {"row": "a*exp(-b*t) + c - y", "parameters": "a b c", "reduce": "mean", "residual": True}
    here, steps = fit(symad.objective(data=local, **model))
    print(f"{N:,} rows in this process: " + ", ".join(f"{one:.6f}" for one in here))

    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None, "silence_logs": 50}
    with LocalCluster(**options) as cluster, Client(cluster) as client:
        columns = {name: column.persist() for name, column in data().items()}
        objective = symad.objective(data=columns, **model)
        first = client.run(os.getpid)
        done = []

        def kill(_):
            done.append(None)
            if len(done) == steps // 2:
                os.kill(next(iter(first.values())), signal.SIGKILL)

        there, again = fit(objective, kill)
        lost = set(first.values()) - set(client.run(os.getpid).values())
        print(f"two workers, {len(lost)} of them killed half way: " + ", ".join(f"{one:.6f}" for one in there))
        print(f"the same steps: {steps == again}, the same bits: {bool(np.array_equal(here, there))}")

        half, slope, square = objective.gauss_newton(there)
        step = np.linalg.solve(square, slope)
        print(f"a step of Gauss and Newton is below 1e-6: {bool(np.max(np.abs(step)) < 1e-6)}")
        sigma = np.sqrt(np.diag(np.linalg.inv(square)) * 2 * half / (N - 3))
        print("deviations: " + ", ".join(f"{one:.6f}" for one in sigma))


if __name__ == "__main__":
    main()
