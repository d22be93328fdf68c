"""This package composes mail, hands it to the mail server, and sends queued notices to accounts."""
