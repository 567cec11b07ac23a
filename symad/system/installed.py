"""Where the C library lies that is installed with the package: paths and nothing else."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def get_include() -> str:
    """Folder of ``symad.h``, for the compiler's ``-I``.

    See Also
    --------
    symad.get_lib : the library.

    Examples
    --------
    >>> import pathlib
    >>> pathlib.Path(symad.get_include(), "symad.h").is_file()
    True
    """
    return str(_PACKAGE / "include")


def get_lib() -> str:
    """Folder of the static library, for the linker's ``-L``; what it needs itself is the C library with ``-lm``.

    See Also
    --------
    symad.get_include : the headers.

    Examples
    --------
    >>> import pathlib
    >>> pathlib.Path(symad.get_lib()).is_dir()
    True
    """
    return str(_PACKAGE / "lib")


def get_pkgconfig() -> str:
    """Folder of ``symad.pc``, for ``PKG_CONFIG_PATH``."""
    return str(_PACKAGE / "lib" / "pkgconfig")


def get_cmake() -> str:
    """Folder of ``symadConfig.cmake``, for ``-Dsymad_DIR``."""
    return str(_PACKAGE / "lib" / "cmake" / "symad")
