"""Whether two formulas are equal, and whether somebody's own derivative is right: decided, never guessed."""
