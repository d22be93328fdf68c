"""A luisteraar's key pair: made, named by a fingerprint, and kept under a passphrase or a code."""

from __future__ import annotations

import hashlib
import secrets
import struct
import unicodedata
from dataclasses import dataclass, field

from nacl.exceptions import BadSignatureError, CryptoError
from nacl.public import PrivateKey
from nacl.pwhash import argon2id
from nacl.secret import SecretBox
from nacl.signing import SigningKey, VerifyKey

LOCK_FORMAT = b"\x01"
KEY_BYTES = 32
PUBLIC_BYTES = 64
"""A luisteraar's public half: one key to seal to, one to check signatures with."""
_COST = struct.Struct(">II")


class WrongKey(Exception):
    """The passphrase or code does not open the luisteraar's key."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess at a passphrase costs: rounds, and bytes of memory (Argon2id)."""

    rounds: int = 3
    memory: int = 128 * 1024 * 1024


COST = Cost()
"""About a third of a second; paid once a session."""


@dataclass(frozen=True, slots=True)
class ReaderKey:
    """A luisteraar's key pair, derived from one seed. It exists in memory only, or locked."""

    seed: bytes = field(repr=False)

    @property
    def private(self) -> PrivateKey:
        """Opens what was sealed to this luisteraar."""
        return PrivateKey(derive(self.seed, b"reader seal"))

    @property
    def public(self) -> bytes:
        """The public half, ``PUBLIC_BYTES`` long."""
        return bytes(self.private.public_key) + bytes(self._signing.verify_key)

    def sign(self, statement: bytes) -> bytes:
        """A signature that :func:`is_signed` accepts."""
        return self._signing.sign(statement).signature

    @property
    def _signing(self) -> SigningKey:
        return SigningKey(derive(self.seed, b"reader sign"))


def new_reader_key() -> ReaderKey:
    """A fresh random key pair."""
    return ReaderKey(secrets.token_bytes(KEY_BYTES))


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


def lock(seed: bytes, passphrase: str, cost: Cost = COST) -> bytes:
    """Encrypt the seed under a passphrase; this is what the store keeps."""
    salt = secrets.token_bytes(argon2id.SALTBYTES)
    key = _stretch(passphrase, salt, cost)
    header = LOCK_FORMAT + _COST.pack(cost.rounds, cost.memory) + salt
    return header + SecretBox(key).encrypt(seed)


def unlock(locked: bytes, passphrase: str) -> ReaderKey:
    """Decrypt what :func:`lock` made; raises :class:`WrongKey`."""
    start = len(LOCK_FORMAT) + _COST.size
    end = start + argon2id.SALTBYTES
    try:
        cost = Cost(*_COST.unpack_from(locked, len(LOCK_FORMAT)))
        salt, encrypted = locked[start:end], locked[end:]
        return ReaderKey(SecretBox(_stretch(passphrase, salt, cost)).decrypt(encrypted))
    except (CryptoError, ValueError, TypeError, struct.error):
        raise WrongKey from None


def lock_with_code(seed: bytes, code: bytes) -> bytes:
    """Encrypt the seed under the random code of the recovery sheet."""
    return SecretBox(derive(code, b"recovery")).encrypt(seed)


def unlock_with_code(locked: bytes, code: bytes) -> ReaderKey:
    """Decrypt what :func:`lock_with_code` made; raises :class:`WrongKey`."""
    try:
        return ReaderKey(SecretBox(derive(code, b"recovery")).decrypt(locked))
    except (CryptoError, ValueError, TypeError):
        raise WrongKey from None


def derive(material: bytes, label: bytes) -> bytes:
    """A key of 32 bytes for one use, named by `label`; no other label leads to it."""
    return hashlib.blake2b(material, digest_size=KEY_BYTES, person=label.ljust(16, b"\0")).digest()


def _stretch(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    # One keyboard sends é as one symbol, another as two.
    plain = unicodedata.normalize("NFKC", passphrase).encode()
    return argon2id.kdf(KEY_BYTES, plain, salt, opslimit=cost.rounds, memlimit=cost.memory)
