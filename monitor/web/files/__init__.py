"""Uploads and downloads for signed-in people with the permission, invitation codes included."""
