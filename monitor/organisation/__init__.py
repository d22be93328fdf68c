"""The organisation: its tree of units, and the members where the app sends the mail."""
