"""Judges that share no derivative rule with the rows: the 50-digit reference, differences, and measures of error."""

from symad.numeric.accuracy import nearest_double, relative_error, ulp_error
from symad.numeric.complex_values import ComplexValues, complex_step
from symad.numeric.conditioning import condition
from symad.numeric.differences import differences, second_differences, usual_step
from symad.numeric.limits import Partial
from symad.numeric.reference import Reference, reference, references
from symad.numeric.second import SecondReference, second_references

__all__ = [
    "ComplexValues",
    "Partial",
    "Reference",
    "SecondReference",
    "complex_step",
    "condition",
    "differences",
    "nearest_double",
    "reference",
    "references",
    "relative_error",
    "second_differences",
    "second_references",
    "ulp_error",
    "usual_step",
]
