"""Who may do what: accounts, roles, sessions and the audit log of the set-up."""
