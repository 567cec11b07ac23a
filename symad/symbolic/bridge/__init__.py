"""Expression to SymPy and back, by constructors and never by evaluating text. SymPy is loaded by the first call.

Knows the structural heads (n-ary sums and products, powers, selections), which are lowered here and nowhere else; every
other head comes from the rows.
"""

from symad.symbolic.bridge.names import real_symbols
from symad.symbolic.bridge.reading import from_sympy, read
from symad.symbolic.bridge.writing import MAX_DEPTH, leaves_of, to_sympy, written

__all__ = ["MAX_DEPTH", "from_sympy", "leaves_of", "read", "real_symbols", "to_sympy", "written"]
