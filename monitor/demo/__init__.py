"""A made-up municipality with two years of rounds, filled through the code of the app itself."""
