"""How far two computations of one number may lie apart, by what was done to it; a double has 1.1e-16 of itself.

The differential tests have their own bounds, against 50 digits: `yardsticks`.
"""

from __future__ import annotations

# Relative.
LAST_PLACES = 1e-15  # five units in the last place: one or two roundings, or functions of another library
FEW_OPERATIONS = 1e-14  # some ten operations, each rounded, in another order
MORE_OPERATIONS = 1e-13  # a hundred of them, or functions that other libraries compute to a few hundred units
SUMS = 1e-12  # sums of hundreds of terms in another order, as NumPy's are
PRODUCTS = 1e-11  # products of matrices of such sums
LONG_SUMS = 1e-10  # sums over hundreds of rows whose terms take each other's digits away
REMAINDERS = 1e-9  # what is left of such sums when most of them is subtracted
HALF_THE_DIGITS = 1e-6  # against central differences, which hold no more

# Absolute.
NEXT_TO_NOTHING = 1e-300  # near the subnormal doubles, which have no more digits to be relative to
BESIDE_ONE = 1e-15  # what is left where numbers of the size of one cancel
BESIDE_TEN = 1e-14  # the same of ten
OF_DIFFERENCES = 1e-6  # of slopes by central differences, of the size of one
OF_SECOND_DIFFERENCES = 1e-5  # of slopes by differences of what differences and products made
