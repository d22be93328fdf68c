"""These pages let a beheerder set up and look after the organisation, its rounds and accounts."""
