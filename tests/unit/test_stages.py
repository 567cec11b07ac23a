"""Stages as text: complete (what is printed computes the numbers again), the same everywhere, refused by name."""

from __future__ import annotations

import ast
import operator
import re
from pathlib import Path

import numpy as np
import pytest

import symad
from symad._core import plans as _core_plans
from symad._core import tapes
from symad.cli import main
from symad.derive import automatic
from symad.formula.expression import Expression, build
from symad.formula.ops import row
from symad.tape import stages

CASES = sorted((Path(__file__).parents[1] / "golden" / "stages").glob("*.txt"))
FORMULAS = [path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("$ ") for path in CASES]
POINTS = ((0.75, -1.25, 2.5), (-0.5, 2.0, -0.0), (3.0, 3.0, 3.0), (np.nan, 1.0, -2.0))
LOGIC = {"NOT": lambda a: not a, "AND": lambda a, b: a and b, "OR": lambda a, b: a or b}
BINARY = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Gt: operator.gt, ast.Lt: operator.lt,
}  # fmt: skip
HELPERS = {
    "PICK": lambda c, x, y: x if c != 0 else y,
    "EQUAL": lambda x, y: x == y,
    "LEADS": lambda x, r, beats: x if r == r and (x != x or beats) else r,
}
PROGRAMS = {"value": lambda f: f, "value_and_gradient": automatic.value_and_gradient, "jacobian": automatic.jacobian}


def kinds(formula: str) -> list[str]:
    return ["value", "value_and_gradient" if symad.parse(formula).n_outputs == 1 else "jacobian"]


def apply(name: str, *values: float) -> float:
    """One row of the table, of numbers; conditions are 1 and 0."""
    if name in LOGIC:
        return float(LOGIC[name](*(value != 0 for value in values)))
    if name == "SELECT":
        return values[1] if values[0] != 0 else values[2]
    builder = tapes.Builder()
    operands = [builder.input(f"x{k}") for k in range(len(values))]
    if name.startswith("POWN"):  # whose exponent is a number
        operands[1] = builder.number(values[1])
    node = builder.op(row(name).number, *operands)
    if row(name).condition:
        node = builder.op(row("SELECT").number, node, builder.number(1.0), builder.number(0.0))
    builder.output(node)
    return float(build(builder).compile().value(np.array(values, dtype=float)))


def point_of(program: Expression, numbers: tuple[float, ...]) -> dict[str, np.float64]:
    return {name: np.float64(numbers[k % 3] + k // 3) for k, name in enumerate(program.variables)}


def by_nodes(lines: list[str], point: dict[str, np.float64]) -> list[float]:
    """The outputs, from a text of nodes alone."""
    values: dict[str, float] = dict(point)
    for line in lines[1:-1]:
        name, line = line.split(" = ", 1)
        shown, _, notes = line.partition(" ;")
        kind, *operands = shown.replace(",", "").split()
        folded = re.search(r"folded to ([^,]+)", notes)
        if kind in ("NUMBER", "INPUT"):
            values[name] = float(operands[0]) if kind == "NUMBER" else values[operands[0]]
        else:
            values[name] = float(folded[1]) if folded else apply(kind, *(values[operand] for operand in operands))
    return [values[found] for found in re.findall(r"%\d+", lines[-1])]


def number_of(node: ast.AST, names: dict[str, np.float64]) -> np.float64:
    """What the formula of a step gives: operations in the order in which they are written."""
    if isinstance(node, ast.Constant):
        return np.float64(node.value)
    if isinstance(node, ast.Name):
        return names[node.id]
    if isinstance(node, ast.UnaryOp):
        assert isinstance(node.op, ast.USub)
        return np.float64(-number_of(node.operand, names))
    if isinstance(node, ast.BinOp):
        return np.float64(BINARY[type(node.op)](number_of(node.left, names), number_of(node.right, names)))
    if isinstance(node, ast.Compare):
        return np.float64(BINARY[type(node.ops[0])](number_of(node.left, names), number_of(node.comparators[0], names)))
    assert isinstance(node, ast.Call)
    assert isinstance(node.func, ast.Name)
    return np.float64(HELPERS[node.func.id](*(number_of(one, names) for one in node.args)))


def by_instructions(lines: list[str], point: dict[str, np.float64]) -> list[float]:
    """The outputs, from a text of instructions alone, one after the other."""
    slots = {"nan": np.float64(np.nan), "inf": np.float64(np.inf), "R": np.float64(0)}
    found: dict[tuple[int, int], float] = {}
    for line in lines[lines.index("instructions:") + 1 :]:
        _, name, does = line.partition(" ;")[0].split(None, 2)
        if name in ("INPUTS", "OUTPUTS"):
            block = int(does.removeprefix("block ").partition(":")[0])
            for left, right in re.findall(r"(\S+) = ([^\s,]+)", does):
                if name == "INPUTS":
                    slots[left] = point[right]
                else:
                    found[block, int(left[1:-1])] = float(slots[right])
            continue
        *targets, value = does.split(" = ")
        if "R" in targets:
            slots |= dict.fromkeys(targets, number_of(ast.parse(value, mode="eval").body, slots))
            continue
        operands = [float(slots[k]) for k in re.findall(r"\bs\d+", value)]
        results = [np.float64(apply(one, *operands)) for one in name.split("+")]
        slots |= dict(zip(targets[0].split(", "), results, strict=True))
    return [found[key] for key in sorted(found)]


def assert_same_bits(came: list[float], wanted: np.ndarray) -> None:
    """The same numbers, the sign of 0 included; any nan is as good as another."""
    np.testing.assert_array_equal(came, wanted)
    is_number = ~np.isnan(wanted)
    np.testing.assert_array_equal(np.signbit(came)[is_number], np.signbit(wanted)[is_number])


@pytest.mark.parametrize("formula", FORMULAS)
def test_the_printed_nodes_and_instructions_compute_every_bit(formula: str) -> None:
    tape = symad.compile(formula)
    for of in kinds(formula):
        program = PROGRAMS[of](tape.expression)
        nodes = tape.describe(of=of).splitlines()
        plan = tape.describe("plan", of=of).splitlines()
        for numbers in POINTS:
            point = point_of(program, numbers)
            wanted = np.atleast_1d(program.compile().value(list(point.values())))
            with np.errstate(all="ignore"):
                assert_same_bits(by_nodes(nodes, point), wanted)
                assert_same_bits(by_instructions(plan, point), wanted)


@pytest.mark.parametrize("formula", FORMULAS)
def test_every_instruction_slot_and_node_is_there(formula: str) -> None:
    tape = symad.compile(formula)
    for of in kinds(formula):
        program = PROGRAMS[of](tape.expression)
        first_outputs = 1 if of == "value_and_gradient" else program.n_outputs
        plan = tapes.Plan(program.handle, len(tape.variables), first_outputs)
        n_instructions, n_slots, _ = plan.size()
        text = tape.describe("plan", of=of)
        head, lines = text.partition("\n")[0], text.partition("instructions:\n")[2].splitlines()
        assert f"instructions {n_instructions}, slots {n_slots}," in head
        assert [int(line.split()[0]) for line in lines] == list(range(n_instructions))
        assert set(re.findall(r"\bs\d+\b", "".join(lines))) == {f"s{k}" for k in range(n_slots)}
        stored = re.findall(r"(%\d+) =.*; (?:stored|paired)", text)
        assert sorted(stored) == sorted(name for line in lines for name in re.findall(r"%\d+", line))
        numbers = [line.split()[0] for line in tape.describe(of=of).splitlines()[1:-1]]
        assert numbers == [f"%{k}" for k in range(program.n_nodes)]


def test_instructions_do_not_depend_on_the_engine() -> None:
    for formula in FORMULAS:
        program = symad.parse(formula)
        plans = [
            tapes.Plan(program.handle, len(program.variables), program.n_outputs, engine)
            for engine in range(len(tapes.engines()))
        ]
        first, *others = [repr(_core_plans.instructions(plan)) for plan in plans]
        assert all(other == first for other in others)


def test_guards_are_written_out() -> None:
    text = symad.compile("Piecewise((x*y, x < y), (x, not x > 2), (y, True))").describe("gradient")
    assert "where not x < y and not x > 2, else 0" in text
    assert "where not x < y and x > 2, else 0" in text.replace("not not ", "")


def test_long_conditions_are_called_by_number() -> None:
    several = " or ".join(f"x > {k}*y" for k in range(1, 40))
    lines = symad.compile(f"Piecewise((x, {several}), (y, True))").describe().splitlines()
    assert all(len(line) < 250 for line in lines)
    assert re.search(r"x where %\d+ or x > %\d+( or x > %\d+)*, else y", lines[-2])


def test_what_is_unknown_is_refused_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    tape = symad.compile("x*y")
    with pytest.raises(symad.ExpressionError, match="no stage 'nodes' to show: tape, gradient, plan"):
        tape.describe("nodes")
    with pytest.raises(symad.ExpressionError, match="no program 'slope' to show: value, gradient"):
        tape.describe(of="slope")
    with pytest.raises(symad.ExpressionError, match="needs one output, this expression has 2"):
        symad.compile("(x, x*y)").describe("plan", of="value_and_gradient")
    for options, because in (
        (["--stage", "nodes"], "no stage 'nodes' to show: tape, gradient, plan"),
        (["--stage", "tape", "--of", "value,gradient"], "no program 'value,gradient' to show: value, gradient"),
        (["--stage", "tape", "--batch"], "--batch is for a C file: leave it out with --stage"),
        (["--stage", "tape", "--name", "g"], "--name is for a C file: leave it out with --stage"),
    ):
        assert main(["emit", "x*y", *options]) == 2
        assert because in capsys.readouterr().err


def test_the_command_writes_the_same(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    tape = symad.compile("x*sin(y)")
    for stage in stages.STAGES:
        assert main(["emit", "x*sin(y)", "--stage", stage]) == 0
        assert capsys.readouterr().out == tape.describe(stage)
    assert main(["emit", "x*sin(y)", "--stage", "plan", "--of", "hvp", "-o", str(tmp_path / "plan.txt")]) == 0
    assert (tmp_path / "plan.txt").read_text(encoding="utf-8") == tape.describe("plan", of="hvp")
