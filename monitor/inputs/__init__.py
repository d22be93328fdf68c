"""This package reads and checks whatever comes from outside.

It handles TOML files, tables, workbooks, secrets, typed codes, mail addresses and lines of text,
and finds client data in a text.
"""
