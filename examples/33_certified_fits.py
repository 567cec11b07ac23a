"""Fits with certified answers (NIST StRD): least_squares with the exact Jacobian, by differences, and steps on J'J.

The institute's tables hold parameters and their standard deviations to 11 digits. MINPACK stops where the value is
flat, which is at half the digits of the parameters; steps on J'J may stop by the step itself.
"""

import numpy as np
from scipy.optimize import least_squares

import symad

# model, y, x, second start of the table, certified parameters, certified standard deviations
MISRA = np.array([
    10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.4, 75.47, 81.78,
])  # fmt: skip
PRESSURE = np.array([77.6, 114.9, 141.1, 190.8, 239.9, 289, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760])
ONIONS = np.array([
    16.08, 33.83, 65.8, 97.2, 191.55, 326.2, 386.87, 520.53, 590.03, 651.92, 724.93, 699.56, 689.96, 637.56, 717.41,
])  # fmt: skip
MOBILITY = np.array([
    80.574, 84.248, 87.264, 87.195, 89.076, 89.608, 89.868, 90.101, 92.405, 95.854, 100.696, 101.06, 401.672,
    390.724, 567.534, 635.316, 733.054, 759.087, 894.206, 990.785, 1090.109, 1080.914, 1122.643, 1178.351,
    1260.531, 1273.514, 1288.339, 1327.543, 1353.863, 1414.509, 1425.208, 1421.384, 1442.962, 1464.35, 1468.705,
    1447.894, 1457.628,
])  # fmt: skip
LOG_DENSITY = np.array([
    -3.067, -2.981, -2.921, -2.912, -2.84, -2.797, -2.702, -2.699, -2.633, -2.481, -2.363, -2.322, -1.501,
    -1.46, -1.274, -1.212, -1.1, -1.046, -0.915, -0.714, -0.566, -0.545, -0.4, -0.309, -0.109, -0.103, 0.01,
    0.119, 0.377, 0.79, 0.963, 1.006, 1.115, 1.572, 1.841, 2.047, 2.2,
])  # fmt: skip
TABLES = {
    "Misra1a": (
        "b1*(1 - exp(-b2*x))", MISRA, PRESSURE, [250, 0.0005],
        [238.94212918, 0.00055015643181], [2.7070075241, 7.2668688436e-06],
    ),
    "Rat43": (
        "b1/(1 + exp(b2 - b3*x))^(1/b4)", ONIONS, np.arange(1.0, 16.0), [700, 5, 0.75, 1.3],
        [699.6415127, 5.2771253025, 0.75962938329, 1.2792483859],
        [16.302297817, 2.0828735829, 0.19566123451, 0.68761936385],
    ),
    "Thurber": (
        "(b1 + b2*x + b3*x^2 + b4*x^3)/(1 + b5*x + b6*x^2 + b7*x^3)", MOBILITY, LOG_DENSITY,
        [1300, 1500, 500, 75, 1, 0.4, 0.05],
        [1288.13968, 1491.0792535, 583.23836877, 75.416644291, 0.96629502864, 0.39797285797, 0.049727297349],
        [4.6647963344, 39.571156086, 28.698696102, 5.567537027, 0.031333340687, 0.014984928198, 0.0065842344623],
    ),
}  # fmt: skip


def digits(found, certified):
    """Right digits of the number that has fewest, of 11."""
    return min(11.0, -np.log10(np.max(np.abs(np.asarray(found) / certified - 1)) + 1e-12))


def by_steps(fit, p):
    """Levenberg and Marquardt's steps on J'r and J'J, until the step is rounding."""
    damping, (half, slope, square) = 1e-3, fit.gauss_newton(p)
    for _ in range(500):
        scale = np.sqrt(np.diag(square))  # parameters have units
        matrix = square / np.outer(scale, scale) + damping * np.eye(len(p))
        step = np.linalg.solve(matrix, slope / scale) / scale
        tried = fit.gauss_newton(p - step)
        near = np.all(np.abs(step) < 1e-6 * np.abs(p))  # where the value tells no more, whole steps
        if tried[0] <= half or near:
            p, (half, slope, square), damping = p - step, tried, 0.0 if near else damping / 10
        else:
            damping *= 10
        if np.all(np.abs(step) < 1e-13 * np.abs(p)):
            break
    return p


measured = []
for name, (model, y, x, start, certified, deviations) in TABLES.items():
    fit = symad.objective(f"{model} - y", data={"x": x, "y": y}, residual=True)
    options = {"method": "lm", "ftol": 1e-15, "xtol": 1e-15, "gtol": 1e-15, "x_scale": "jac"}
    exact = least_squares(fit.residuals, start, jac=fit.jacobian, **options).x
    differences = least_squares(fit.residuals, start, **options).x
    p = by_steps(fit, np.array(start, dtype=float))

    half, _, square = fit.gauss_newton(p)
    scale = np.sqrt(np.diag(square))
    covariance = np.linalg.inv(square / np.outer(scale, scale)) / np.outer(scale, scale) * 2 * half / (len(x) - len(p))
    sigma = np.sqrt(np.diag(covariance))
    print(f"{name}: {model}")
    for one, value, error in zip(fit.names, p, sigma, strict=True):
        print(f"  {one} = {value:.8g} +- {error:.5g}")
    found = [digits(one, certified) for one in (p, exact, differences)]
    print(f"  steps on J'J reach 8 certified digits: {bool(found[0] > 8)}")
    print(f"  the exact Jacobian reaches 6: {bool(found[1] > 6)}")
    print(f"  deviations from J'J agree with the certified ones to 5 digits: {bool(digits(sigma, deviations) > 5)}")
    measured.append((name, *found))

    formula = symad.compile(model)  # uncertainty of a prediction: the covariance between its slopes
    at = dict(zip(fit.names, p, strict=True))
    slopes = np.array(list(formula.gradient(**at, x=x[-1], wrt=fit.names).values()))
    error = np.sqrt(slopes @ covariance @ slopes)
    print(
        f"  at x = {x[-1]:g} the model gives {float(formula(**at, x=x[-1])):.5g} +- {error:.3g}, measured {y[-1]:g}\n"
    )

print("measured here:\ncertified digits     steps on J'J   exact Jacobian   differences")
for name, *found in measured:
    print(f"{name:<14}" + "".join(f"{one:17.1f}" for one in found))
