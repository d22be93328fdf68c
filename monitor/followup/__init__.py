"""From signal to conversation: which conversation fits, and what it is made of."""
