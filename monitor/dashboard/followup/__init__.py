"""From signal to conversation: preparing one, what was agreed, and what the team reads of it."""
