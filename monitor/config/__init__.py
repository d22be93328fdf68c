"""This package reads the configuration of an installation when the process starts.

It has the settings, the folders, the branding, the design tokens and the mail server.
"""
