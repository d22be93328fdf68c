"""The luisteraar's pages, and the themes of the klaagmuur for leadership."""
