"""A gradient check for anybody's code: steps are chosen, and a wrong gradient is told what is wrong with it."""

from symad.testing.gradients import GradientError, assert_gradient

__all__ = ["GradientError", "assert_gradient"]
