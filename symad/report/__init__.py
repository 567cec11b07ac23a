"""Answers as text, JSON and Markdown. Everything here formats numbers that somebody else computed."""
