"""The tape: programs planned once, and the ways in which they are called."""
