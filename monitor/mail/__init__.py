"""Mail: by which server it goes, how a message is handed over, what every letter shares."""
