"""Pages for everybody: who sees what, accessibility, and how figures are worked out."""
