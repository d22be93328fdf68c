"""Scores with confidence intervals, control charts with signals, and the complete release."""
