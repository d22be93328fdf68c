"""The server process: plain pages and dashboard in one, started with every setting verified."""
