"""The answers that can be rendered: for each command the module that writes its results in every format.

Such a module has ``to_text(result, width, paint)``, ``to_markdown``, ``to_latex``, ``CSV_HEAD`` with ``csv_rows``,
``to_dict`` and ``from_dict(entry, machine, settings)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad.report import comparison, derivative, steps, values

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

KINDS: Mapping[str, ModuleType] = {
    "compare": comparison,
    "diff": derivative,
    "steps": steps,
    "eval": values,
}
