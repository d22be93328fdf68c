"""Pages for everybody: who sees what, accessibility, how figures are worked out."""
