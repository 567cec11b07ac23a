"""``symad cache``: the compiled code that is kept, and emptying that."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

HELP = "the compiled code that is kept from one run to the next (`--native`); --clear removes it"


def add_options(parser: argparse.ArgumentParser) -> None:
    """What to do with it."""
    parser.add_argument("--clear", action="store_true", help="remove all that is kept")


def run(options: argparse.Namespace) -> int:
    """Show what is kept, or remove it."""
    from symad.commands import output
    from symad.commands.statuses import AGREE
    from symad.errors import NativeError
    from symad.system.cache import LibraryCache, default_folder

    try:
        cache = LibraryCache(default_folder())
    except NativeError as error:
        return output.refuse(str(error), debug=options.debug)
    found = cache.sizes()
    size = sum(n_bytes for _, n_bytes, _ in found)
    if options.clear:
        output.write(f"removed {cache.clear()} of {len(found)} libraries from {cache.folder}\n", None)
        return AGREE
    lines = [("folder", str(cache.folder)), ("libraries", str(len(found)))]
    lines.append(("size", f"{size / 1e6:.1f} MB of {cache.limit / 1e6:.0f} MB, beyond which the oldest used go"))
    output.write("".join(f"{name:14}{text}\n" for name, text in lines), None)
    return AGREE
