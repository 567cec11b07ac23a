"""What a traced function may not do, and what to write instead: every message of the room stands here."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

from symad.errors import ShapeError, TraceError

_HERE = Path(__file__).resolve().parent
_OURS = (str(_HERE), str(_HERE.parent / "functions.py"))
_LIBRARIES = ("numpy", "scipy")

TRUTH = "the truth of a traced value is not known while tracing"
TRUTH_INSTEAD = "use np.where, & and | in place of and and or, or np.maximum"
NUMBER = "a traced value has no number yet"
NUMBER_INSTEAD = "np.sin for math.sin; make h by np.zeros(n, like=v), or np.stack the pieces"
LIST = "traced values cannot become an array of numbers"
LIST_INSTEAD = "np.stack([v, w]) for np.array([v, w]); make h by np.zeros(n, like=v)"
INDEX = "an index that depends on traced values has no fixed place"
INDEX_INSTEAD = "use np.where, or the mask times the values"
OUT = "a NumPy array of numbers cannot take traced values"
OUT_INSTEAD = "make it by np.ones(n, like=v) or np.zeros(n, like=v)"
READ_ONLY = "is an argument"
READ_ONLY_INSTEAD = "copy it first: np.copy"
COMPLEX_INSTEAD = "use its real and imaginary parts as two arrays"
SORTED = "what comes first depends on the values"
NO_SLOPE = "it has no slope: compute it outside of the function"
NO_TRACED_RESULT = "the result does not depend on the arguments"
LEFT_TRACE = "this value was traced by a call that has ended"
LEFT_TRACE_INSTEAD = "return it, or pass it as an argument"

# Of NumPy's functions that are not traced, what is said beside "is not traced".
ADVICE = {
    **dict.fromkeys(("sort", "partition", "median", "percentile", "quantile", "unique", "lexsort"), SORTED),
    **dict.fromkeys(
        ("argmax", "argmin", "argsort", "argpartition", "argwhere", "nonzero", "flatnonzero", "searchsorted",
         "digitize"),
        NO_SLOPE,
    ),
    **dict.fromkeys(("allclose", "isclose", "array_equal", "array_equiv"), TRUTH_INSTEAD),
    **dict.fromkeys(("fft", "ifft", "rfft", "irfft", "fftn", "fft2"), "multiply by the matrix of its coefficients"),
    **dict.fromkeys(("svd", "eig", "eigh", "eigvals", "eigvalsh", "qr", "lstsq", "pinv", "cond"),
                    "np.linalg.solve, inv and det of small matrices are traced"),
    "interp": "write the pieces by np.where",
    "piecewise": "np.where or np.select",
    "array2string": "return the value and print it outside",
}  # fmt: skip


def place() -> tuple[str, int]:
    """File and line of the statement that is traced: the nearest frame that is neither ours nor a library's."""
    frame = sys._getframe(1)
    while frame is not None:
        file = frame.f_code.co_filename
        if not file.startswith(_OURS) and not _is_library(file):
            return Path(file).name, frame.f_lineno
        if frame.f_back is None:
            break
        frame = frame.f_back
    return "", 0


def _is_library(file: str) -> bool:
    parts = Path(file).parts
    return any(name in parts for name in _LIBRARIES) or file.startswith("<__array_function__")


def refuse(met: str, instead: str = "") -> NoReturn:
    """Raise what was met, where, and what to write instead."""
    file, line = place()
    raise TraceError(met, instead=instead, file=file, line=line)


def refuse_shapes(error: ValueError) -> NoReturn:
    """Raise NumPy's own words about shapes, with the line."""
    file, line = place()
    raise ShapeError(f"{error}, at {file}:{line}" if file else str(error)) from None


def refuse_function(name: str) -> NoReturn:
    """Raise that a function of NumPy is not traced, with its advice."""
    advice = ADVICE.get(name.rpartition(".")[2], "")
    refuse(f"np.{name} is not traced", advice or "symad.traceable() lists what is")
