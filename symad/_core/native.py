"""The boundary to compiled programs: shared libraries loaded by name. With `_core` the only module that names ffi.

Such a library holds what `symad.emission.native_file` prints for one program.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cffi import FFI

from symad.errors import NativeError

if TYPE_CHECKING:
    from symad._core.tapes import Plan

_DECLARATIONS = """
void symad_native(size_t n_points, const void *inputs, const void *outputs, double *work);
size_t symad_native_work(void);
"""


def attach(plan: Plan, path: str) -> None:
    """Let the library at `path`, made of the plan's program and blocks, run in place of the engine.

    The file must be whole: one that is cut off ends the process when it is loaded.

    Raises
    ------
    NativeError
        If it cannot be loaded or is something else.
    """
    ffi: Any = FFI()
    ffi.cdef(_DECLARATIONS)
    try:
        library: Any = ffi.dlopen(path)
        run = int(ffi.cast("uintptr_t", ffi.addressof(library, "symad_native")))
        n_work = int(library.symad_native_work())
    except (OSError, AttributeError) as error:  # no library, or one of something else
        raise NativeError(f"the compiled formula cannot be loaded: {error}") from error
    plan.use(library, run, n_work)
