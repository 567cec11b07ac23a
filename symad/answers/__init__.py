"""Answers to what people ask of a formula: facts behind the first screen, rewritings that were tried."""
