"""What users find by asking: examples that run, in the commands and in every public docstring."""

from __future__ import annotations

import doctest
import inspect
import re
import shlex
from pathlib import Path

import pytest

import symad
from symad.cli import main
from symad.commands import COMMANDS
from symad.commands.help import EXAMPLES, examples

FUNCTIONS = [name for name in symad.__all__ if inspect.isfunction(getattr(symad, name))]


def test_bare_and_help_show_five_examples(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == main(["help"]) == 0
    assert capsys.readouterr().out == 2 * examples()
    assert len(EXAMPLES) == 5
    assert all(len(line) <= 100 for line in examples().splitlines())


def test_help_of_a_command_is_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["help", "diff"], ["diff", "--help"]):
        with pytest.raises(SystemExit) as leaving:
            main(arguments)
        assert leaving.value.code in (0, None)
    once, twice = capsys.readouterr().out.split("usage: ")[1:]
    assert once == twice
    assert "diff" in once


@pytest.mark.parametrize("command", [command for command, _ in EXAMPLES])
def test_examples_of_the_commands_run(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    name, *arguments = shlex.split(command)
    assert name in COMMANDS
    assert main([name, *arguments]) == 0
    assert capsys.readouterr().out or list(tmp_path.iterdir())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_public_function_has_an_example_that_runs(name: str) -> None:
    doc = inspect.getdoc(getattr(symad, name)) or ""
    assert re.search(r"^See Also\n-+$", doc, re.MULTILINE), f"{name}: no See Also"
    example = doctest.DocTestParser().get_doctest(doc, {"symad": symad}, name, None, None)
    assert example.examples, f"{name}: no example"
    said: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(example, out=said.append)
    assert not said, "".join(said)


def test_the_module_lists_its_names_by_subject() -> None:
    doc = symad.__doc__ or ""
    words = set(re.findall(r"\w+", doc.split("Formulas\n", 1)[1]))
    assert not [name for name in symad.__all__ if name not in words and name != "__version__"]
    example = doctest.DocTestParser().get_doctest(doc, {}, "symad", None, None)
    assert not doctest.DocTestRunner().run(example).failed
