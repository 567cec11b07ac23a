"""A formula over data larger than memory: Dask hands blocks to a Tape, which pickles to any worker."""

import dask.array as da
import numpy as np

import symad

tape = symad.compile("exp(-x*y)*sin(x)")

# points (n, 2): every block of rows by itself; the gradient has the shape of the points
points = da.random.default_rng(0).random((200_000, 2), chunks=(50_000, 2))
gradients = da.map_blocks(tape.gradient, points, dtype=float)
print("gradient:", gradients.shape, "in", gradients.npartitions, "blocks")
print("largest:", round(float(abs(gradients).max().compute(scheduler="threads")), 3))

# as a generalised function: columns in, one number a row out
values = da.apply_gufunc(tape.value, "(n)->()", points, output_dtypes=float)
mean = float(values.mean().compute(scheduler="threads"))
rows = points.compute(scheduler="threads")
print("mean value as without Dask:", bool(np.isclose(mean, tape.value(rows).mean(), rtol=1e-12)))

# separate arrays by name, broadcast against each other block by block
x, y = da.linspace(0.0, 1.0, 1000, chunks=250)[:, None], da.linspace(0.0, 2.0, 800, chunks=400)[None, :]
field = da.map_blocks(lambda x, y: tape(x=x, y=y), x, y, dtype=float)
print("field:", field.shape, "maximum", round(float(field.max().compute(scheduler="threads")), 4))
