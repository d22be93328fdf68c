"""These pages let a luisteraar read and reply, and show leadership the released themes."""
