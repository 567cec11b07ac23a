"""How Sphinx builds the documentation: ``sphinx-build -W docs build/site``, with ``pip install ".[docs]"``.

What is not written by hand comes from `extensions/`: the table of operations, the public names, the commands, the
gallery and the lesson. They are written into `made/`, which git ignores.
"""

import sys
from pathlib import Path

import symad

sys.path.insert(0, str(Path(__file__).parent / "extensions"))

project = "symad"
author = "The symad developers"
copyright = "The symad developers"  # noqa: A001  # the name that Sphinx reads
version = release = symad.__version__

extensions = [
    "myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "lesson", "operations", "names", "commands", "gallery",
]  # fmt: skip
exclude_patterns = ["extensions", "_build"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
nb_execution_mode = "force"  # the cells of the tutorials, each time: what they print is what this version prints
nb_execution_raise_on_error = True
nb_execution_timeout = 120
default_role = "code"
suppress_warnings = ["ref.python"]  # shapes in docstrings, such as (n, n_outputs), are no references
autodoc_typehints = "none"  # the docstrings have them, with their shapes
autodoc_member_order = "bysource"
napoleon_google_docstring = False

html_theme = "furo"
html_title = f"symad {version}"
html_static_path = ["static"]
html_css_files = ["symad.css"]
html_copy_source = False
html_show_sphinx = False
