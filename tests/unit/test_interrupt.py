"""An interrupt while SymPy's process is busy: status 130, quickly, and no process left behind."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from processes import interruptible

BUSY = "a = x; " + "a = 3.7*a*(1 - a); " * 40 + "a"  # SymPy is at it for hours
BUSY_S = 30.0  # half the budget, and many times what an idle machine takes


def children(parent: int) -> set[int]:
    """Processes whose parent this is."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # it ended meanwhile
                continue
            if int(fields[1]) == parent:
                found.add(int(entry.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
def test_an_interrupt_leaves_no_process() -> None:
    command = [sys.executable, "-m", "symad", "compare", BUSY, "--at", "x=0.3", "--budget", "60"]
    with interruptible(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + BUSY_S
        started: set[int] = set()
        while not started and time.monotonic() < deadline:
            time.sleep(0.05)
            started = children(process.pid)
        assert started
        time.sleep(1.5)  # loading SymPy, then differentiating
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=BUSY_S)
    assert process.returncode == 130
    assert "interrupted" in said
    assert not any(Path(f"/proc/{child}").exists() for child in started)
