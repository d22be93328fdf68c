"""This package starts the server process, after verifying every setting that it relies on."""
