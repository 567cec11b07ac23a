"""The functions that benchmarks run, as texts: `GIVEN`, which the engine was measured on while it was made, and
`OTHERS`, which nobody tuned it for."""

from __future__ import annotations


def product(n: int) -> str:
    return "*".join(f"x{i}" for i in range(n))


def helmholtz(n: int) -> str:
    """The mixing model of Griewank (1989): sums with logarithms, and a quadratic form."""
    x = [f"x{i}" for i in range(n)]
    b = " + ".join(f"{0.005 + 0.0005 * i!r}*{x[i]}" for i in range(n))
    a = " + ".join(f"{x[i]}*({' + '.join(f'{1 / (1 + i + j)!r}*{x[j]}' for j in range(n))})" for i in range(n))
    logs = " + ".join(f"{name}*log({name}/(1 - b))" for name in x)
    return f"b = {b}; a = {a}; 1.3*({logs}) - a/(sqrt(8)*b)*log((1 + (1 + sqrt(2))*b)/(1 + (1 - sqrt(2))*b))"


def logistic(n: int) -> str:
    return "l = x; " + "l = 4*l*(1 - l); " * n + "l"


def rosenbrock(n: int) -> str:
    return " + ".join(f"100*(x{i + 1} - x{i}**2)**2 + (1 - x{i})**2" for i in range(n - 1))


def network(n_inputs: int = 10, hidden: tuple[int, ...] = (12, 8)) -> str:
    """A tanh network with 241 weights; its inputs are numbers."""
    layer, k = [repr(0.1 * i + 0.05) for i in range(n_inputs)], 0
    text = ""
    for size in (*hidden, 1):
        units = []
        for j in range(size):
            terms = [f"w{k + i}*{value}" for i, value in enumerate(layer)] + [f"w{k + len(layer)}"]
            k += len(layer) + 1
            units.append(f"h{size}_{j}")
            text += f"{units[-1]} = {'tanh' if size > 1 else ''}({' + '.join(terms)}); "
        layer = units
    return text + f"({layer[0]} - 0.3)**2"


def nested(n: int) -> str:
    text = "x + y"
    for i in range(n):
        text = f"sin({text} + {'xy'[i % 2]})"
    return text


def bodies(n: int) -> str:
    """Energy of n bodies in space under gravity, by positions and velocities."""
    moving = " + ".join(f"{0.5 + 0.1 * i!r}*(u{i}**2 + v{i}**2 + w{i}**2)" for i in range(n))
    pairs = [(i, j) for j in range(n) for i in range(j)]
    distance = "sqrt((x{0} - x{1})**2 + (y{0} - y{1})**2 + (z{0} - z{1})**2 + 0.01)"
    return f"{moving} - " + " - ".join(f"{1 + 0.1 * i + 0.2 * j!r}/{distance.format(i, j)}" for i, j in pairs)


def cluster(n: int) -> str:
    """Lennard-Jones energy of n atoms in space: arithmetic alone."""
    square = "(x{0} - x{1})**2 + (y{0} - y{1})**2 + (z{0} - z{1})**2"
    text, terms = "", []
    for j in range(n):
        for i in range(j):
            text += f"s{i}_{j} = 1/({square.format(i, j)} + 0.3); c{i}_{j} = s{i}_{j}**3; "
            terms.append(f"4*(c{i}_{j}**2 - c{i}_{j})")
    return text + " + ".join(terms)


def springs(n: int) -> str:
    """Energy of a chain of n masses in the plane, stretched springs between neighbours."""
    length = "sqrt((x{1} - x{0} + 1)**2 + (y{1} - y{0})**2)"
    return " + ".join(f"0.5*({length.format(i, i + 1)} - 0.8)**2 + 0.1*y{i}" for i in range(n - 1))


def option() -> str:
    """Price of a European call after Black and Scholes, by its five parameters."""
    return (
        "a = (log((s + 1)/k) + (r + v**2/2)*t)/(v*sqrt(t)); b = a - v*sqrt(t); "
        "(s + 1)*(1 + erf(a/sqrt(2)))/2 - k*exp(-r*t)*(1 + erf(b/sqrt(2)))/2"
    )


def recurrent(n_steps: int) -> str:
    """Long short-term memory: one cell over so many steps, by its twelve weights."""
    text = "h = 0.1; c = 0.2; "
    for step in range(n_steps):
        sums = [f"(w{g}*{0.3 + 0.1 * step!r} + u{g}*h + b{g})" for g in range(4)]
        gates = [f"1/(1 + exp(-{each}))" for each in sums[:3]]
        text += f"c = c*{gates[0]} + tanh{sums[3]}*{gates[1]}; h = tanh(c)*{gates[2]}; "
    return text + "(h - 0.5)**2"


def softmax(n: int) -> str:
    """The loss of one of n classes."""
    return f"log({' + '.join(f'exp(x{i})' for i in range(n))}) - x{n // 2}"


def mixture(n: int) -> str:
    """Negative log likelihood of four values under n Gaussians, by weights, means and widths."""
    bell = "a{0}/s{0}*exp(-0.5*(({1} - m{0})/s{0})**2)"
    sums = [" + ".join(bell.format(i, value) for i in range(n)) for value in (0.2, 0.5, 0.7, 1.1)]
    return f"4*log({' + '.join(f'a{i}' for i in range(n))}) - " + " - ".join(f"log({each})" for each in sums)


def fit(degree: int, n_values: int) -> str:
    """Squared distance of a polynomial from values, by its coefficients."""
    squares = []
    for k in range(n_values):
        at, text = -1 + 2 * k / (n_values - 1), f"c{degree}"
        for i in reversed(range(degree)):
            text = f"({text}*{at!r} + c{i})"
        squares.append(f"({text} - {0.3 + 0.05 * k!r})**2")
    return " + ".join(squares)


def arm(n: int) -> str:
    """Squared distance of a plane arm's hand from a target, by its joints' angles."""
    sums = [" + ".join(f"q{k}" for k in range(i + 1)) for i in range(n)]
    x, y = (" + ".join(f"{1 - 0.1 * i!r}*{wave}({s})" for i, s in enumerate(sums)) for wave in ("cos", "sin"))
    return f"({x} - 1.2)**2 + ({y} - 0.7)**2"


def utility(n: int) -> str:
    """Utility with constant elasticity of substitution: powers with an exponent that is a variable."""
    return f"({' + '.join(f'a{i}*x{i}**r' for i in range(n))})**(1/r)"


GIVEN: dict[str, str] = {
    "polynomial-sine": "(x**2 + sin(x**2))*x**2",
    "sin-exp-cos": "(b3 + w3*cos(b2 + w2*exp(b1 + w1*sin(b0 + w0*x))) - y)**2",
    **{f"product {n}": product(n) for n in (10, 100, 1000)},
    **{f"helmholtz {n}": helmholtz(n) for n in (10, 20, 50)},
    **{f"logistic {n}": logistic(n) for n in (4, 6, 8, 10)},
    "rosenbrock 100": rosenbrock(100),
    "tanh network": network(),
    "nested sines 30": nested(30),
}

OTHERS: dict[str, str] = {
    "option": option(),
    "softmax 20": softmax(20),
    "mixture 5": mixture(5),
    "recurrent 5": recurrent(5),
    "arm 8": arm(8),
    "utility 6": utility(6),
    "springs 20": springs(20),
    "bodies 5": bodies(5),
    "cluster 8": cluster(8),
    "fit 15": fit(15, 20),
}

FUNCTIONS = {**OTHERS, **GIVEN}
