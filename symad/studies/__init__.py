"""A comparison for every size of a family."""
