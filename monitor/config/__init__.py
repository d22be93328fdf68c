"""What an installation is told at its start: settings, branding, mail server, sign-on rules."""
