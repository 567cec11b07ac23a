"""Judges that share no derivative rule with the rows: the 50-digit reference, differences, and measures of error."""

from symad.numeric.accuracy import nearest_double, relative_error, ulp_error
from symad.numeric.conditioning import condition
from symad.numeric.differences import differences
from symad.numeric.limits import Partial
from symad.numeric.reference import Reference, reference, references

__all__ = [
    "Partial",
    "Reference",
    "condition",
    "differences",
    "nearest_double",
    "reference",
    "references",
    "relative_error",
    "ulp_error",
]
