"""Small changes to the pure core, each of which some test must notice (``make mutants``).

Cosmic Ray makes the changes and runs the tests of the part that was changed. A test that passes
whatever the code says protects nothing; this is how such tests are found.
"""
