"""The answer sheet, its envelope, and the ballot box that codes give access to."""
