"""The command line, one module per noun."""

ACTOR = "cli"
"""Who acts, in the audit log, when a command changes something."""
