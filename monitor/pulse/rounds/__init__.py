"""Rounds and what each one freezes when it opens: the organisation's units, the questionnaire."""
