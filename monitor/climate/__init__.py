"""What released figures mean: scores with honest intervals, and signals."""
