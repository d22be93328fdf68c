"""The pulse's only cryptography: envelopes that nobody can read until the round closes.

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
from collections.abc import Callable
from dataclasses import dataclass, field

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

FORMAT = 2
"""The format in which sheets are sealed. A new one gets a reader in `READERS`, an entry in
`monitor.store.migrate.SHEET_FORMATS`, and a sealed sheet in the tests; no reader ever goes."""
SHEET_BYTES, MAC_BYTES = 48, 16
MOST_QUESTIONS = 40
CONTENT_BYTES = SHEET_BYTES + MAC_BYTES
"""What is sealed; the first byte is the format."""
ENVELOPE_BYTES = CONTENT_BYTES + 48
"""A sealed box adds an ephemeral public key (32 bytes) and an authentication tag (16)."""
_HEAD = struct.Struct(">BIBH")
_HEAD_1 = struct.Struct(">BIB")
_MOST_QUESTIONS_1 = 48
MOST_REPLACEMENTS = 0xFFFF
"""What the envelope's two bytes can count."""


@dataclass(frozen=True, slots=True)
class AnswerSheet:
    """One person's answers, 1..5 or 0 for none, with the unit's position in the frozen tree.

    ``replacements`` is how often the unit's codes had been replaced before this person's code was
    made: whoever answered with an earlier code may answer again with a later one.
    """

    unit: int
    answers: tuple[int, ...]
    replacements: int = 0


class DamagedEnvelope(Exception):
    """The envelope cannot be opened with this key, or holds no answer sheet."""


@dataclass(frozen=True, slots=True)
class RoundKey:
    """Opens a round's envelopes and recognises its codes. Stored in the key folder only."""

    private: bytes = field(repr=False)
    code_key: bytes = field(repr=False)

    @property
    def public(self) -> bytes:
        """The public half, which can only seal envelopes."""
        return bytes(PrivateKey(self.private).public_key)

    def to_bytes(self) -> bytes:
        """The key as stored in the key folder."""
        return self.private + self.code_key

    @staticmethod
    def from_bytes(content: bytes) -> RoundKey:
        """Read what `to_bytes` returned; ValueError when it is anything else."""
        if len(content) != 64 or not any(content):
            raise ValueError("not a round key")
        return RoundKey(content[:32], content[32:])


def new_round_key() -> RoundKey:
    """A fresh random key."""
    return RoundKey(bytes(PrivateKey.generate()), secrets.token_bytes(32))


def key_name(public: bytes) -> str:
    """The name of a round's file in the key folder."""
    return "round-" + hashlib.sha256(public).hexdigest()[:32]


def fingerprint(code_key: bytes, code: str) -> bytes:
    """What the store keeps of a code; it cannot be computed from the code without the key."""
    return hmac.digest(code_key, b"code\0" + code.encode("ascii"), "sha256")


def mailed_bits(code_key: bytes, unit: str, codes_before: int, email: str) -> bytes:
    """The 80 bits of the code that the app mails to one member.

    They are derived from the round's key, so that the same link can be mailed again although no
    code is stored anywhere. Without the key they cannot be told from random bits; once the key is
    destroyed nobody can derive them again. ``codes_before`` is how many codes the unit had been
    issued earlier, so that a replaced link gets other bits.
    """
    recipient = json.dumps([unit, codes_before, email]).encode("ascii")
    return hmac.digest(code_key, b"mailed\0" + recipient, "sha256")[:10]


def message_mark(code_key: bytes, kind: str, code: str) -> str:
    """Identifies one letter, also when it is sent again, without revealing its code."""
    return hmac.digest(code_key, f"letter\0{kind}\0{code}".encode("ascii"), "sha256").hex()[:32]


def seal_answer_sheet(public: bytes, code_key: bytes, sheet: AnswerSheet) -> bytes:
    """Seal a sheet, so that only the round's key can read it.

    The content carries an authentication code under the round's secret, so that nobody who can
    write in the store but has no access to the key folder can make an envelope that counts. Equal
    sheets have equal codes, which therefore identify nobody.
    """
    if len(sheet.answers) > MOST_QUESTIONS or any(not 0 <= a <= 5 for a in sheet.answers):
        raise ValueError("not an answer sheet")
    head = _HEAD.pack(FORMAT, sheet.unit, len(sheet.answers), sheet.replacements)
    content = (head + bytes(sheet.answers)).ljust(SHEET_BYTES, b"\0")
    return SealedBox(PublicKey(public)).encrypt(content + _mac(code_key, content))


def _mac(code_key: bytes, content: bytes) -> bytes:
    return hmac.digest(code_key, b"sheet\0" + content, "sha256")[:MAC_BYTES]


@dataclass(frozen=True, slots=True)
class EnvelopeOpener:
    """Opens envelopes with one round's key, which is prepared once for the whole box."""

    _box: SealedBox[PrivateKey] = field(repr=False)
    _code_key: bytes = field(repr=False)

    @staticmethod
    def of(key: RoundKey) -> EnvelopeOpener:
        """An opener with that key."""
        return EnvelopeOpener(SealedBox(PrivateKey(key.private)), key.code_key)

    def open(self, envelope: bytes) -> AnswerSheet:
        """Read one envelope of a format that nobody can forge without the round's secret.

        Raises
        ------
        DamagedEnvelope
            When it was sealed to another key or without the round's secret, was changed, or holds
            something else.
        """
        content = self._decrypt(envelope)
        if content[0] not in AUTHENTICATED:
            raise DamagedEnvelope
        return READERS[content[0]](self._code_key, content)

    def opens(self, envelope: bytes) -> bool:
        """Whether `open` would read it."""
        try:
            self.open(envelope)
        except DamagedEnvelope:
            return False
        return True

    def open_of_any_format(self, envelope: bytes) -> AnswerSheet:
        """As `open`, also of a format that anybody who can write in the store can forge.

        Only for a box that an earlier program filled (`adoption`).
        """
        content = self._decrypt(envelope)
        if content[0] not in READERS:
            raise DamagedEnvelope
        return READERS[content[0]](self._code_key, content)

    def _decrypt(self, envelope: bytes) -> bytes:
        try:
            content = self._box.decrypt(envelope)
        except (CryptoError, ValueError, TypeError):
            raise DamagedEnvelope from None
        if len(content) != CONTENT_BYTES:
            raise DamagedEnvelope
        return content


def _read_format_1(_code_key: bytes, content: bytes) -> AnswerSheet:
    """Format 1 (until 2026-11-23): no code that authenticates it, no count of replacements."""
    _, unit, count = _HEAD_1.unpack_from(content)
    return AnswerSheet(unit, _answers(content[_HEAD_1.size :], count, _MOST_QUESTIONS_1))


def _read_format_2(code_key: bytes, content: bytes) -> AnswerSheet:
    content, mac = content[:SHEET_BYTES], content[SHEET_BYTES:]
    if not hmac.compare_digest(mac, _mac(code_key, content)):
        raise DamagedEnvelope
    _, unit, count, replacements = _HEAD.unpack_from(content)
    return AnswerSheet(unit, _answers(content[_HEAD.size :], count, MOST_QUESTIONS), replacements)


def _answers(content: bytes, count: int, most: int) -> tuple[int, ...]:
    answers = tuple(content[:count])
    if count > most or any(answer > 5 for answer in answers):
        raise DamagedEnvelope
    return answers


READERS: dict[int, Callable[[bytes, bytes], AnswerSheet]] = {1: _read_format_1, 2: _read_format_2}
"""How a sheet of each format is read: from the round's code key and what was sealed."""
AUTHENTICATED = frozenset({2})
"""The formats that cannot be made without the round's secret."""
