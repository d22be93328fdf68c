"""This package keeps an installation healthy.

It has the checklist before the first round, ``doctor``, monitoring, backups and restoring them.
"""
