"""The plumbing under every plain page: routing, headers, forms, language, threads, health."""
