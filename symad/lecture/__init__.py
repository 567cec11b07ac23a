"""The sweeps at one point as a lecturer writes them down."""
