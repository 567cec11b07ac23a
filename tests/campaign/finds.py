"""What the campaign found, as cases: `python tests/campaign/finds.py` writes tests/data/rows/finds.jsonl.

Each was a number wrong by more than 1e-9 without a word, or further from the exact one than its bound. The references
are made anew here, to 34 digits.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from campaign import formulas, judge, references

OUT = Path(__file__).resolve().parents[1] / "data" / "rows" / "finds.jsonl"
FINDS: list[tuple[str, str, tuple[float, ...]]] = [
    # an infinity that was passed on, taken for a large number
    ("1 + 1/log(exp(x))", "value", (800.0,)),
    ("1 + acoth(log1p(exp(x)))", "value", (800.0,)),
    ("1 + atan(1/log(exp(x)))", "value", (800.0,)),
    ("fresnelc(digamma(x**2))", "value", (1e300,)),
    ("sinc(log10(airybi(x)))", "value", (1e150,)),
    ("acoth(log1p(y**x)) + (exp(frac(x)) + log10(csch(y)))", "value", (-705.5948799792401, 0.0011123821640914484)),
    # Max and Min of infinities
    ("Min(x**3, x**7)", "value", (1e103,)),
    ("Min(exp(x), cosh(x))", "value", (800.0,)),
    ("Min(sinh(x), airybiprime(x))", "value", (13959.871604325232,)),
    # below and beside the least normal number
    ("li(x)", "value", (1.823e-321,)),
    ("1 + li(x)*1e308*1e16", "value", (1.8e-321,)),
    ("erf(x)", "value", (1.971920364530142e-308,)),
    ("erfinv(x)", "value", (-2.5107269871883543e-308,)),
    ("besseli(1, x)", "value", (-4.4501477170144023e-308,)),
    ("LambertW(x)", "d/dx", (4.4878384591965994e307,)),
    ("x/y", "value", (6.283185307179586, 1e300)),
    ("0.5/x", "value", (-1e300,)),
    # quotients beyond 2**53
    ("Mod(5, x)", "d/dx", (5.685914188909616e-20,)),
    ("fmod(y, x)", "d/dx", (2.1640165796292386e-18, 210941560297394.78)),
    ("remainder(y, x)", "d/dx", (1.7542620131856565e-307, 1.0000000000000007)),
    # next to poles, and where a +- A rounds back to a
    ("zeta(x, y)", "d/dy", (-2.6552510347732207e-13, 0.045992923284435515)),
    ("acoth(erfcinv(x) - x)", "value", (1.0000000000000002,)),
    ("airyai(sinc(y + x))", "d/dx", (-56.235266439154245, -1.9344315557987572e16)),
    # kernels
    ("asec(asech(x))", "value", (1e-323,)),
    ("asech(x)", "value", (1e-310,)),
    ("binomial(1e-8, x)", "value", (8.614511651800632e16,)),
    ("binomial(1e-8, x)", "d/dx", (8.614511651800632e16,)),
    ("binomial(x, y)", "d/dx", (-1e-9, 1e17)),
    ("elliptic_pi(x, x)", "d/dx", (1 - 2.0**-53,)),
    ("elliptic_pi(x, y)", "d/dx", (1 - 2.0**-52, 1 - 2.0**-52)),
    ("LambertW(x, (-1))", "d/dx", (-0.3678794411714423,)),
    ("beta(x, y)", "d/dx", (0.5, 5e-324)),
    ("digamma(x/2)", "d2/dxdx", (-0.9836559084825168,)),
    ("sinc(x)", "d2/dxdx", (2.0,)),
    ("logaddexp(x, y)", "value", (1.5614279434721133e-12, -20.010618102736867)),
    # second round
    ("Si(y + x)", "d/dx", (-3.2293663930204963e307, -7.162419236871004e-06)),
    ("exp2(1e-10)*hypot(Mod(E, x), x + y)", "d/dy", (-2.2250738585072014e-308, -2.2250738585072014e-308)),
    ("atan(hypot(sinc(pi), x*x))", "d/dx", (1e-16,)),
    ("binomial(x, E)", "d/dx", (1e16,)),
    ("binomial(y, x - y)", "d/dx", (-6164826565745583.0, 6.583085057607168e-06)),
    ("factorial((x*100)/hypot(1/6, x))", "value", (-2.2075460681126627e17,)),
    ("sinc(loggamma(x + 3))", "value", (3.9571932823429275e307,)),
    ("Si(beta(y, x))", "d/dy", (5.47058987169957e-309, 0.850118995252009)),
    ("Mod(E1(x), remainder(logsumexp(x, x), asinh(x)))", "value", (47853050063.591705,)),
    ("atan2(x, y) + hypot(1e-5, 100)", "d/dx", (-0.10730688497606271, -5e-324)),
    ("atan2(y, x)", "d/dx", (4.4432365430992165e-06, 2e-323)),
    # third
    ("y**x", "d2/dydy", (2.1359870359209098e96, -1.0)),
    ("y**(x + 1)", "d/dy", (1e17, -1.0)),
    ("coth(binomial(Mod(x, 0.1) - log(x), (x*x)/log(x)))", "value", (4.208703785956636e17,)),
    ("Mod(5**(-x), remainder(4/3, x)*(x/x))", "d/dx", (-4.325568803892815e-14,)),
    # fourth
    ("legendre(8, x)", "d/dx", (5e-324,)),
    ("Abs(beta(x, y))", "d/dy", (27690969.189313844, 51.208372139606716)),
    ("elliptic_pi(x, y)", "value", (-1e30, 0.5)),
    ("elliptic_pi(x, y)", "d/dx", (-1e100, 0.5)),
    ("elliptic_pi(x, x)", "value", (-1e300,)),
    ("elliptic_pi(x, y)", "value", (-1e60, -1e130)),
    ("elliptic_f(x, x)*(1e300 - x)", "d/dx", (-1e300,)),
    ("-softsign(Shi(x))", "d/dx", (717.0510070515551,)),
    ("polylog(x, y)", "value", (-12.5, -0.98)),
    ("polylog(x, y)", "value", (-28.530564977507776, -0.65195759182766)),
    ("besselj(1/2, x)", "value", (9.42477796076938,)),
    ("hypot(x, trunc(tanh(y)))", "d/dx", (-2.225073858507202e-308, 373.2597567315305)),
    ("factorial(cos(csch(expm1(x))))", "value", (-7.458340731200208e-155,)),
    ("logaddexp(6/3 + x*x, (x + 7)*sin(100000000000000000000000))", "d/dx", (0.9999999999999999,)),
    ("logsumexp(7*x, atanh(y))", "value", (-3.0, -1.5636003316532412e-15)),
    ("logsumexp(x, y)", "value", (-0.001047648095169535, -5.495622740543382)),
    ("binomial(Abs(x), Si(y))", "d/dx", (-5142339846512644.0, 1.7325978575302206)),
    ("beta(x + 10, y)", "d/dy", (-0.025634558080590182, 7.5197818399503e16)),
    ("besseli(x, y)", "d/dy", (1e-310, 1e-160)),
    ("Si(x + 1e-10)", "d/dx", (-3.258468860052679e307,)),
    ("Mod(y, x)", "d/dx", (3.0, 1e16)),
    ("fmod(x, y)", "d/dy", (1e16, 3.0)),
    ("remainder(x, y)", "d/dy", (9007199254740993e1, 7.0)),
    ("norm(x, x, x)", "d/dx", (5e-324,)),
    ("norm(x, y)", "d/dx", (5e-324, 5e-324)),
    ("Max(x, x, x)*x", "d/dx", (-1.389658795948298e-08,)),
    ("erf(remainder(x**7, x/x))", "d/dx", (-44349591847722.88,)),
    ("sech(remainder(x + x, logsumexp(x, x)))", "value", (-1.8465163555962954e19,)),
    ("asinh(z - (Mod(x, z) + (y - x)))", "d/dy", (100.00000000000004, 0.7694866846168845, -4.494232837155791e307)),
    ("asec((5*x) - (x/x))", "value", (-2.1801149096651462e-16,)),
    ("(x - 4)**7", "d/dx", (-7.487120255723978e-05,)),
    ("fmod(polygamma(2, x), x + 6/8)", "value", (-1.4999999999999998,)),
    ("binomial(x, 0.3)", "value", (1.7976931348623157e308,)),
    ("log1p(beta(y, x))", "value", (0.9613686667855734, 1.7976931348623157e308)),
    ("sin(logsumexp(erfc(log2(7/6)), y*remainder(x, pi), atanh(loggamma(3))))", "value", (-1e300, -120682.13304662991)),
    # fresh formulas, after everything above held
    ("cbrt(x)", "value", (-0.001986357704588869,)),
    ("norm(x/y, y**10, beta(x, y))", "value", (1.0000000000000002, 5.56268464626801e-309)),
    ("logsumexp(x - 3/9, sigmoid(x) - (E - x), -(x - x))", "value", (-745.1332191019411,)),
    ("beta(y, x)", "d/dy", (3.1467610148269175e-18, 1e300)),
    ("softsign(csch(x)**3)", "d/dx", (9.999999999999995e-109,)),
    ("binomial(x, x/y)", "d/dx", (0.9574940525334014, -5.5511151231257815e-17)),
    ("besselj(x, y)", "d/dy", (5e-324, 4.424426219697074e-162)),
    (
        "atan2(Mod(norm(pi, y, x), y), polygamma(3, z))",
        "d/dx",
        (-2.8873594821302624, -4.611067089317547e19, -2979.628012968584),
    ),
    ("logsumexp(sigmoid(x), sign(y + x), tan(pi)/erfc(x))", "value", (26.678020932483673, -117.52490310000555)),
    ("atan(elliptic_f(x, x) + binomial(x + x, chebyshevu(8, x)))", "value", (-100.00000000000001,)),
]


def line(text: str, entry: str, point: tuple[float, ...]) -> str:
    """A case with its reference."""
    tree, n = formulas.read(text), len(point)
    names = [judge.entry_name(k, n) for k in range(1 + n + n * (n + 1) // 2)]
    packed = references.reference(tree, n, point, 2)[names.index(entry)]
    expected = judge.exact_text(*packed, digits=34)
    return json.dumps({"formula": text, "n": n, "point": point, "entry": names.index(entry), "expected": expected})


if __name__ == "__main__":
    OUT.write_text("".join(f"{line(*find)}\n" for find in FINDS))
