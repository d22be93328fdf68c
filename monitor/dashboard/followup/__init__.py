"""These pages take a leidinggevende from a signal to a conversation with the team.

They also show what was agreed there, and what the team reads of it.
"""
