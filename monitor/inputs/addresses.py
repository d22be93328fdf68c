"""Mail addresses: one rule for members, accounts and whoever signs in."""

from __future__ import annotations

import re

from monitor.inputs import signs

LONGEST = 254
_ADDRESS = re.compile(
    r"[a-z0-9_](?:[a-z0-9!#$%&'*+/=?^_`{|}~-]|\.(?=[a-z0-9!#$%&'*+/=?^_`{|}~-])){0,63}"
    r"@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])"
)
"""Letters and digits of ASCII only: what a mail server takes from anybody, and no look-alikes."""
_LINK = "mailto:"


def clean_address(typed: str) -> str:
    """The address without what a paste brings along; it need not be an address.

    Capitals, blanks and signs nobody sees around it go, and so do ``mailto:`` with what follows a
    question mark, one pair of angle brackets, and a comma, semicolon or full stop at the end.

    Examples
    --------
    >>> clean_address(" <Noor@stad.example>; "), clean_address("mailto:noor@stad.example?subject=x")
    ('noor@stad.example', 'noor@stad.example')
    """
    text = signs.clean(typed).lower().rstrip(",;. ")
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1].strip()
    if text.startswith(_LINK):
        text = text.removeprefix(_LINK).partition("?")[0].strip()
    return text.rstrip(",;. ")


def is_address(address: str) -> bool:
    """Whether a cleaned text is an address that mail can be sent to."""
    return len(address) <= LONGEST and _ADDRESS.fullmatch(address) is not None


def spellings(typed: str) -> frozenset[str]:
    """The addresses an account may be kept under for what was typed.

    Besides the one spelling there is the text as it stands: an account from before there was one
    rule keeps the address it has, so that its owner gets in and it can be removed.
    """
    cleaned, as_typed = clean_address(typed), typed.strip().lower()
    found_as = {as_typed} if as_typed.isprintable() and len(as_typed) <= LONGEST else set()
    return frozenset(found_as | {cleaned} if is_address(cleaned) else found_as)
