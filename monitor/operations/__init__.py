"""Keeping an installation sound: the checklist before the first round, doctor, restore."""
