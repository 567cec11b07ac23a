"""What users hand over: points by name, intervals, sources of formulas."""
