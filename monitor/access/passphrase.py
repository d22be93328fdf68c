"""Passphrases: which are good enough, and their Argon2id hashes."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from monitor.errors import InputRefused
from monitor.inputs import signs

SHORTEST = 12
LONGEST = 256
FEWEST_SYMBOLS = 5
"""Different symbols a passphrase must have at least."""

COMMON = frozenset(
    {
        "wachtwoord",
        "welkom",
        "geheim",
        "gemeente",
        "teamklimaat",
        "welkomwelkom",
        "welkomthuis",
        "goedemorgen",
        "wachtwoordwachtwoord",
        "watismijnwachtwoord",
        "ikhouvanjou",
        "ditismijnwachtwoord",
        "password",
        "passwordpassword",
        "thisismypassword",
        "iloveyou",
        "letmein",
        "letmeinplease",
        "changeme",
        "changemeplease",
        "administrator",
        "beheerder",
        "luisteraar",
        "leidinggevende",
        "qwertyuiop",
        "qwertyuiopasdfghjkl",
        "azertyuiop",
        "asdfghjkl",
        "correcthorsebatterystaple",
        "zomer",
        "winter",
        "herfst",
        "lente",
    }
)
"""Compared after folding case, without digits and signs around the word."""

RUNS = (
    "01234567890123456789012345678901234567890",
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
    "1q2w3e4r5t6y7u8i9o0p",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qwertyuiopasdfghjklzxcvbnm",
)

# One thread: a sign-in must never take every core from the plain pages. About 0.1 s, 64 MiB.
_hasher = PasswordHasher(time_cost=2, memory_cost=65_536, parallelism=1)


def check(passphrase: str, email: str = "") -> None:
    """Refuse a passphrase that is too short, too long, common, or the person's own address.

    One that came along with a blank or an invisible sign, as a paste brings, is refused as well:
    nobody would see why it does not work when typed.

    Raises
    ------
    InputRefused
        Its sentence says what to do; the passphrase itself is never in it.
    """
    plain = _normal(passphrase)
    if len(plain) < SHORTEST:
        raise InputRefused("passphrase.short", minimum=SHORTEST)
    if len(plain) > LONGEST:
        raise InputRefused("passphrase.long", maximum=LONGEST)
    if _is_common(plain.casefold(), email.casefold()):
        raise InputRefused("passphrase.common")
    if signs.has_invisible(passphrase):
        raise InputRefused("passphrase.invisible")
    if passphrase[:1].isspace() or passphrase[-1:].isspace():
        raise InputRefused("passphrase.blank")


def hashed(passphrase: str) -> str:
    """The Argon2id hash to store; takes about a tenth of a second."""
    return _hasher.hash(_normal(passphrase))


def matches(stored: str | None, passphrase: str) -> bool:
    """Whether the passphrase belongs to the stored hash.

    Without a hash (no such account, or no passphrase chosen yet) the same work is done in vain,
    so that the time taken tells nothing.
    """
    try:
        _hasher.verify(stored or _decoy(), _normal(passphrase)[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def outdated(stored: str) -> bool:
    """Whether the hash was made with other settings than today's."""
    return _hasher.check_needs_rehash(stored)


def _normal(passphrase: str) -> str:
    # One keyboard sends é as one symbol, another as two.
    return unicodedata.normalize("NFKC", passphrase)


def _is_common(folded: str, email: str) -> bool:
    if len(set(folded)) < FEWEST_SYMBOLS:
        return True
    bare = re.sub(r"[\W_]", "", folded)
    word = re.sub(r"^\d+|\d+$", "", bare)
    return (
        not bare
        or word in COMMON
        or any(bare in run or bare[::-1] in run for run in RUNS)
        or folded.strip() == email != ""
    )


@cache
def _decoy() -> str:
    return _hasher.hash("")
