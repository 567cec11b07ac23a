"""``symad config``: what a C compiler needs to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad.system import installed

if TYPE_CHECKING:
    import argparse

HELP = "what a C program needs to use the tape: cc app.c $(symad config --cflags --libs)"
_ANSWERS = {
    "cflags": ("options of the compiler", f"-I{installed.get_include()}"),
    "libs": ("options of the linker", f"-L{installed.get_lib()} -lsymad -lm"),
    "cmakedir": ("folder for find_package(symad CONFIG), as symad_DIR", installed.get_cmake()),
    "pkgconfigdir": ("folder for PKG_CONFIG_PATH", installed.get_pkgconfig()),
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which answers to print."""
    for name, (about, _) in _ANSWERS.items():
        parser.add_argument(f"--{name}", action="store_true", help=about)


def run(options: argparse.Namespace) -> int:
    """Print what was asked for in the order of a command line; everything where nothing was."""
    from symad.commands import output
    from symad.commands.statuses import AGREE

    wanted = [name for name in _ANSWERS if getattr(options, name)]
    if wanted:
        output.write(" ".join(_ANSWERS[name][1] for name in wanted) + "\n", None)
    else:
        output.write("".join(f"{name:14}{answer}\n" for name, (_, answer) in _ANSWERS.items()), None)
    return AGREE
