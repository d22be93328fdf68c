"""Who may do what: accounts and their roles, signing in, second factors, sessions."""
