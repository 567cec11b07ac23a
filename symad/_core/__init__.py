"""The boundary to C, and the only modules that cross it."""
