"""Small changes to the pure core, each of which some test must notice (``make mutants``).

A test that passes whatever the code says protects nothing; this is how such tests are found. Cosmic
Ray makes the changes (`choice`), in a copy of the checkout (`copies`). The tests of the part that
was changed (`parts`) run in a fork of a process that has the packages in memory (`forked`), those
that run the changed line first. So a change that is noticed costs one test, and a part may have
slow tests as well: only a change that nothing notices waits for all of them. What cannot be noticed
is listed with the reason (``harmless.toml``).
"""
