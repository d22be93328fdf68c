"""The configuration of an installation: settings, folders, branding, design and mail server."""
