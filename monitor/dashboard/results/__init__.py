"""These pages show released results: overview, trend, questions, units, method, team page."""
