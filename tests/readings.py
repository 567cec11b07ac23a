"""What people type: every row of the rules of the reading layer, and siblings of each that are in no table.

A row is (typed, meaning as strict text), (typed, meaning, note) or (typed, what to write, why); siblings follow their
row. Knows texts only.
"""

from __future__ import annotations

SILENT: dict[tuple[str, str], list[tuple[str, str]]] = {
    ("np.sin(x)", "sin(x)"): [
        ("np.arctan2(y, x)", "atan2(y, x)"),
        ("np.maximum(x, y)", "Max(x, y)"),
        ("np.pi*x", "pi*x"),
    ],
    ("numpy.exp(x)", "exp(x)"): [
        ("numpy.log1p(x)", "log1p(x)"),
        ("numpy.abs(x)", "Abs(x)"),
        ("2*numpy.hypot(x, y)", "2*hypot(x, y)"),
    ],
    ("math.sin(x)", "sin(x)"): [
        ("math.sqrt(x)", "sqrt(x)"),
        ("math.log(x, 2)", "log(x, 2)"),
        ("math.e*x", "E*x"),
    ],
    ("Math.sin(x)", "sin(x)"): [
        ("Math.abs(x)", "Abs(x)"),
        ("Math.PI*x", "pi*x"),
        ("Math.max(x, Math.min(y, 1))", "Max(x, Min(y, 1))"),
    ],
    ("Math.pow(x, 2)", "x**2"): [
        ("np.power(x, y)", "x**y"),
        ("math.pow(2, x)", "2**x"),
        ("torch.pow(x, 3)", "x**3"),
    ],
    ("sp.sin(x)", "sin(x)"): [
        ("sympy.Abs(x)", "Abs(x)"),
        ("sp.besselj(0, x)", "besselj(0, x)"),
        ("sp.E*sp.pi*x", "E*pi*x"),
    ],
    ("torch.relu(x)", "relu(x)"): [
        ("torch.sigmoid(x)", "sigmoid(x)"),
        ("torch.lgamma(x)", "loggamma(x)"),
        ("jnp.tanh(x)", "tanh(x)"),
    ],
    ("np.where(x > 0, x, 0)", "Piecewise((x, x > 0), (0, True))"): [
        ("jnp.where(x < y, 1, 2*x)", "Piecewise((1, x < y), (2*x, True))"),
        ("1 + np.where(x > 0, np.sin(x), 0)", "1 + Piecewise((sin(x), x > 0), (0, True))"),
        ("torch.where(x >= 1, x, y)*2", "Piecewise((x, x >= 1), (y, True))*2"),
    ],
    ("where(x > 0, x, 0)", "Piecewise((x, x > 0), (0, True))"): [
        ("where(x > 0, where(y > 0, 1, 2), 3)", "Piecewise((Piecewise((1, y > 0), (2, True)), x > 0), (3, True))"),
        ("sin(where(x == 1, x, y))", "sin(Piecewise((x, x == 1), (y, True)))"),
        ("where(x > 0,x,0)", "Piecewise((x, x > 0), (0, True))"),
    ],
    ("if(x > 0, x, 0)", "Piecewise((x, x > 0), (0, True))"): [
        ("IF(x > 0, x, 0)", "Piecewise((x, x > 0), (0, True))"),
        ("2*if(x < 1, x**2, 2*x - 1)", "2*Piecewise((x**2, x < 1), (2*x - 1, True))"),
        ("if (x > 0, x, if(x < -1, 1, 0))", "Piecewise((x, x > 0), (Piecewise((1, x < -1), (0, True)), True))"),
    ],
    ("ifelse(x > 0, x, 0)", "Piecewise((x, x > 0), (0, True))"): [
        ("ifelse(x > y, x, y)", "Piecewise((x, x > y), (y, True))"),
        ("ifelse(x != 0, 1/x, 0)", "Piecewise((1/x, x != 0), (0, True))"),
        ("-ifelse(x > 0, x, 0)", "-Piecewise((x, x > 0), (0, True))"),
    ],
    ("x > 0 ? x : 0", "Piecewise((x, x > 0), (0, True))"): [
        ("x > 0 ? 1 : x < -1 ? 2 : 3", "Piecewise((1, x > 0), (2, x < -1), (3, True))"),
        ("2*(x < y ? x : y)", "2*Piecewise((x, x < y), (y, True))"),
        ("y = x > 0 ? x + 1 : 1 - x; y**2", "y = Piecewise((x + 1, x > 0), (1 - x, True)); y**2"),
    ],
    ("x if x > 0 else 0", "Piecewise((x, x > 0), (0, True))"): [
        ("1 if x > 0 else 2 if x < -1 else 3", "Piecewise((1, x > 0), (2, x < -1), (3, True))"),
        ("Max(x if x > y else y, 1)", "Max(Piecewise((x, x > y), (y, True)), 1)"),
        ("(x if (x > 0) else -x) + 1", "Piecewise((x, x > 0), (-x, True)) + 1"),
    ],
    ("clip(x, 0, 1)", "Min(Max(x, 0), 1)"): [
        ("clip(x + y, -1, 1)", "Min(Max(x + y, -1), 1)"),
        ("2*clip(x, 0, y)", "2*Min(Max(x, 0), y)"),
        ("clip(clip(x, 0, 2), 1, 3)", "Min(Max(Min(Max(x, 0), 2), 1), 3)"),
    ],
    ("np.clip(x, 0, 1)", "Min(Max(x, 0), 1)"): [
        ("torch.clamp(x, 0, 1)", "Min(Max(x, 0), 1)"),
        ("jnp.clip(x, -y, y)", "Min(Max(x, -y), y)"),
        ("numpy.clip(sin(x), 0, 1)", "Min(Max(sin(x), 0), 1)"),
    ],
    ("if(x > 0 && x < 1, x, 0)", "Piecewise((x, x > 0 and x < 1), (0, True))"): [
        ("if(x > 1 || x < 0, x, 0)", "Piecewise((x, x > 1 or x < 0), (0, True))"),
        ("x>0&&x<1 ? x : 0", "Piecewise((x, x > 0 and x < 1), (0, True))"),
        ("where(x > 0 && y > 0, 1, 0)", "Piecewise((1, x > 0 and y > 0), (0, True))"),
    ],
    ("if(x <> 1, x, 0)", "Piecewise((x, x != 1), (0, True))"): [
        ("IF(x<>y, x, y)", "Piecewise((x, x != y), (y, True))"),
        ("x <> 0 ? x : 1", "Piecewise((x, x != 0), (1, True))"),
        ("if(x ≤ 1, x, 0)", "Piecewise((x, x <= 1), (0, True))"),
    ],
    ("|x|", "Abs(x)"): [("|sin(x)|", "Abs(sin(x))"), ("2*|x + 1|", "2*Abs(x + 1)"), ("sqrt(|x|)", "sqrt(Abs(x))")],
    ("|x - y|*z", "Abs(x - y)*z"): [
        ("|x|/|y|", "Abs(x)/Abs(y)"),
        ("|x|**2 + |y|", "Abs(x)**2 + Abs(y)"),
        ("-|-x|", "-Abs(-x)"),
    ],
    ("x²", "x**2"): [("(x + 1)²", "(x + 1)**2"), ("x⁴", "x**4"), ("x⁻¹", "x**-1")],
    ("x³ + 1", "x**3 + 1"): [("x¹⁰ - y", "x**10 - y"), ("-x²", "-x**2"), ("1/x³", "1/x**3")],
    ("√(x + 1)", "sqrt(x + 1)"): [("2*√(x)", "2*sqrt(x)"), ("√(√(x))", "sqrt(sqrt(x))"), ("√(x)/y", "sqrt(x)/y")],
    ("√x", "sqrt(x)"): [("√2*x", "sqrt(2)*x"), ("1/√x", "1/sqrt(x)"), ("√x + √y", "sqrt(x) + sqrt(y)")],
    ("π*x", "pi*x"): [("sin(π)*x", "sin(pi)*x"), ("x/π", "x/pi"), ("π", "pi")],
    ("x·y", "x*y"): [("2·x", "2*x"), ("x·(y + 1)", "x*(y + 1)"), ("x⋅y", "x*y")],
    ("x×y", "x*y"): [("2 × x", "2 * x"), ("x×sin(y)", "x*sin(y)"), ("x×y×z", "x*y*z")],
    ("x÷y", "x/y"): [("1÷x", "1/x"), ("x ÷ (y + 1)", "x / (y + 1)"), ("sin(x)÷2", "sin(x)/2")],
    ("x−1", "x - 1"): [("−x", "-x"), ("2 − x − y", "2 - x - y"), ("exp(−x)", "exp(-x)")],
    ("x!", "factorial(x)"): [
        ("(x + 1)!", "factorial(x + 1)"),
        ("-x!/y!", "-factorial(x)/factorial(y)"),
        ("2*sin(x)!", "2*factorial(sin(x))"),
    ],
    ("x.^2", "x**2"): [("x.^y + 1", "x**y + 1"), ("(x + 1).^-1", "(x + 1)**-1"), ("2.^x", "2**x")],
    ("x.*y", "x*y"): [("sin(x).*cos(x)", "sin(x)*cos(x)"), ("x .* y", "x * y"), ("x./y", "x/y")],
    ("x.^2./y", "x**2/y"): [("1./x.^2", "1/x**2"), ("x.*y./z", "x*y/z"), ("(x.^2).^3", "(x**2)**3")],
    ("f(x) = x^2 + 1", "x: x**2 + 1"): [
        ("g(y, x) = x - y", "y, x: x - y"),
        ("a = 2; f(x) = a*x", "x: a = 2; a*x"),
        ("f(θ) = sin(θ)", "theta: sin(theta)"),
    ],
    ("lambda x: x**2", "x: x**2"): [
        ("lambda y, x: x - y", "y, x: x - y"),
        ("lambda a: sin(a)", "a: sin(a)"),
        ("lambda x: x if x > 0 else 0", "x: Piecewise((x, x > 0), (0, True))"),
    ],
    ("y = x^2", "y = x**2"): [("w = sin(x)", "sin(x)"), ("a = x; b = a*a", "x*x"), ("r = |x|", "Abs(x)")],
    ("'x**2'", "x**2"): [('"sin(x)"', "sin(x)"), ("“x + 1”", "x + 1"), ("'a = x; a*a'", "a = x; a*a")],
    ("tg(x)", "tan(x)"): [
        ("ctg(x) + arctg(y)", "cot(x) + atan(y)"),
        ("sh(x)*ch(x) - th(x)", "sinh(x)*cosh(x) - tanh(x)"),
        ("arsh(x) + arch(x) + arth(x)", "asinh(x) + acosh(x) + atanh(x)"),
    ],
    ("SIN(x)", "sin(x)"): [
        ("EXP(-x)", "exp(-x)"),
        ("MAX(x, MIN(y, 1))", "Max(x, Min(y, 1))"),
        ("LN(SQRT(ABS(x)))", "log(sqrt(Abs(x)))"),
    ],
    ("POWER(x, 2)", "x**2"): [("POWER(2, x)", "2**x"), ("1 + POWER(x, y)", "1 + x**y"), ("PI()*x", "pi*x")],
    ("x[1]**2 + x[2]**2", "x1**2 + x2**2"): [
        ("x[10]*y", "x10*y"),
        ("sin(x[0])", "sin(x0)"),
        ("x[1] - y[1]", "x1 - y1"),
    ],
    ("x^-1", "x**-1"): [("2^-x", "2**-x"), ("x^-y^2", "x**-y**2"), ("x^+2", "x**2")],
    ("-x^2", "-x**2"): [("-x^2*y", "-x**2*y"), ("2 - x^2", "2 - x**2"), ("-sin(x)^2", "-sin(x)**2")],
}

NOTED: dict[tuple[str, str, str], list[tuple[str, str, str]]] = {
    ("2x", "2*x", "read as 2*x"): [
        ("0.5y", "0.5*y", "read as 0.5*y"),
        ("3 x", "3*x", "read as 3*x"),
        ("5sin(x)", "5*sin(x)", "read as 5*sin(x)"),
    ],
    ("2(x + 1)", "2*(x + 1)", "read as 2*(x + 1)"): [
        ("3(x)(y)", "3*(x)*(y)", "read as 3*(x)*(y)"),
        ("2(x + 1)^2", "2*(x + 1)**2", "read as 2*(x + 1)**2"),
        ("1(2)", "1*2", "read as 1*(2)"),
    ],
    ("(x + 1)(x - 1)", "(x + 1)*(x - 1)", "read as (x + 1)*(x - 1)"): [
        ("(x)(y)(z)", "x*y*z", "read as (x)*(y)*(z)"),
        ("-(x)(x - 1)", "-x*(x - 1)", "(x)(x - 1) read as (x)*(x - 1)"),
        ("(x + 1)(x - 1)^2", "(x + 1)*(x - 1)**2", "read as (x + 1)*(x - 1)**2"),
    ],
    ("exp(-x^2/2)/sqrt(2pi)", "exp(-x**2/2)/sqrt(2*pi)", "2pi read as 2*pi"): [
        ("sin(2x) + 1", "sin(2*x) + 1", "2x read as 2*x"),
        ("x*2y", "x*2*y", "2y read as 2*y"),
        ("1/(2x)", "1/(2*x)", "2x read as 2*x"),
    ],
    ("3x^2 + 2x + 1", "3*x**2 + 2*x + 1", "read as 3*x**2 + 2*x + 1"): [
        ("2x - 3y", "2*x - 3*y", "read as 2*x - 3*y"),
        ("-2x^3 + 4x", "-2*x**3 + 4*x", "read as -2*x**3 + 4*x"),
        ("2sin(3x)", "2*sin(3*x)", "read as 2*sin(3*x)"),
    ],
    ("sin x", "sin(x)", "read as sin(x)"): [
        ("exp x - 1", "exp(x) - 1", "read as exp(x) - 1"),
        ("(cos x)**2", "cos(x)**2", "read as (cos(x))**2"),
        ("2 sqrt 3", "2*sqrt(3)", "read as 2*sqrt(3)"),
    ],
    ("ln x + 1", "log(x) + 1", "read as log(x) + 1"): [
        ("x*ln x", "x*log(x)", "read as x*log(x)"),
        ("Max(ln x, 1)", "Max(log(x), 1)", "read as Max(log(x), 1)"),
        ("1/ln x", "1/log(x)", "read as 1/log(x)"),
    ],
    ("ln|x|", "log(Abs(x))", "read as log(Abs(x))"): [
        ("sin|x| + 1", "sin(Abs(x)) + 1", "read as sin(Abs(x)) + 1"),
        ("sqrt|x - y|", "sqrt(Abs(x - y))", "read as sqrt(Abs(x - y))"),
        ("2*log|x|", "2*log(Abs(x))", "read as 2*log(Abs(x))"),
    ],
    ("sin^2(x)", "sin(x)**2", "read as sin(x)**2"): [
        ("cos^3(x + y)", "cos(x + y)**3", "read as cos(x + y)**3"),
        ("1 - sin^2 x", "1 - sin(x)**2", "read as 1 - sin(x)**2"),
        ("ln^2(x)*x", "log(x)**2*x", "read as log(x)**2*x"),
    ],
    ("sin²(x)", "sin(x)**2", "read as sin(x)**2"): [
        ("tan³(x)", "tan(x)**3", "read as tan(x)**3"),
        ("sin²(x) + cos²(x)", "sin(x)**2 + cos(x)**2", "read as sin(x)**2 + cos(x)**2"),
        ("log²(x)", "log(x)**2", "read as log(x)**2"),
    ],
    ("\\frac{x}{2}", "x/2", "LaTeX, read as x/2"): [
        ("\\frac{x + 1}{y - 1}", "(x + 1)/(y - 1)", "LaTeX, read as (x + 1)/(y - 1)"),
        ("\\frac{1}{\\sin(x)}", "1/sin(x)", "LaTeX, read as 1/sin(x)"),
        ("\\frac{x}{y}^2", "(x/y)**2", "LaTeX, read as (x/y)**2"),
    ],
    ("\\frac{1}{2} m v^2", "(1/2)*m*v**2", "LaTeX, read as (1/2)*m*v**2"): [
        ("\\frac{2x}{3}", "2*x/3", "LaTeX, read as (2*x)/3"),
        ("\\frac{k x^2}{2} + x^{2} y", "k*x**2/2 + x**2*y", "LaTeX, read as (k*x**2)/2 + x**2*y"),
        ("\\frac{\\sin x}{2} \\cos(y)", "(sin(x)/2)*cos(y)", "LaTeX, read as ((sin(x))/2)*cos(y)"),
    ],
    ("\\sin^{2}{\\left(x \\right)}", "sin(x)**2", "LaTeX, read as sin(x)**2"): [
        ("\\tanh^{3}{(2)} x", "tanh(2)**3*x", "LaTeX, read as tanh(2)**3*x"),
        ("\\cos^2{(x + y)}", "cos(x + y)**2", "LaTeX, read as cos(x + y)**2"),
        ("y \\exp^{2}{\\left(7 \\right)}", "y*exp(7)**2", "LaTeX, read as y*exp(7)**2"),
    ],
    ("\\frac12 m v^2", "(1/2)*m*v**2", "LaTeX, read as (1/2)*m*v**2"): [
        ("\\dfrac\\pi2 x", "(pi/2)*x", "LaTeX, read as (pi/2)*x"),
        ("\\tfrac{x}y + \\frac1x", "x/y + 1/x", "LaTeX, read as x/y + 1/x"),
        ("\\sqrt2 x", "sqrt(2)*x", "LaTeX, read as sqrt(2)*x"),
    ],
    ("\\sqrt[3]{x + 1}", "cbrt(x + 1)", "LaTeX, read as cbrt(x + 1)"): [
        ("\\sqrt[2]{x}", "sqrt(x)", "LaTeX, read as sqrt(x)"),
        ("2\\sqrt[3]{x}^2", "2*cbrt(x)**2", "LaTeX, read as 2*cbrt(x)**2"),
        ("\\frac{1}{\\sqrt[3]{x}}", "1/cbrt(x)", "LaTeX, read as 1/(cbrt(x))"),
    ],
    ("\\operatorname{erf}{\\left(x \\right)}", "erf(x)", "LaTeX, read as erf(x)"): [
        ("2\\operatorname{asinh}^{2}{\\left(x \\right)}", "2*asinh(x)**2", "LaTeX, read as 2*asinh(x)**2"),
        ("\\mathrm{e}^{-x}", "exp(-x)", "LaTeX, read as E**(-x)"),
        ("\\mathrm{Re}\\,x", "Re*x", "LaTeX, read as Re*x"),
    ],
    ("x \\left(y + 1\\right)", "x*(y + 1)", "LaTeX, read as x*(y + 1)"): [
        ("2 x \\left(x + \\sin{\\left(x \\right)}\\right)", "2*x*(x + sin(x))", "LaTeX, read as 2*x*(x + sin(x))"),
        ("\\pi \\frac{x}{2}", "pi*(x/2)", "LaTeX, read as pi*(x/2)"),
        ("x_{1} \\operatorname{atan}\\left(x_{2}\\right)", "x_1*atan(x_2)", "LaTeX, read as x_1*atan(x_2)"),
    ],
    ("\\gamma_{0} x", "gamma_0*x", "LaTeX, read as gamma_0*x"): [
        ("\\sin{\\left(\\phi_{0} \\right)} y", "sin(phi_0)*y", "LaTeX, read as sin(phi_0)*y"),
        ("x_{1} x_{2}", "x_1*x_2", "LaTeX, read as x_1*x_2"),
        ("\\mathit{ml}_{0} y", "ml_0*y", "LaTeX, read as ml_0*y"),
    ],
    ("x\\,y", "x*y", "LaTeX, read as x*y"): [
        ("\\sin\\!\\left(x\\right)\\quad y", "sin(x)*y", "LaTeX, read as sin(x)*y"),
        ("\\displaystyle \\bigl(x + 1\\bigr)^2", "(x + 1)**2", "LaTeX, read as (x + 1)**2"),
        ("y \\left|{x}\\right| \\lvert z\\rvert", "y*Abs(x)*Abs(z)", "LaTeX, read as y*Abs(x)*Abs(z)"),
    ],
    ("\\sin(x)", "sin(x)", "LaTeX, read as sin(x)"): [
        ("\\exp(-x)", "exp(-x)", "LaTeX, read as exp(-x)"),
        ("\\arctan x", "atan(x)", "LaTeX, read as atan(x)"),
        ("2\\ln{x}", "2*log(x)", "LaTeX, read as 2*log(x)"),
    ],
    ("x^{2}", "x**2", "LaTeX, read as x**2"): [
        ("x^{n + 1}", "x**(n + 1)", "LaTeX, read as x**(n + 1)"),
        ("x_{1} + x_{max}", "x_1 + x_max", "LaTeX, read as x_1 + x_max"),
        ("2^{-x}", "2**(-x)", "LaTeX, read as 2**(-x)"),
    ],
    ("$x^2$", "x**2", "LaTeX, read as x**2"): [
        ("$2x$", "2*x", "LaTeX, read as 2*x"),
        ("$\\sin x$", "sin(x)", "LaTeX, read as sin(x)"),
        ("$x + y$", "x + y", "LaTeX, read as x + y"),
    ],
    ("\\sqrt{x}", "sqrt(x)", "LaTeX, read as sqrt(x)"): [
        ("\\sqrt{x^2 + y^2}", "sqrt(x**2 + y**2)", "LaTeX, read as sqrt(x**2 + y**2)"),
        ("\\frac{1}{\\sqrt{x}}", "1/sqrt(x)", "LaTeX, read as 1/sqrt(x)"),
        ("2\\sqrt{x}", "2*sqrt(x)", "LaTeX, read as 2*sqrt(x)"),
    ],
    ("x \\cdot y", "x*y", "LaTeX, read as x*y"): [
        ("2 \\cdot x^{2}", "2*x**2", "LaTeX, read as 2*x**2"),
        ("x \\times y", "x*y", "LaTeX, read as x*y"),
        ("\\sin(x) \\cdot \\cos(x)", "sin(x)*cos(x)", "LaTeX, read as sin(x)*cos(x)"),
    ],
    ("\\left(x + 1\\right)^2", "(x + 1)**2", "LaTeX, read as (x + 1)**2"): [
        ("2\\left(x\\right)", "2*x", "LaTeX, read as 2*(x)"),
        ("\\left|x\\right|", "Abs(x)", "LaTeX, read as Abs(x)"),
        ("\\sin\\left(x\\right)", "sin(x)", "LaTeX, read as sin(x)"),
    ],
    ("\\frac{\\alpha}{2\\pi}", "alpha/(2*pi)", "LaTeX, read as alpha/(2*pi)"): [
        ("\\theta_1 + \\omega", "theta_1 + omega", "LaTeX, read as theta_1 + omega"),
        ("\\frac{\\frac{a}{b}}{c}", "a/b/c", "LaTeX, read as a/b/c"),
        ("2\\mu", "2*mu", "LaTeX, read as 2*mu"),
    ],
    ("Sin[x]", "sin(x)", "Mathematica, read as sin(x)"): [
        ("ArcSin[x] + y", "asin(x) + y", "Mathematica, read as asin(x) + y"),
        ("Sqrt[Sin[x]]", "sqrt(sin(x))", "Mathematica, read as sqrt(sin(x))"),
        (
            "If[x > 0, x, 0]",
            "Piecewise((x, x > 0), (0, True))",
            "Mathematica, read as Piecewise((x, x > 0), (0, True))",
        ),
    ],
    ("Exp[-x^2]", "exp(-x**2)", "Mathematica, read as exp(-x**2)"): [
        ("Max[x, y]", "Max(x, y)", "Mathematica, read as Max(x, y)"),
        ("2 Cos[x]", "2*cos(x)", "Mathematica, read as 2*cos(x)"),
        ("BesselJ[0, x]", "besselj(0, x)", "Mathematica, read as besselj(0, x)"),
    ],
    ("ArcTan[x, y]", "atan2(y, x)", "Mathematica, read as atan2(y, x): its arguments are the other way round"): [
        ("ArcTan[x]", "atan(x)", "Mathematica, read as atan(x)"),
        ("ArcTan[1, x + y]", "atan2(x + y, 1)", "read as atan2(x + y, 1): its arguments are the other way round"),
        ("2*ArcTan[x, y]", "2*atan2(y, x)", "read as 2*atan2(y, x): its arguments are the other way round"),
    ],
    ("Log[2, x]", "log(x, 2)", "Mathematica, read as log(x, 2): its base comes first"): [
        ("Log[x]", "log(x)", "Mathematica, read as log(x)"),
        ("Log[10, x*y]", "log(x*y, 10)", "its base comes first"),
        ("1/Log[b, x]", "1/log(x, b)", "read as 1/log(x, b): its base comes first"),
    ],
    ("=SIN(A1)", "sin(A1)", "a spreadsheet, read as sin(A1)"): [
        ("=A1+B2*2", "A1+B2*2", "a spreadsheet, read as A1+B2*2"),
        (
            "=IF(A1>0,A1,0)",
            "Piecewise((A1, A1>0), (0, True))",
            "a spreadsheet, read as Piecewise((A1, A1>0), (0, True))",
        ),
        ("=PI()*A1^2", "pi*A1**2", "a spreadsheet, read as pi*A1**2"),
    ],
    ("θ + α", "theta + alpha", "θ is called theta, α alpha"): [
        ("sin(ω*t)", "sin(omega*t)", "ω is called omega"),
        ("θ1 - θ2", "theta1 - theta2", "θ1 is called theta1"),
        ("μ*x + σ", "mu*x + sigma", "μ is called mu, σ sigma"),
    ],
    ("logK + 1", "logK + 1", "logK is one variable; log(K) is the logarithm of K"): [
        ("2*lnV", "2*lnV", "lnV is one variable; ln(V) is the logarithm of V"),
        ("sinA", "sinA", "sinA is one variable"),
        ("logx + x", "logx + x", "logx is one variable"),
    ],
    ("2*e", "2*e", "e is a variable; Euler's number is E"): [
        ("e + x", "e + x", "e is a variable"),
        ("sin(e)*e", "sin(e)*e", "e is a variable"),
        ("x**e", "x**e", "e is a variable"),
    ],
    ("I*x", "I*x", "I is a variable; there are no complex numbers here"): [
        ("x + I", "x + I", "I is a variable"),
        ("exp(I*x)", "exp(I*x)", "no complex numbers"),
        ("2*I", "2*I", "I is a variable"),
    ],
    ("np.remainder(x, 3)", "Mod(x, 3)", "NumPy's remainder is Mod, not remainder"): [
        ("numpy.remainder(x, y)", "Mod(x, y)", "is Mod, not remainder"),
        ("torch.remainder(x, 2)", "Mod(x, 2)", "PyTorch's remainder is Mod"),
        ("1 + jnp.remainder(x, 3)", "1 + Mod(x, 3)", "is Mod, not remainder"),
    ],
}

REFUSED: dict[tuple[str, str, str], list[tuple[str, str, str]]] = {
    ("1/2x", "x/2 or 1/(2*x)", "a missing * after / has two readings"): [
        ("3/2y", "3*y/2 or 3/(2*y)", "after / has two readings"),
        ("1/2(x + 1)", "(x + 1)/2 or 1/(2*(x + 1))", "after /"),
        ("y + x/3y", "x*y/3 or x/(3*y)", "after /"),
    ],
    ("x^2y", "x**2*y or x**(2*y)", "a missing * after ^ has two readings"): [
        ("x**2(y)", "x**2*(y) or x**(2*(y))", "after ^"),
        ("1 + 3*x^2y", "3*x**2*y or 3*x**(2*y)", "after ^"),
        ("2^3x", "2**3*x or 2**(3*x)", "after ^"),
    ],
    ("x(x + 1)", "x*(x + 1)", "x is a variable here, not a function"): [
        ("y + y(x)", "y*(x)", "y is a variable here"),
        ("speed(x + 1) + speed", "speed*(x + 1)", "speed is a variable here"),
        ("a = x; a(x + 1)", "a*(x + 1)", "a is a variable here"),
    ],
    ("a(b + c)", "a*(b + c)", "a is no function; if it is a product"): [
        ("2*k(x)", "k*(x)", "k is no function"),
        ("g(x, y) + 1", "", "g is no function"),
        ("x + u(t)", "u*(t)", "u is no function"),
    ],
    ("x y", "x*y", "an operator is missing"): [
        ("2*x sin(y)", "x*sin(y)", "operator is missing"),
        ("sin(x)cos(x)", "sin(x)*cos(x)", "operator is missing"),
        ("x 2", "x*2", "operator is missing"),
    ],
    ("sin 2x", "sin(2*x) or sin(2)*x", "how far does sin reach?"): [
        ("cos 3y + 1", "cos(3*y) or cos(3)*y", "how far does cos reach?"),
        ("ln 2x", "ln(2*x) or ln(2)*x", "how far"),
        ("sqrt 2x", "sqrt(2*x) or sqrt(2)*x", "how far"),
    ],
    ("sin x^2", "sin(x**2) or sin(x)**2", "how far does sin reach?"): [
        ("sin x*y", "sin(x*y) or sin(x)*y", "how far"),
        ("exp x/2", "exp(x/2) or exp(x)/2", "how far does exp"),
        ("√x²", "sqrt(x**2) or sqrt(x)**2", "how far does sqrt"),
    ],
    ("e^x", "exp(x) for the first, `e, x: e**x` for the second", "Euler's number"): [
        ("2*e^-t", "exp(-t) for the first, `e, t: 2*e**-t` for the second", "Euler's number"),
        ("e^{x}", "exp(x) for the first, `e, x: e**x` for the second", "Euler's number"),
        ("e**(2x)", "exp(2*x) for the first, `e, x: e**(2*x)` for the second", "Euler's number"),
    ],
    ("sinx", "sin(x) or `sinx: sinx`", "a variable called sinx must be listed"): [
        ("2cosy", "2*cos(y) or `cosy: 2*cosy`", "called cosy"),
        ("lnx", "ln(x) or `lnx: lnx`", "called lnx"),
        ("expt + 1", "exp(t) + 1 or `expt: expt + 1`", "called expt"),
    ],
    ("PI*x", "pi*x or `PI, x: PI*x`", "a variable called PI must be listed"): [
        ("2Pi", "2*pi or `Pi: 2*Pi`", "called Pi"),
        ("M_PI/x", "pi/x or `M_PI, x: M_PI/x`", "called M_PI"),
        ("sin(PI)", "sin(pi) or `PI: sin(PI)`", "called PI"),
    ],
    ("sin^-1(x)", "asin(x) or 1/sin(x)", "the inverse or the reciprocal?"): [
        ("tan^-1(x + y)", "atan(x + y) or 1/tan(x + y)", "the inverse"),
        ("cos⁻¹(x)", "acos(x) or 1/cos(x)", "the inverse"),
        ("\\sin^{-1}(x)", "asin(x) or 1/sin(x)", "the inverse"),
    ],
    ("log(2, x)", "log(x, 2) or log(2)/log(x)", "the base stands second here; in SBML and Mathematica first"): [
        ("log(10, x + 1)", "log(x + 1, 10) or log(10)/log(x + 1)", "the base"),
        ("np.log(3, x)", "log(x, 3) or log(3)/log(x)", "the base"),
        ("2log(2, x)", "log(x, 2) or log(2)/log(x)", "the base"),
    ],
    ("LOG(x)", "log10(x) or log(x)", "spreadsheets mean base 10"): [
        ("2*LOG(x + 1)", "log10(x + 1) or log(x + 1)", "base 10"),
        ("=LOG(A1)", "log10(A1) or log(A1)", "base 10"),
        ("LOG(SQRT(x))", "log10(SQRT(x)) or log(SQRT(x))", "base 10"),
    ],
    ("lg(x)", "log10(x) or log2(x)", "base 10 or base 2?"): [
        ("lg(x*y) + 1", "log10(x*y) or log2(x*y)", "base 10 or"),
        ("2lg(x)", "log10(x) or log2(x)", "base 10 or"),
        ("lg(lg(x))", "", "base 10 or"),
    ],
    ("log_2(x)", "log2(x)", ""): [
        ("log_10(x)", "log10(x)", "part of the name"),
        ("1 + log_2(x*y)", "log2(x*y)", "part of the name"),
        ("log_e(x)", "log(x)", ""),
    ],
    ("\\log_2 x", "log2(x)", ""): [
        ("\\log_2(x + 1)", "log2(x + 1)", "part of the name"),
        ("\\log_{10} x", "log10(x)", "part of the name"),
        ("2\\log_2 y", "log2(y)", "part of the name"),
    ],
    ("x % 2", "Mod(x, 2) or fmod(x, 2)", "sign of the divisor (Python) or of the dividend (C)?"): [
        ("x%y", "Mod(x, y) or fmod(x, y)", "sign of the divisor"),
        ("(x + 1) % 3", "Mod((x + 1), 3) or fmod((x + 1), 3)", "sign"),
        ("sin(x % 2)", "Mod(x, 2) or fmod(x, 2)", "of the dividend"),
    ],
    ("MOD(x, 2)", "Mod(x, 2) or fmod(x, 2)", "a spreadsheet's or Fortran's?"): [
        ("=MOD(A1, 3)", "Mod(A1, 3) or fmod(A1, 3)", "spreadsheet"),
        ("1 + MOD(x, y)", "Mod(x, y) or fmod(x, y)", "Fortran"),
        ("MOD(x + 1, 2)", "Mod(x + 1, 2) or fmod(x + 1, 2)", "Fortran"),
    ],
    ("x // 2", "floor(x/2)", "`#` begins a comment"): [
        ("x*y // 3", "floor(x*y/3)", "begins a comment"),
        ("1 + x//(y + 1)", "floor(x/(y + 1))", "begins a comment"),
        ("x // 10 + 1", "floor(x/10)", "begins a comment"),
    ],
    ("x**2 // c", "x**2", "`#` begins a comment"): [
        ("x^2 // the square", "x**2", "begins a comment"),
        ("sin(x) // y", "sin(x)", "begins a comment"),
        ("x + 1 // see (3)", "x + 1", "begins a comment"),
    ],
    ("int(x)", "trunc(x) or floor(x)", "towards 0, or down?"): [
        ("INT(x + 1)", "trunc(x + 1) or floor(x + 1)", "towards 0"),
        ("2*int(x/y)", "trunc(x/y) or floor(x/y)", "or down"),
        ("int(x)*int(y)", "trunc(x) or floor(x)", "towards 0"),
    ],
    ("50%", "50/100", ""): [("5%*x", "5/100", ""), ("x + 2%", "2/100", ""), ("=A1*20%", "20/100", "")],
    ("sin(45°)", "sin(45*pi/180)", ""): [
        ("cos(x°)", "cos(x*pi/180)", "radians"),
        ("30°", "30*pi/180", "radians"),
        ("1 + tan(2*x°)", "1 + tan(2*x*pi/180)", ""),
    ],
    ("2.^3.^x", "(2**3)**x or 2**(3**x)", "Matlab reads powers from the left"): [
        ("x.^2.^y", "(x**2)**y or x**(2**y)", "from the left"),
        ("x.^y.^z", "(x**y)**z or x**(y**z)", "from the left"),
        ("x^y.^2", "(x**y)**2 or x**(y**2)", "from the left"),
    ],
    ("=-A1^2", "(-A1)**2 or -A1**2", "spreadsheets bind the sign first"): [
        ("=2*-B1^2", "(-B1)**2 or -B1**2", "sign first"),
        ("=-(A1+B1)^3", "(-(A1+B1))**3 or -(A1+B1)**3", "sign first"),
        ("=A1^B1^2", "(A1**B1)**2 or A1**(B1**2)", "from the left"),
    ],
    ("ATAN2(x, y)", "atan2(y, x) or atan2(x, y)", "spreadsheets have x first"): [
        ("=ATAN2(A1, B1)", "atan2(B1, A1) or atan2(A1, B1)", "x first"),
        ("2*ATAN2(1, x)", "atan2(x, 1) or atan2(1, x)", "x first"),
        ("ATAN2(x + 1, y)", "atan2(y, x + 1) or atan2(x + 1, y)", "x first"),
    ],
    ("np.sinc(x)", "sinc(pi*x)", "NumPy's sinc(x) is sin(pi*x)/(pi*x)"): [
        ("numpy.sinc(2*x)", "sinc(pi*2*x)", "NumPy's sinc"),
        ("np.sinc(x + 1)", "sinc(pi*(x + 1))", "NumPy's sinc"),
        ("torch.sinc(x)", "sinc(pi*x)", "PyTorch's sinc"),
    ],
    ("atan(y, x)", "atan2(y, x)", ""): [
        ("arctan(y, x)", "atan2(y, x)", "two arguments"),
        ("2*atan(y + 1, x)", "atan2(y + 1, x)", "two arguments"),
        ("atan(sin(x), cos(x))", "atan2(sin(x), cos(x))", "two arguments"),
    ],
    ("x = 1", "x - 1", "this names the number 1; an equation is written as a difference"): [
        ("y = -2", "y + 2", "this names the number -2"),
        ("a = x; b = 3", "b - 3", "the number 3"),
        ("x = 1/2", "x - 1/2", "a difference"),
    ],
    ("x^2 + y^2 = 1", "x**2 + y**2 - 1", "an equation is written as a difference"): [
        ("x*y = 2 + x", "x*y - (2 + x)", "a difference"),
        ("sin(x) = y", "sin(x) - y", "a difference"),
        ("2*x + 1 = 0", "2*x + 1", "a difference"),
    ],
    ("f'(x)", 'symad diff gives derivatives: symad diff "..." --wrt x', "' is no operator here"): [
        ("g'(x) + 1", 'symad diff gives derivatives: symad diff "..." --wrt x', "' is no operator"),
        ("2*y'(t)", 'symad diff gives derivatives: symad diff "..." --wrt x', "' is no operator"),
        ("sin'(x)", 'symad diff gives derivatives: symad diff "..." --wrt x', "' is no operator"),
    ],
    ("diff(x**2, x)", 'symad diff "x**2" --wrt x', "derivatives"): [
        ("2*diff(sin(y), y)", 'symad diff "sin(y)" --wrt y', "derivatives"),
        ("Derivative(x*y, x)", 'symad diff "x*y" --wrt x', "derivatives"),
        ("diff(x^3, x)", 'symad diff "x**3" --wrt x', "derivatives"),
    ],
    ("d/dx x^2", 'symad diff "x**2" --wrt x', "derivatives"): [
        ("d/dt sin(t)", 'symad diff "sin(t)" --wrt t', "derivatives"),
        ("d/dx (x + 1)^2", 'symad diff "(x + 1)**2" --wrt x', "derivatives"),
        ("d/dy x*y", 'symad diff "x*y" --wrt y', "derivatives"),
    ],
    ("D[x^2, x]", 'symad diff "x**2" --wrt x', "derivatives"): [
        ("D[x*y, y]", 'symad diff "x*y" --wrt y', "derivatives"),
        ("2 D[x, x]", 'symad diff "x" --wrt x', "derivatives"),
        ("D[x^2 + 1, x]", 'symad diff "x**2 + 1" --wrt x', "derivatives"),
    ],
    ("integrate(x, x)", "", "symad differentiates only"): [
        ("Integral(x**2, x)", "", "differentiates only"),
        ("Integrate[x, x]", "", "differentiates only"),
        ("\\int x", "", "differentiates only"),
    ],
    ("def f(x): return x**2", "x: x**2", ""): [
        ("def g(x, y): return x*y", "x, y: x*y", "def"),
        ("def f(t):\n  return sin(t)", "t: sin(t)", "def"),
        ("def f(x): return 2*x + 1", "x: 2*x + 1", "def"),
    ],
    ("1,5*x", "1.5*x or (1, 5*x)", "a decimal point, or two outputs?"): [
        ("x + 2,5", "x + 2.5 or (x + 2, 5)", "a decimal point"),
        ("(0,5*x)", "(0.5*x) or (0, 5*x)", "a decimal point"),
        ("3,14*r^2", "3.14*r**2 or (3, 14*r**2)", "a decimal point"),
    ],
    ("1_000*x", "1000*x", ""): [("x + 1_0", "10", ""), ("12_345_678", "12345678", ""), ("1_000", "1000", "")],
    ("1.0d0*x", "1.0*x", "Fortran's exponent"): [
        ("2.5d3 + x", "2.5e3 + x", "Fortran"),
        ("1d0*x", "1*x", "Fortran"),
        ("x*1.5D2", "1.5e2", "Fortran"),
    ],
    ("2.0f*x", "2.0*x", "C's suffix"): [
        ("0.5F*x", "0.5*x", "C's suffix"),
        ("x + 1.5f", "1.5", "C's suffix"),
        ("1e3L*x", "1e3*x", "suffix"),
    ],
    ("Sum(x**i, (i, 1, 3))", "sum(i = 1..3, x**i)", ""): [
        ("Sum(i*x, (i, 0, 5))", "sum(i = 0..5, i*x)", "families"),
        ("Product(x + k, (k, 1, 4))", "prod(k = 1..4, x + k)", "families"),
        ("2*Sum(x^j, (j, 1, 2))", "sum(j = 1..2, x**j)", "families"),
    ],
    ("\\sum_{i=1}^{3} x_i", "sum(i = 1..3, x[i])", ""): [
        ("\\sum_{k=0}^{5} x^k", "sum(k = 0..5, x**k)", "families"),
        ("\\prod_{i=1}^{4} x_i", "prod(i = 1..4, x[i])", "families"),
        ("\\sum_{j=1}^{2} a_j*x_j", "sum(j = 1..2, a[j]*x[j])", "families"),
    ],
    ("sum(x, y)", "x + y", ""): [
        ("sum(x, y, z)", "x + y + z", ""),
        ("2*sum(x, 1)", "x + 1", ""),
        ("sum(sin(x), y)", "sin(x) + y", ""),
    ],
    ("SUM(x, y)", "x + y", ""): [
        ("=SUM(A1, B1)", "A1 + B1", ""),
        ("SUM(x, y)/2", "x + y", ""),
        ("SUM(x, 2, 3)", "x + 2 + 3", ""),
    ],
    ("[x, y]", "(x, y)", "several outputs stand in parentheses"): [
        ("[x, y, x*y]", "(x, y, x*y)", "several outputs"),
        ("[sin(x), 1]", "(sin(x), 1)", "several outputs"),
        ("a = x; [a, y]", "(a, y)", "several outputs"),
    ],
    ("{x, y}", "(x, y)", "several outputs stand in parentheses"): [
        ("{x + 1, y}", "(x + 1, y)", "several outputs"),
        ("{sin(x), cos(x)}", "(sin(x), cos(x))", "several"),
        ("a = x; {a, y}", "(a, y)", "several"),
    ],
    ("[x + 1]*2", "(x + 1)*2", ""): [("[x]", "(x)", ""), ("2*[x + y]", "(x + y)", ""), ("[x - 1]/[x + 1]", "", "")],
    ("0 < x < 1", "Piecewise((1, 0 < x and x < 1), (0, True))", "comparisons are joined with and"): [
        ("-1 <= x <= 1", "Piecewise((1, -1 <= x and x <= 1), (0, True))", "joined with and"),
        ("if(0 < x < 1, x, 0)", "", "joined with and"),
        ("x < y < z", "Piecewise((1, x < y and y < z), (0, True))", "joined with and"),
    ],
    ("x > 0", "Piecewise((1, x > 0), (0, True)) or Heaviside(x)", "a condition is no number"): [
        ("x + 1 > 0", "Piecewise((1, x + 1 > 0), (0, True)) or Heaviside(x + 1)", "a condition is no number"),
        ("x < y", "Piecewise((1, x < y), (0, True))", "a condition"),
        ("a = x; a >= 1", "Piecewise((1, a >= 1), (0, True))", "a condition"),
    ],
    ("||x| - 1|", "Abs(Abs(x) - 1)", "bars inside bars"): [
        ("|x - |y||", "Abs(x - Abs(y))", "bars inside bars"),
        ("2*||x| + |y||", "Abs(Abs(x) + Abs(y))", "bars inside"),
        ("|sin(|x|)|", "Abs(sin(Abs(x)))", "bars"),
    ],
    ("H(x)", "Heaviside(x)", "its value at 0 is 1/2"): [
        ("2*H(x - 1)", "Heaviside(x - 1)", "1/2"),
        ("H(x)*H(y)", "Heaviside(x)", "1/2"),
        ("sin(H(x))", "Heaviside(x)", "1/2"),
    ],
    ("softmax(x, y)", "exp(x - logsumexp(x, y))", "one output at a time"): [
        ("softmax(x, y, z)", "exp(x - logsumexp(x, y, z))", "one output"),
        ("2*softmax(x, 0)", "exp(x - logsumexp(x, 0))", "one output"),
        ("softmax(2*x, y)", "exp(2*x - logsumexp(2*x, y))", "one output"),
    ],
    ("W @ x", "sum(j = 1..2, W[i, j]*x[j])", "scalars only: write the sum"): [
        ("A@x", "sum(j = 1..2, A[i, j]*x[j])", "scalars only"),
        ("y + W @ x", "sum(j = 1..2, W[i, j]*x[j])", "scalars only"),
        ("M @ v + b", "sum(j = 1..2, M[i, j]*v[j])", "scalars only"),
    ],
    ("1j*x", "", "no complex numbers"): [
        ("2.5j", "", "no complex numbers"),
        ("x + 3j", "", "no complex"),
        ("exp(1j*x)", "", "no complex"),
    ],
    ("λ*x", "lam*x", "lambda is a reserved word"): [
        ("exp(-λ*t)", "exp(-lam*t)", "reserved"),
        ("λ + 1", "lam + 1", "reserved"),
        ("\\lambda x^{2}", "", "reserved"),
    ],
    ("lambda*x", "lam*x", "lambda is a reserved word"): [
        ("2*lambda", "2*lam", "reserved"),
        ("exp(-lambda*t)", "exp(-lam*t)", "reserved"),
        ("lambda**2 + lambda", "lam**2 + lam", "reserved"),
    ],
    ("x++", "x + 1", ""): [("y++", "y + 1", ""), ("a = x++; a", "x + 1", ""), ("(x++)", "x + 1", "")],
    ("exp(-x**2/2)**", "", "the formula ends too early"): [
        ("x +", "", "ends too early"),
        ("2x*", "", "ends too early"),
        ("sin(x) -", "", "ends too early"),
    ],
    ("x := y", "x = y", ""): [
        ("a := x**2", "a = x**2", ""),
        ("a := x; a", "a = x", ""),
        ("w := sin(x) + 1", "w = sin(x) + 1", ""),
    ],
}
