"""Mail: the mail server in use, messages, handing them over, and notices to accounts."""
