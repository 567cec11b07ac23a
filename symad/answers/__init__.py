"""Answers to what people ask of a formula: its derivative as they would write it, checked before it is shown."""
