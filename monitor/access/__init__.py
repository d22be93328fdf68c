"""This package decides who may do what.

It holds accounts and their roles, signing in (passphrase, second factor, single sign-on), sessions,
and the acts of one person that a second person has to confirm.
"""
