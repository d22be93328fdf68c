"""A team's own released figures, behind an address that only the team has."""
