"""Families: programs with a size n, written out as ordinary programs before anything else sees them.

Knows the notation of `symad.expand`; must not know derivatives, methods or times.
"""

from symad.families.family import Family, expand

__all__ = ["Family", "expand"]
