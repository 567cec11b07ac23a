"""Answers to what people ask of a formula: its derivative as they would write it. Every answer is checked before it is shown."""

from symad.answers.derivative import Derivative, Slope, derivative, diff

__all__ = ["Derivative", "Slope", "derivative", "diff"]
