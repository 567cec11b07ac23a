"""Formulas: rows, graphs, text to graph and back, counts, families."""
