"""A made-up municipality with two years behind it, filled through the real code path."""
