"""What a leidinggevende sees: overview, trend, statements, units, the message to the team."""
