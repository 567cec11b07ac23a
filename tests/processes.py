"""Processes that a test starts and interrupts. Knows nothing of symad."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Sequence
from typing import Any


def interruptible(command: Sequence[str], **options: Any) -> subprocess.Popen[str]:
    """A process that an interrupt reaches: one started behind a shell's & would inherit that it is ignored."""

    def heed() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    return subprocess.Popen(command, preexec_fn=heed, **options)  # no thread runs here
