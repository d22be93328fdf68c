"""Keeping an installation sound: the list before a first round, doctor, restore."""
