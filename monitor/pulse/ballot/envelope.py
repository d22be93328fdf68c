"""The pulse's only cryptography: envelopes nobody can read until the round closes.

An envelope is an answer sheet sealed with libsodium's sealed box (X25519, XSalsa20-Poly1305,
https://doc.libsodium.org/public-key_cryptography/sealed_boxes) to the round's public key. All
envelopes of all rounds have one size.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import struct
from dataclasses import dataclass, field

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

FORMAT = 2
SHEET_BYTES, STAMP_BYTES = 48, 16
MOST_QUESTIONS = 40
ENVELOPE_BYTES = SHEET_BYTES + STAMP_BYTES + 48
"""A sealed box adds the sender's throw-away public key (32) and an authentication tag (16)."""
_HEAD = struct.Struct(">BIBH")
MOST_EDITIONS = 0xFFFF


@dataclass(frozen=True, slots=True)
class AnswerSheet:
    """One person's answers: the place of the unit in the frozen tree, and 1..5 or 0 (none).

    ``edition`` counts how often the unit's codes had been replaced before this one was made:
    whoever answered with an earlier code may be among those who answer with a later one.
    """

    unit: int
    answers: tuple[int, ...]
    edition: int = 0


class DamagedEnvelope(Exception):
    """It cannot be opened with this key, or holds no sheet."""


@dataclass(frozen=True, slots=True)
class RoundKey:
    """Opens a round's envelopes and knows its codes. Lives in the key folder only."""

    private: bytes = field(repr=False)
    code_key: bytes = field(repr=False)

    @property
    def public(self) -> bytes:
        """The half that may be known: it can only close envelopes."""
        return bytes(PrivateKey(self.private).public_key)

    def to_bytes(self) -> bytes:
        """As kept in the key folder."""
        return self.private + self.code_key

    @staticmethod
    def from_bytes(content: bytes) -> RoundKey:
        """Read back what `to_bytes` wrote; ValueError when it is not that."""
        if len(content) != 64 or not any(content):
            raise ValueError("not a round key")
        return RoundKey(content[:32], content[32:])


def new_round_key() -> RoundKey:
    """A fresh random key."""
    return RoundKey(bytes(PrivateKey.generate()), secrets.token_bytes(32))


def key_name(public: bytes) -> str:
    """The file name under which a round's key lies in the key folder."""
    return "round-" + hashlib.sha256(public).hexdigest()[:32]


def fingerprint(code_key: bytes, code: str) -> bytes:
    """What the store keeps of a code; without the key nobody can compute it from the code."""
    return hmac.digest(code_key, b"code\0" + code.encode("ascii"), "sha256")


def mailed_bits(code_key: bytes, unit: str, generation: int, email: str) -> bytes:
    """The 80 bits of the code that the app mails to one member.

    They follow from the round's key, so that the same link can be mailed again while no code is
    kept anywhere. Without the key they are as good as random; once it is destroyed nobody can
    make them again.
    """
    named = json.dumps([unit, generation, email]).encode("ascii")
    return hmac.digest(code_key, b"mailed\0" + named, "sha256")[:10]


def message_mark(code_key: bytes, kind: str, code: str) -> str:
    """What tells one letter from every other, and does not tell its code."""
    return hmac.digest(code_key, f"letter\0{kind}\0{code}".encode("ascii"), "sha256").hex()[:32]


def seal_answer_sheet(public: bytes, code_key: bytes, sheet: AnswerSheet) -> bytes:
    """Seal a sheet; from here on only the round's key can read it.

    It carries a stamp under the round's secret: who can write in the store and has no key folder
    makes no envelope that counts. The stamp is the same for the same sheet and names nobody.
    """
    if len(sheet.answers) > MOST_QUESTIONS or any(not 0 <= a <= 5 for a in sheet.answers):
        raise ValueError("not an answer sheet")
    head = _HEAD.pack(FORMAT, sheet.unit, len(sheet.answers), sheet.edition)
    content = (head + bytes(sheet.answers)).ljust(SHEET_BYTES, b"\0")
    return SealedBox(PublicKey(public)).encrypt(content + _stamp(code_key, content))


def _stamp(code_key: bytes, content: bytes) -> bytes:
    return hmac.digest(code_key, b"sheet\0" + content, "sha256")[:STAMP_BYTES]


@dataclass(frozen=True, slots=True)
class EnvelopeOpener:
    """Opens envelopes with one round's key, prepared once for the whole box."""

    _box: SealedBox[PrivateKey] = field(repr=False)
    _code_key: bytes = field(repr=False)

    @staticmethod
    def of(key: RoundKey) -> EnvelopeOpener:
        """Prepare the key."""
        return EnvelopeOpener(SealedBox(PrivateKey(key.private)), key.code_key)

    def open(self, envelope: bytes) -> AnswerSheet:
        """Read one envelope.

        Raises
        ------
        DamagedEnvelope
            When it was sealed to another key or by somebody else, changed since, or holds
            something else.
        """
        try:
            content = self._box.decrypt(envelope)
        except (CryptoError, ValueError, TypeError):
            raise DamagedEnvelope from None
        content, stamp = content[:SHEET_BYTES], content[SHEET_BYTES:]
        if not hmac.compare_digest(stamp, _stamp(self._code_key, content)):
            raise DamagedEnvelope
        version, unit, count, edition = _HEAD.unpack_from(content)
        answers = tuple(content[_HEAD.size : _HEAD.size + count])
        if version != FORMAT or count > MOST_QUESTIONS or any(a > 5 for a in answers):
            raise DamagedEnvelope
        return AnswerSheet(unit, answers, edition)
