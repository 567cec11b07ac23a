"""The two sweeps as a lecturer writes and draws them."""
