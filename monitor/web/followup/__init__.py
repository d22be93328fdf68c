"""Methods, dilemmas and cards, to read and print by anybody: no session, no token."""
