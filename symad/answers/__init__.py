"""Answers to what people ask of a formula: its derivative as they would write it, what to do about lost digits."""
