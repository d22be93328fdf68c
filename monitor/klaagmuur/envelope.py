"""Sealing vents, the notes in their threads, and theme tokens.

A vent is sealed under a key of its own. That key is sealed twice: to the luisteraar (libsodium's
sealed box, https://doc.libsodium.org/public-key_cryptography/sealed_boxes) and under the sender's
key, which follows from the receipt code. All of it is encrypted once more under a shred key, a
file in the key folder: without that file the rest is noise, in every copy. Every vent and every
note in a thread has one size.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import struct
from collections.abc import Callable
from dataclasses import dataclass, field

from nacl.exceptions import CryptoError
from nacl.public import PublicKey, SealedBox
from nacl.secret import SecretBox

from monitor.klaagmuur.reader_key import KEY_BYTES, ReaderKey, derive

FORMAT = b"\x01"
ID_BYTES = 16
PAGE_BYTES = 8448
TOKEN_BYTES = 32
WORD_BYTES = 16
"""Of a token's bytes those of its word; the rest is a code over it."""
# What libsodium adds: 40 bytes to a secret box, 48 to a sealed box.
_FOR_SENDER, _FOR_READER = KEY_BYTES + 40, KEY_BYTES + 48
_HEADER = len(FORMAT) + _FOR_READER + _FOR_SENDER
_NOTE, _VENT = b"note", b"vent"
VENT_BYTES = 40 + _HEADER + 40 + len(_VENT) + ID_BYTES + PAGE_BYTES
NOTE_BYTES = 40 + len(FORMAT) + 40 + len(_NOTE) + ID_BYTES + PAGE_BYTES
Decrypt = Callable[[bytes], bytes]


class Damaged(Exception):
    """It cannot be opened with these keys, or was changed, moved or cut since."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What follows from a receipt code: the vent's id, and the sender's key to it."""

    id: bytes
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """A vent's own key, under which its thread goes on, and its content."""

    key: bytes = field(repr=False)
    page: bytes = field(repr=False)


def new_key() -> bytes:
    """A fresh random key for one vent, or for shredding one."""
    return secrets.token_bytes(KEY_BYTES)


# -- receipt codes ----------------------------------------------------------------------------


def receipt_of(code: bytes) -> Receipt:
    """The receipt for a code: two values under two labels, neither of which tells the other.

    No slow hash: the code holds 100 random bits.
    """
    return Receipt(derive(code, b"receipt id")[:ID_BYTES], derive(code, b"receipt key"))


def material(secret: bytes, *parts: str) -> bytes:
    """Thirty-two bytes that nobody without `secret` can tell from random ones.

    The same parts give the same bytes: a form that arrives twice is one vent.
    """
    encoded = [part.encode() for part in parts]
    message = b"".join(struct.pack(">I", len(part)) + part for part in encoded)
    return hmac.digest(secret, b"klaagmuur\0" + message, hashlib.sha256)


# -- vents and the notes in their threads -----------------------------------------------------


def seal_vent(page: bytes, receipt: Receipt, public: bytes, shred: bytes) -> bytes:
    """Seal a vent to a luisteraar and to its sender."""
    key = new_key()
    inner = (
        FORMAT
        + _seal_to(public, key)
        + SecretBox(receipt.key).encrypt(key)
        + SecretBox(key).encrypt(_VENT + receipt.id + _padded(page))
    )
    return SecretBox(shred).encrypt(inner)


def open_as_reader(sealed: bytes, vent: bytes, reader: ReaderKey, shred: bytes) -> Opened:
    """Open a vent as the luisteraar it was sealed to.

    Raises
    ------
    Damaged
        When these keys do not open it, or it is not the vent named `vent`.
    """
    inner = _unwrap(sealed, shred, VENT_BYTES)
    key = _decrypt(SealedBox(reader.private).decrypt, inner[1 : 1 + _FOR_READER])
    return Opened(key, _content(inner[_HEADER:], key, _VENT + vent))


def open_as_sender(sealed: bytes, receipt: Receipt, shred: bytes) -> Opened:
    """Open a vent with its receipt; raises as :func:`open_as_reader`."""
    inner = _unwrap(sealed, shred, VENT_BYTES)
    key = _decrypt(SecretBox(receipt.key).decrypt, inner[1 + _FOR_READER : _HEADER])
    return Opened(key, _content(inner[_HEADER:], key, _VENT + receipt.id))


def hand_over(sealed: bytes, vent: bytes, reader: ReaderKey, public: bytes, shred: bytes) -> bytes:
    """The same vent sealed to another luisteraar; its sender's half stays as it was."""
    key = open_as_reader(sealed, vent, reader, shred).key
    inner = _unwrap(sealed, shred, VENT_BYTES)
    return SecretBox(shred).encrypt(FORMAT + _seal_to(public, key) + inner[1 + _FOR_READER :])


def seal_note(page: bytes, vent: bytes, key: bytes, shred: bytes) -> bytes:
    """Seal a note in a vent's thread under the vent's own key."""
    inner = SecretBox(key).encrypt(_NOTE + vent + _padded(page))
    return SecretBox(shred).encrypt(FORMAT + inner)


def open_note(sealed: bytes, vent: bytes, key: bytes, shred: bytes) -> bytes:
    """Open a note; raises :class:`Damaged`."""
    return _content(_unwrap(sealed, shred, NOTE_BYTES)[1:], key, _NOTE + vent)


def seal_token(word: str, public: bytes, code: bytes) -> bytes:
    """Seal at most ``WORD_BYTES`` letters to a luisteraar, with a code over them.

    Every token has one size.
    """
    content = word.encode("ascii").ljust(WORD_BYTES, b"\0") + code
    if len(content) != TOKEN_BYTES:
        raise ValueError("not a token")
    return _seal_to(public, content)


def open_token(sealed: bytes, reader: ReaderKey) -> tuple[str, bytes]:
    """The word of a token, and the code over it; raises :class:`Damaged`."""
    content = _decrypt(SealedBox(reader.private).decrypt, sealed)
    word = content[:WORD_BYTES].rstrip(b"\0").decode("ascii", "replace")
    return word, content[WORD_BYTES:]


def _seal_to(public: bytes, content: bytes) -> bytes:
    return SealedBox(PublicKey(public[:KEY_BYTES])).encrypt(content)


def _padded(page: bytes) -> bytes:
    if len(page) > PAGE_BYTES:
        raise ValueError("the page is too large")
    return page.ljust(PAGE_BYTES, b"\0")


def _unwrap(sealed: bytes, shred: bytes, size: int) -> bytes:
    if len(sealed) != size:
        raise Damaged
    inner = _decrypt(SecretBox(shred).decrypt, sealed)
    if not inner.startswith(FORMAT):
        raise Damaged
    return inner


def _content(encrypted: bytes, key: bytes, expected: bytes) -> bytes:
    content = _decrypt(SecretBox(key).decrypt, encrypted)
    if not content.startswith(expected):
        raise Damaged  # a true vent or note, put in the place of another
    return content[len(expected) :]


def _decrypt(decrypt: Decrypt, encrypted: bytes) -> bytes:
    try:
        return bytes(decrypt(encrypted))
    except (CryptoError, ValueError, TypeError):
        raise Damaged from None
