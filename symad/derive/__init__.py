"""Derivatives as Expressions, by the rows, and where they have entries."""
