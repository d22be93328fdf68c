"""Rounds: opening, closing and abandoning them, each with its frozen tree and questionnaire."""
