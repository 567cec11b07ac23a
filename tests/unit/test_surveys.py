"""Surveys: what comes back and is summed up, workers that die, runs that stop, and a cluster of another library."""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import signal
import socket
import subprocess
import sys
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import symad
from symad.cli import main
from symad.inputs.sources import Source
from symad.report import document
from symad.surveys import lock
from symad.surveys.scheduling import Crew, Schedule
from symad.surveys.work import Request

QUICK: dict[str, Any] = {"methods": "forward,reverse", "timings": False, "n_points": 2}
FORMULAS = {"a/square": "x**2", "a/wave": "sin(x)*y", "b/torn": "x***2", "b/mix": "exp(x*y)/z", "b/kink": "abs(x - y)"}
MANY = {f"line{k}": f"x*{k} + y" for k in range(40)}


class InThisThread(Executor):
    """Runs what it is given at once; a chunk with the formula "poison" ends it, as a killed process would."""

    def __init__(self) -> None:
        self.broken = False
        self.chunks: list[list[str]] = []

    def submit(self, function: Any, /, chunk: Any, request: Any) -> Future[Any]:  # type: ignore[override]
        if self.broken:
            raise BrokenExecutor
        self.chunks.append([source.text for source in chunk])
        future: Future[Any] = Future()
        if any(source.text == "poison" for source in chunk):
            self.broken = True
            future.set_exception(BrokenExecutor())
        else:
            future.set_result([f"{source.text}\n" for source in chunk])
        return future


class Renewable(Crew):
    renewable = True

    def renew(self) -> None:
        self.executor.broken = False  # type: ignore[attr-defined]


def names(found: symad.Survey) -> list[str]:
    return [one.name for one in found.formulas]


def test_any_executor_gives_every_formula_its_answer_and_says_why_one_has_none() -> None:
    with ThreadPoolExecutor(2) as pool:
        found = symad.survey(FORMULAS, scheduler=pool, chunk_size=2, **QUICK)
        assert pool.submit(int).result() == 0  # the caller's pool is left to the caller
    assert names(found) == list(FORMULAS)
    assert found.complete
    assert [one.name for one in found.refused] == ["b/torn"]
    assert "column 4" in found.refused[0].error
    assert found.verdicts("reverse program") == {"agrees": 4}


def test_sums_are_those_of_the_rows() -> None:
    formulas = {"a/one": "x*y", "a/two": "x*y*x", "b/three": "sin(x)*y + cos(y)"}
    with ThreadPoolExecutor(1) as pool:
        found = symad.survey(formulas, scheduler=pool, **QUICK)
    swells = sorted(symad.gradient(symad.parse(text)).counts.n_distinct for text in formulas.values())
    functions = {name: symad.parse(text).counts.n_distinct for name, text in formulas.items()}
    quantiles = found.quantiles("reverse program", "distinct swell")
    assert quantiles is not None
    ratios = {n: symad.gradient(symad.parse(t)).counts.n_distinct / functions[n] for n, t in formulas.items()}
    assert quantiles.middle == sorted(ratios.values())[1]
    assert (quantiles.largest, quantiles.n) == (max(ratios.values()), len(swells))
    assert ratios[quantiles.largest_in] == max(ratios.values())
    races = {race.group: race for race in found.races("distinct operations")}
    assert races["all"].n_formulas == 3
    assert races["a"].n_formulas == 2
    best = [min(row.counts.n_distinct for row in one.methods if row.counts) for one in found.formulas]
    won = [
        row.counts.n_distinct == least
        for one, least in zip(found.formulas, best, strict=True)
        for row in one.methods
        if row.counts and row.name == "forward"
    ]
    assert races["all"].wins["forward"] == sum(won)


def test_a_formula_that_ends_its_worker_is_found_and_its_neighbours_are_answered() -> None:
    executor = InThisThread()
    sources = [Source("", text) for text in ("a", "b", "poison", "c", "d", "e")]
    request = Request({}, 1, 0, "gradient", ("reverse",), False, 1.0)
    lines = [line for chunk in Schedule(Renewable(executor, 1), request, sources, 2).lines() for line in chunk]
    refused = [json.loads(line)["results"][0] for line in lines if line.startswith("{")]
    assert sorted(line.strip() for line in lines if not line.startswith("{")) == ["a", "b", "c", "d", "e"]
    assert [(one["formula"], one["error"]) for one in refused] == [("poison", "its worker died 2 times")]
    assert executor.chunks.count(["poison"]) == 2


def test_a_pool_of_the_caller_that_breaks_is_an_error() -> None:
    with pytest.raises(symad.SurveyError, match="a worker ended"):
        symad.survey(["poison"], scheduler=InThisThread(), **QUICK)


def test_a_stopped_run_goes_on_and_a_torn_line_is_done_again(tmp_path: Path) -> None:
    kept = tmp_path / "answers.jsonl"
    with ThreadPoolExecutor(1) as pool:
        symad.survey({"a/square": "x**2", "a/wave": "sin(x)*y"}, scheduler=pool, results=kept, **QUICK)
        whole = kept.read_text().splitlines(keepends=True)
        kept.write_text(whole[0] + whole[1][:100])  # as a process leaves it that is killed while it writes
        found = symad.survey(FORMULAS, scheduler=pool, results=kept, **QUICK)
        with pytest.raises(symad.AnswerError, match="n_points 2, not 3"):
            symad.survey(FORMULAS, scheduler=pool, results=kept, **{**QUICK, "n_points": 3})
    assert names(found) == list(FORMULAS)
    lines = kept.read_text().splitlines(keepends=True)
    assert lines[0] == whole[0]
    assert len(lines) == len(FORMULAS)


SLOWLY = """
import sys, symad, threading
from concurrent.futures import ThreadPoolExecutor
def wait(done, asked):
    print("one", flush=True)
    sys.stdin.read()
symad.survey({"a": "x", "b": "x*y"}, scheduler=ThreadPoolExecutor(1), chunk_size=1, progress=wait, results=sys.argv[1],
             methods="forward,reverse", timings=False, n_points=2)
"""


def test_a_second_survey_on_a_file_says_who_writes_to_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept, formulas, link = tmp_path / "answers.jsonl", tmp_path / "formulas.txt", tmp_path / "link.jsonl"
    formulas.write_text("x\n")
    link.symlink_to(kept)
    command = [sys.executable, "-c", SLOWLY, str(kept)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "one\n"
        answered = kept.read_bytes()
        for path in (kept, link):
            assert main(["survey", str(formulas), "--results", str(path)]) == 2
            said = capsys.readouterr().err
            assert f"{path}: process {first.pid} on {socket.gethostname()} writes its survey to this file" in said
        assert kept.read_bytes() == answered
        assert main(["survey", "--results", str(kept)]) == 0  # reading is allowed
        first.communicate("", timeout=60)
    assert first.returncode == 0
    assert len(kept.read_text().splitlines()) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answers.jsonl", "formulas.txt", "link.jsonl"]


def test_what_a_killed_survey_held_is_free(tmp_path: Path) -> None:
    kept = tmp_path / "answers.jsonl"
    command = [sys.executable, "-c", SLOWLY, str(kept)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "one\n"
        first.kill()
    assert (tmp_path / "answers.jsonl.lock").exists()
    with ThreadPoolExecutor(1) as pool:
        found = symad.survey({"a": "x", "b": "x*y"}, scheduler=pool, results=kept, **QUICK)
    assert names(found) == ["a", "b"]
    assert len(kept.read_text().splitlines()) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["answers.jsonl"]


def test_one_writer_where_the_system_has_no_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "fcntl", None)
    first = lock.Lock(tmp_path / "answers")
    with pytest.raises(symad.SurveyError, match=rf"process {os.getpid()} on .* if it no longer runs, remove .*\.lock"):
        lock.Lock(tmp_path / "answers")
    first.release()
    first.release()
    lock.Lock(tmp_path / "answers").release()
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_keeps_whole_answers_and_the_survey_goes_on(tmp_path: Path) -> None:
    kept = tmp_path / "answers.jsonl"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with ThreadPoolExecutor(1) as pool:
        symad.survey({"a": "x"}, scheduler=pool, results=kept, **QUICK)
        first = kept.read_bytes()
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(first) + 100, before[1]))
        try:
            with pytest.raises(OSError, match="File too large") as caught:
                symad.survey({"a": "x", "b": "y"}, scheduler=pool, results=kept, **QUICK)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert caught.value.filename == str(kept)
        assert kept.read_bytes() == first
        assert names(symad.survey({"a": "x", "b": "y"}, scheduler=pool, results=kept, **QUICK)) == ["a", "b"]
    assert kept.read_bytes().startswith(first)


def test_a_file_of_something_else_is_left_alone(tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    for text in ("no line end", "lines\nand none", '{"other": 1'):
        notes.write_text(text)
        with pytest.raises(symad.AnswerError):
            symad.survey(["x"], results=notes, **QUICK)
        assert notes.read_text() == text
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full and /proc are of Linux")
def test_answers_to_a_device_are_not_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with ThreadPoolExecutor(1) as pool:
        assert names(symad.survey({"a": "x"}, scheduler=pool, results="/dev/null", **QUICK)) == ["a"]
        with pytest.raises(OSError, match="No space left"):
            symad.survey({"a": "x"}, scheduler=pool, results="/dev/full", **QUICK)
    (tmp_path / "formulas").write_text("x\n")
    asked = ["survey", str(tmp_path / "formulas"), "--workers", "1", "--results"]
    assert main([*asked, "/dev/full"]) == 3
    assert capsys.readouterr().err == "symad: /dev/full: no space left on device\n"
    assert main([*asked, str(tmp_path / "none" / "file")]) == 2
    assert "there is no such folder" in capsys.readouterr().err


def test_the_local_pool_survives_a_killed_process(tmp_path: Path) -> None:
    killed: list[int] = []

    def kill(done: int, asked: int) -> None:
        if not killed:
            victim = multiprocessing.active_children()[0]
            assert victim.pid is not None
            os.kill(victim.pid, signal.SIGKILL)
            killed.append(done)

    found = symad.survey(MANY, workers=2, chunk_size=4, progress=kill, results=tmp_path / "kept.jsonl", **QUICK)
    assert killed
    assert names(found) == list(MANY)
    assert not found.refused
    assert len((tmp_path / "kept.jsonl").read_text().splitlines()) == len(MANY)


@pytest.mark.filterwarnings("default")
def test_a_dask_cluster_survives_a_killed_worker() -> None:
    distributed = pytest.importorskip("distributed", reason="Dask is not installed: pip install symad[dask]")
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None, "silence_logs": 50}
    with distributed.LocalCluster(**options) as cluster, distributed.Client(cluster) as client:
        killed: list[int] = []

        def kill(done: int, asked: int) -> None:
            if not killed:
                killed.append(next(iter(client.run(os.getpid).values())))
                os.kill(killed[0], signal.SIGKILL)

        found = symad.survey(MANY, scheduler=cluster.scheduler_address, chunk_size=4, progress=kill, **QUICK)
    assert killed
    assert names(found) == list(MANY)
    assert not found.refused


def test_an_address_without_dask_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(symad.InteropError, match=r"pip install \"symad\[dask\]\""):
        symad.survey(["x"], scheduler="tcp://localhost:1", **QUICK)


def test_command_writes_tables_and_json_of_the_schema(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    formulas, kept = tmp_path / "formulas.txt", tmp_path / "kept.jsonl"
    formulas.write_text("a/square: x**2\na/wave: sin(x)*y  # a comment\nx***2\n")
    asked = ["--methods", "forward,reverse", "--no-timings", "--points", "2", "--results", str(kept), "--workers", "1"]
    assert main(["survey", str(formulas), *asked]) == 2  # a formula that is none
    table = capsys.readouterr().out
    assert table.startswith("3 formulas of 3: in 2 every method agrees")
    assert "not compared, line 1, column 4" in table
    assert main(["survey", "--results", str(kept), "--format", "json"]) == 2
    answer = json.loads(capsys.readouterr().out)
    jsonschema.validate(answer, json.loads(document.schema()))
    assert answer["results"][0]["methods"][0]["verdicts"] == {"agrees": 2}
    assert main(["survey", "--results", str(kept), "--format", "markdown"]) == 2
    assert "| reverse program |" in capsys.readouterr().out
    assert main(["report", str(kept)]) == 0  # each line is an answer of compare
    for line in kept.read_text().splitlines():
        jsonschema.validate(json.loads(line), json.loads(document.schema()))


def test_command_wants_formulas(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["survey"]) == 2
    assert "formulas are missing" in capsys.readouterr().err
