"""Python functions over arrays, traced into Expressions. Knows NumPy's names; the graph is made in C."""
