"""Files in and out, for whoever is signed in and allowed: uploads, downloads, invitation codes."""
