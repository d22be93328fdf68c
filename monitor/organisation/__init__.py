"""This package holds the organisation: its tree of units, members, preferences and working days."""
