"""Bytes of machine code against an assembler: what llvm-mc reads in them, it writes as the same bytes."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import c_compilers
import pytest

ROOT = Path(__file__).resolve().parents[2]
MACHINE = ("-triple=x86_64", "-mattr=+avx512f,+avx512dq,+avx512vl,+avx2")
# Entry, one loop, one call and the end, as read in a disassembler: AVX-512, AVX2, one point.
FRAMES = """
f30f1efa535541544155415641574883ec18488b2f4c8b77084c8b6f10488d5f184531ff498d8700020000488904244d89fc
4981c4800000004c3b242472f3c5f877b94000000048b8f0debc9a78563412ffd04881ed000200004981c7000200004d39ef
72be4883c418415f415e415d415c5d5bc5f877c3

f30f1efa535541544155415641574883ec18488b2f4c8b77084c8b6f10488d5f184531ff498d8700010000488904244d89fc
4983c4404c3b242472f6c5f877b92000000048b8f0debc9a78563412ffd04881ed000100004981c7000100004d39ef
72c14883c418415f415e415d415c5d5bc5f877c3

f30f1efa5355415641574883ec08488b2f4c8b7708488b5f184c8b7f20b90100000048b8f0debc9a78563412ffd0
4883c408415f415e5d5bc3
"""


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Instructions as digits, one or two a line, then "frame" and the frames."""
    compiler = c_compilers.compiler("gcc")[0]
    program = tmp_path_factory.mktemp("code") / "bytes"
    includes = (f"-I{ROOT / 'csrc'}", f"-I{ROOT / 'csrc' / 'include'}")
    source, library = ROOT / "tests" / "c" / "code_bytes.c", ROOT / "symad" / "lib" / "libsymad.a"
    with_code = (
        "x86_64" in subprocess.run([compiler, "-dumpmachine"], capture_output=True, text=True, check=True).stdout
    )
    if not with_code:
        pytest.skip("no encoder for this processor")
    c_compilers.run(compiler, "-std=c11", *includes, source, library, "-lm", "-o", program)
    return c_compilers.run(program).stdout.split()


def test_an_assembler_writes_the_bytes_that_it_reads(lines: list[str]) -> None:
    assembler = shutil.which("llvm-mc")
    if assembler is None:
        pytest.skip("llvm-mc is not installed")
    wanted = list(dict.fromkeys(lines[: lines.index("frame")]))
    assert len(wanted) > 20_000
    digits = "\n".join(" ".join(f"0x{line[i : i + 2]}" for i in range(0, len(line), 2)) for line in wanted)
    read = subprocess.run(
        [assembler, "-disassemble", *MACHINE], input=digits, capture_output=True, text=True, check=True
    )
    assert not read.stderr
    written = subprocess.run(
        [assembler, "-show-encoding", *MACHINE], input=read.stdout, capture_output=True, text=True, check=True
    )
    found = re.findall(r"encoding: \[([^\]]*)\]", written.stdout)
    assert "".join(found).replace("0x", "").replace(",", "") == "".join(wanted)


def test_entry_loops_calls_and_end_are_as_pinned(lines: list[str]) -> None:
    assert lines[lines.index("frame") + 1 :] == [frame.replace("\n", "") for frame in FRAMES.split("\n\n")]
