"""A file sealed to a public key: whoever keeps the private part can open it, this server cannot.

Layout: a first line; a key of 32 bytes for this file alone, sealed to the public key (libsodium's
sealed box); the header of a secret stream (XChaCha20-Poly1305); and parts of a megabyte, of which
the last one is marked, so that a file that was cut off does not open.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from pathlib import Path
from typing import BinaryIO

from nacl import bindings
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from monitor.errors import InputRefused

MAGIC = b"teamklimaat sealed backup 1\n"
PART = 1024 * 1024
SEALED_KEY = 32 + bindings.crypto_box_SEALBYTES
HEADER = bindings.crypto_secretstream_xchacha20poly1305_HEADERBYTES
OVERHEAD = bindings.crypto_secretstream_xchacha20poly1305_ABYTES
LAST = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
MORE = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
PREFIX = "tkr1"
"""How the text of a private key begins."""
CHECK = 5
"""Bytes of a digest behind the private key, by which a typing error is seen."""
GROUP = 4
KEY_BYTES = 32


def new_key() -> tuple[str, bytes]:
    """A private key as a text to keep, and its public part."""
    private = PrivateKey.generate()
    return _as_text(bytes(private)), bytes(private.public_key)


def public_of(text: str) -> bytes:
    """The public part of a private key that was kept as text.

    Raises
    ------
    InputRefused
        When it is no such key, or not all of it.
    """
    return bytes(PrivateKey(_private(text)).public_key)


def fingerprint(public: bytes) -> str:
    """By which people recognise a key, in groups."""
    digest = hashlib.sha256(public).hexdigest()[:16]
    return " ".join(digest[at : at + GROUP] for at in range(0, len(digest), GROUP))


def is_sealed(file: Path) -> bool:
    """Whether a file is one that `seal` wrote."""
    with file.open("rb") as handle:
        return handle.read(len(MAGIC)) == MAGIC


def seal(source: BinaryIO, target: BinaryIO, public: bytes) -> None:
    """Write everything in `source` to `target`, readable with the private part of `public`."""
    key = secrets.token_bytes(bindings.crypto_secretstream_xchacha20poly1305_KEYBYTES)
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    target.write(MAGIC + SealedBox(PublicKey(public)).encrypt(key))
    target.write(bindings.crypto_secretstream_xchacha20poly1305_init_push(state, key))
    part = source.read(PART)
    while True:
        following = source.read(PART)
        tag = MORE if following else LAST
        target.write(bindings.crypto_secretstream_xchacha20poly1305_push(state, part, MAGIC, tag))
        if not following:
            return
        part = following


def unseal(source: BinaryIO, target: BinaryIO, text: str) -> None:
    """Write what was sealed in `source` to `target`.

    Raises
    ------
    InputRefused
        When the key is another one, or the file was altered or cut off.
    """
    private = PrivateKey(_private(text))
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    try:
        if source.read(len(MAGIC)) != MAGIC:
            raise InputRefused("backup.not_sealed")
        key = SealedBox(private).decrypt(source.read(SEALED_KEY))
        bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, source.read(HEADER), key)
        tag = MORE
        while tag != LAST:
            sealed = source.read(PART + OVERHEAD)
            part, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(state, sealed, MAGIC)
            target.write(part)
        if source.read(1):
            raise InputRefused("backup.unreadable")
    except (CryptoError, ValueError, TypeError, RuntimeError):
        raise InputRefused("backup.unreadable") from None


def _as_text(private: bytes) -> str:
    checked = private + hashlib.sha256(private).digest()[:CHECK]
    letters = base64.b32encode(checked).decode().rstrip("=").lower()
    groups = (letters[at : at + GROUP] for at in range(0, len(letters), GROUP))
    return "-".join([PREFIX, *groups])


def _private(text: str) -> bytes:
    letters = "".join(filter(str.isalnum, text.lower().removeprefix(PREFIX)))
    letters = letters.removeprefix(PREFIX)
    try:
        checked = base64.b32decode(letters.upper() + "=" * (-len(letters) % 8))
    except ValueError:
        raise InputRefused("backup.key.wrong") from None
    private, check = checked[:-CHECK], checked[-CHECK:]
    # The last letter has room for more bits than the check needs; decoding passes over them.
    spelled_exactly = base64.b32encode(checked).decode().rstrip("=") == letters.upper()
    matches = hashlib.sha256(private).digest()[:CHECK] == check
    if len(private) != KEY_BYTES or not matches or not spelled_exactly:
        raise InputRefused("backup.key.wrong")
    return private
