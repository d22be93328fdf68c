"""The beheerder's pages: set-up, units, members, accounts, settings, contacts, log and health."""
