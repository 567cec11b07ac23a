"""A formula as LaTeX, in the order in which it stands. Iterative; knows the grammar's precedence and LaTeX's spelling."""
