"""The reference of Python: the public names by subject, as the package's own docstring has them, one page each."""

from __future__ import annotations

import inspect
import re

from making import contents, page, table
from sphinx.application import Sphinx

import symad

HEAD = "# Python\n\nThe names of `import symad`; `help(symad.diff)` shows the same, with an example that is run.\n"
TESTING = "symad.testing"
MODULE = "# {name}\n\n```{{eval-rst}}\n.. automodule:: {name}\n   :members:\n   :imported-members:\n```\n"


def subjects() -> dict[str, list[str]]:
    """The names by subject, in the order of the docstring."""
    found: dict[str, list[str]] = {}
    for subject, text in re.findall(r"^(\w+)\n((?:    .+\n)+)", symad.__doc__ or "", re.MULTILINE):
        clauses = [clause.partition(" :")[0] for clause in re.split(r"[;.]", text)]
        found[subject] = [word for word in re.findall(r"\w+", " ".join(clauses)) if word in symad.__all__]
    missing = set(symad.__all__) - {name for names in found.values() for name in names} - {"__version__"}
    assert not missing, f"the docstring of symad gives no subject for {sorted(missing)}"
    return found


def summary(name: str) -> str:
    """The first sentence of a docstring."""
    return (inspect.getdoc(getattr(symad, name)) or "").split("\n\n")[0].replace("\n", " ").replace("``", "`")


def body(name: str) -> str:
    """What autodoc shall show of a name."""
    kind = "autoclass" if inspect.isclass(getattr(symad, name)) else "autofunction"
    members = "   :members:\n" if kind == "autoclass" and not issubclass(getattr(symad, name), BaseException) else ""
    return f"# {name}\n\n```{{eval-rst}}\n.. {kind}:: symad.{name}\n{members}```\n"


def write(app: Sphinx) -> None:
    """A page a name, and the page of all."""
    text = HEAD
    for subject, names in subjects().items():
        rows = [[f"{{doc}}`{name} <python/{name}>`", summary(name)] for name in names]
        text += f"\n## {subject}\n\n{table(['', ''], rows)}"
        for name in names:
            page(f"python/{name}.md", body(name))
    text += f"\n{{doc}}`{TESTING} <python/testing>` checks gradients of anybody.\n"
    page("python/testing.md", MODULE.format(name=TESTING))
    every = [f"python/{name}" for names in subjects().values() for name in names]
    page("python.md", text + "\n" + contents([*every, "python/testing"]))


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx."""
    app.connect("builder-inited", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
