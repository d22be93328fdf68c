"""The command line: one module per noun (``round``, ``account``, ``backup``, …)."""

ACTOR = "cli"
"""Who acts, in the audit log, when a command changes something."""
