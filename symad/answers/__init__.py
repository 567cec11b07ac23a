"""Answers to questions: the derivative, whether two formulas are equal, whether mine is right."""
