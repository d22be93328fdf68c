"""The klaagmuur's only cryptography.

A vent is sealed under a key of its own. That key is sealed twice: to the luisteraar (libsodium's
sealed box, https://doc.libsodium.org/public-key_cryptography/sealed_boxes) and under the sender's
key, which follows from the receipt code. All of it is wrapped once more under a shred key that
lives in the key folder: without that file the rest is noise, in every copy. Every vent and every
note in a thread has one size.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import struct
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

from nacl.exceptions import BadSignatureError, CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.pwhash import argon2id
from nacl.secret import SecretBox
from nacl.signing import SigningKey, VerifyKey

FORMAT = b"\x01"
ID_BYTES = 16
KEY_BYTES = 32
PAGE_BYTES = 8448
TOKEN_BYTES = 32
PUBLIC_BYTES = 64
"""A luisteraar's public half: one key to seal to, one to check signatures with."""
_BOXED, _SEALED = KEY_BYTES + 40, KEY_BYTES + 48
_HEAD = len(FORMAT) + _SEALED + _BOXED
_NOTE, _VENT = b"note", b"vent"
VENT_BYTES = 40 + _HEAD + 40 + len(_VENT) + ID_BYTES + PAGE_BYTES
NOTE_BYTES = 40 + len(FORMAT) + 40 + len(_NOTE) + ID_BYTES + PAGE_BYTES


class Damaged(Exception):
    """It cannot be opened with these keys, or was changed, moved or cut since."""


class WrongKey(Exception):
    """The passphrase or code does not open the luisteraar's key."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess at a passphrase costs: rounds, and bytes of memory (Argon2id)."""

    rounds: int = 3
    memory: int = 128 * 1024 * 1024


COST = Cost()
"""About a third of a second; paid once a session."""
Decrypt = Callable[[bytes], bytes]
_LOCK = struct.Struct(">II")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What follows from a receipt code: where the vent lies, and the sender's key to it."""

    id: bytes
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """A vent's own key, with which its thread goes on, and its content."""

    key: bytes = field(repr=False)
    page: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReaderKey:
    """A luisteraar's key pair, grown from one seed. Only ever in memory, or locked."""

    seed: bytes = field(repr=False)

    @property
    def private(self) -> PrivateKey:
        """Opens what was sealed to this luisteraar."""
        return PrivateKey(_derive(self.seed, b"reader seal"))

    @property
    def public(self) -> bytes:
        """The half that may be known."""
        return bytes(self.private.public_key) + bytes(self._signing.verify_key)

    def sign(self, statement: bytes) -> bytes:
        """A signature that :func:`is_signed` recognises."""
        return self._signing.sign(statement).signature

    @property
    def _signing(self) -> SigningKey:
        return SigningKey(_derive(self.seed, b"reader sign"))


def new_reader_key() -> ReaderKey:
    """A fresh random key pair."""
    return ReaderKey(secrets.token_bytes(KEY_BYTES))


def new_key() -> bytes:
    """A fresh random key, for shredding."""
    return secrets.token_bytes(KEY_BYTES)


def fingerprint(public: bytes) -> str:
    """Thirty digits of a public key's digest (about 100 bits), to compare by eye or telephone."""
    number = int.from_bytes(hashlib.sha256(b"luisteraar\0" + public).digest()) % 10**30
    digits = f"{number:030d}"
    return " ".join(digits[start : start + 5] for start in range(0, 30, 5))


def is_signed(public: bytes, statement: bytes, signature: bytes) -> bool:
    """Whether the luisteraar with this public key signed the statement."""
    try:
        VerifyKey(public[KEY_BYTES:]).verify(statement, signature)
    except (BadSignatureError, CryptoError, ValueError, TypeError):
        return False
    return True


# -- receipt codes ----------------------------------------------------------------------------


def receipt_of(code: bytes) -> Receipt:
    """The receipt for a code: two values under two labels, neither of which tells the other.

    No slow hash: the code holds 100 random bits.
    """
    return Receipt(_derive(code, b"receipt id")[:ID_BYTES], _derive(code, b"receipt key"))


def material(secret: bytes, *parts: str) -> bytes:
    """Thirty-two bytes that nobody without `secret` can tell from random ones.

    The same parts give the same bytes: a form that arrives twice is one vent.
    """
    told = b"".join(struct.pack(">I", len(p)) + p for p in (part.encode() for part in parts))
    return hmac.digest(secret, b"klaagmuur\0" + told, hashlib.sha256)


# -- vents and the notes in their threads -----------------------------------------------------


def seal_vent(page: bytes, receipt: Receipt, public: bytes, shred: bytes) -> bytes:
    """Seal a vent to a luisteraar and to its sender."""
    key = new_key()
    inner = (
        FORMAT
        + _to(public, key)
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
    key = _guard(SealedBox(reader.private).decrypt, inner[1 : 1 + _SEALED])
    return Opened(key, _content(inner[_HEAD:], key, _VENT + vent))


def open_as_sender(sealed: bytes, receipt: Receipt, shred: bytes) -> Opened:
    """Open a vent with its receipt; raises as :func:`open_as_reader`."""
    inner = _unwrap(sealed, shred, VENT_BYTES)
    key = _guard(SecretBox(receipt.key).decrypt, inner[1 + _SEALED : _HEAD])
    return Opened(key, _content(inner[_HEAD:], key, _VENT + receipt.id))


def hand_over(sealed: bytes, vent: bytes, reader: ReaderKey, public: bytes, shred: bytes) -> bytes:
    """The same vent sealed to another luisteraar; its sender's half stays as it was."""
    key = open_as_reader(sealed, vent, reader, shred).key
    inner = _unwrap(sealed, shred, VENT_BYTES)
    return SecretBox(shred).encrypt(FORMAT + _to(public, key) + inner[1 + _SEALED :])


def seal_note(page: bytes, vent: bytes, key: bytes, shred: bytes) -> bytes:
    """Seal a note in a vent's thread under the vent's own key."""
    boxed = SecretBox(key).encrypt(_NOTE + vent + _padded(page))
    return SecretBox(shred).encrypt(FORMAT + boxed)


def open_note(sealed: bytes, vent: bytes, key: bytes, shred: bytes) -> bytes:
    """Open a note; raises :class:`Damaged`."""
    return _content(_unwrap(sealed, shred, NOTE_BYTES)[1:], key, _NOTE + vent)


def seal_token(word: str, public: bytes) -> bytes:
    """Seal a few letters to a luisteraar, all in one size."""
    return _to(public, word.encode("ascii").ljust(TOKEN_BYTES, b"\0"))


def open_token(sealed: bytes, reader: ReaderKey) -> str:
    """Read a token; raises :class:`Damaged`."""
    word = _guard(SealedBox(reader.private).decrypt, sealed)
    return word.rstrip(b"\0").decode("ascii", "replace")


# -- a luisteraar's key under lock ------------------------------------------------------------


def lock(seed: bytes, passphrase: str, cost: Cost = COST) -> bytes:
    """The seed under a passphrase; what the store keeps."""
    salt = secrets.token_bytes(argon2id.SALTBYTES)
    key = _stretch(passphrase, salt, cost)
    head = FORMAT + _LOCK.pack(cost.rounds, cost.memory) + salt
    return head + SecretBox(key).encrypt(seed)


def unlock(locked: bytes, passphrase: str) -> ReaderKey:
    """Open a lock; raises :class:`WrongKey`."""
    start = len(FORMAT) + _LOCK.size
    try:
        cost = Cost(*_LOCK.unpack_from(locked, len(FORMAT)))
        salt, boxed = locked[start : start + 16], locked[start + 16 :]
        return ReaderKey(SecretBox(_stretch(passphrase, salt, cost)).decrypt(boxed))
    except (CryptoError, ValueError, TypeError, struct.error):
        raise WrongKey from None


def lock_with_code(seed: bytes, code: bytes) -> bytes:
    """The seed under the random code of the recovery sheet."""
    return SecretBox(_derive(code, b"recovery")).encrypt(seed)


def unlock_with_code(locked: bytes, code: bytes) -> ReaderKey:
    """Open a lock with the code of the sheet; raises :class:`WrongKey`."""
    try:
        return ReaderKey(SecretBox(_derive(code, b"recovery")).decrypt(locked))
    except (CryptoError, ValueError, TypeError):
        raise WrongKey from None


def _stretch(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    # One keyboard sends é as one symbol, another as two.
    plain = unicodedata.normalize("NFKC", passphrase).encode()
    return argon2id.kdf(KEY_BYTES, plain, salt, opslimit=cost.rounds, memlimit=cost.memory)


def _derive(given: bytes, label: bytes) -> bytes:
    return hashlib.blake2b(given, digest_size=KEY_BYTES, person=label.ljust(16, b"\0")).digest()


def _to(public: bytes, content: bytes) -> bytes:
    return SealedBox(PublicKey(public[:KEY_BYTES])).encrypt(content)


def _padded(page: bytes) -> bytes:
    if len(page) > PAGE_BYTES:
        raise ValueError("the page is too large")
    return page.ljust(PAGE_BYTES, b"\0")


def _unwrap(sealed: bytes, shred: bytes, size: int) -> bytes:
    if len(sealed) != size:
        raise Damaged
    inner = _guard(SecretBox(shred).decrypt, sealed)
    if not inner.startswith(FORMAT):
        raise Damaged
    return inner


def _content(boxed: bytes, key: bytes, expected: bytes) -> bytes:
    content = _guard(SecretBox(key).decrypt, boxed)
    if not content.startswith(expected):
        raise Damaged  # a true vent or note, put in the place of another
    return content[len(expected) :]


def _guard(decrypt: Decrypt, boxed: bytes) -> bytes:
    try:
        return bytes(decrypt(boxed))
    except (CryptoError, ValueError, TypeError):
        raise Damaged from None
