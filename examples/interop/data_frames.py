"""A formula over the columns of pandas, xarray and polars: a Tape is a function of arrays by name."""

import numpy as np
import pandas
import polars
import xarray

import symad

energy = symad.compile("m*g*h + m*v**2/2", variables=["m", "g", "h", "v"])
columns = {"m": [1.0, 2.0, 3.0], "h": [10.0, 5.0, 0.0], "v": [0.0, 1.0, 2.0]}

frame = pandas.DataFrame(columns)
frame["energy"] = energy(g=9.81, **frame)
print("pandas:", [round(one, 3) for one in frame["energy"]])

polar = symad.compile("r = hypot(v, h); t = atan2(h, v); (r, t)")
found = pandas.DataFrame(polar.value(frame[list(polar.variables)]), columns=polar.output_names)
print(found.round(3).to_dict("list"))

table = polars.DataFrame(columns)
table = table.with_columns(energy=energy(g=9.81, **{name: table[name].to_numpy() for name in columns}))
print("polars:", [round(one, 3) for one in table["energy"]])

grid = xarray.Dataset({"m": ("body", [1.0, 2.0]), "h": ("place", [0.0, 1.0, 2.0])})
labelled = xarray.apply_ufunc(lambda m, h: energy(m=m, g=9.81, h=h, v=0.0), grid.m, grid.h)
print("xarray:", dict(labelled.sizes), np.round(labelled.values[1], 3))

slopes = xarray.apply_ufunc(
    energy.gradient, frame[["m"]].assign(g=9.81, h=frame.h, v=frame.v).to_xarray().to_dataarray("variable"),
    input_core_dims=[["variable"]], output_core_dims=[["variable"]],
)  # fmt: skip
print("slopes along", list(slopes.coords["variable"].values), "of the last body", np.round(slopes.values[-1], 3))
