"""Who may do what: accounts, roles, sessions and the record of changes to the set-up."""
