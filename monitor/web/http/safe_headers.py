"""The headers that every response carries, whichever layer makes it."""

from __future__ import annotations

from functools import cache

Headers = tuple[tuple[bytes, bytes], ...]

NO_STORE = (b"cache-control", b"no-store")
BARE_POLICY = "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
"""For an answer that is text alone."""


@cache
def safe_headers(policy: str) -> Headers:
    """The headers, with `policy` for what the page may load and where it may send."""
    return (
        (b"content-security-policy", policy.encode("ascii")),
        (b"referrer-policy", b"no-referrer"),
        (b"x-frame-options", b"DENY"),
        (b"x-content-type-options", b"nosniff"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"x-robots-tag", b"noindex, nofollow"),
    )
