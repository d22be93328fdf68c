"""Closing a round: the box is opened, counted and sealed, and the key destroyed."""
