"""The answer sheet, its envelope, and the ballot box it goes into."""
