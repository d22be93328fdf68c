"""A vent with words that occur nowhere else, and a search for these words."""

from __future__ import annotations

import base64
import re
import stat
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote_plus

import httpx
from sqlalchemy import select

from monitor.access import accounts
from monitor.access.roles import Role
from monitor.context import AppContext
from monitor.klaagmuur import luisteraars, reading
from monitor.klaagmuur.reader_key import Cost, ReaderKey
from monitor.klaagmuur.readers import Luisteraar
from monitor.store.engine import reading as looking
from monitor.store.klaagmuur_tables import vent
from tests.promises import theft
from tests.promises.theft import Disk

PASSPHRASE = "vier losse natte eenden"
WORDS = ("kwetterkanarie", "zilverfluisterboom")
TEXT = f"Vandaag zag ik een {WORDS[0]} huilen onder een {WORDS[1]}."
REPLY = "Dat klinkt als een regenboogtrommelaar."
ANSWER = "Het was eerder een lantaarnvlinderaar."
ALL_WORDS = (*WORDS, "regenboogtrommelaar", "lantaarnvlinderaar")
insecure_quick_cost = Cost(rounds=1, memory=8192)


@dataclass(frozen=True)
class Listener:
    """A luisteraar and the unlocked key."""

    reader: Luisteraar
    key: ReaderKey


def enrol(context: AppContext, name: str, now: datetime) -> Listener:
    """Give somebody the role and a key."""
    email = f"{name.lower()}@waterrijk.example"
    accounts.add(context.engine, email, Role.LUISTERAAR, None, "beheerder", now)
    account = luisteraars.account_of(context.engine, email)
    assert account is not None
    new = luisteraars.make_key(PASSPHRASE, insecure_quick_cost)
    luisteraar = luisteraars.enrol(context.engine, account, name, new, "beheerder", now)
    return Listener(luisteraar, new.key)


def send(client: httpx.Client, text: str = TEXT) -> str:
    """Send a vent through the page; returns its receipt code."""
    fields = {"tekst": text, "bedoeling": "reply", "thema": "pressure", "tellen": "ja"}
    page = client.post("/klaagmuur", data=fields)
    code = re.search(r'id="code">([0-9A-Z-]+)<', page.text)
    assert code is not None, page.status_code
    return code[1]


def talk(client: httpx.Client, code: str, text: str = "") -> str:
    """Open the conversation of a vent, or add a text to it; returns the page."""
    fields = {"code": code} | ({"stap": "toch", "tekst": text} if text else {})
    return client.post("/klaagmuur/gesprek", data=fields).text


def spellings(word: str) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """The ways in which a word may stand in a file: in small letters, and as they are.

    Letters of an address are what they are anywhere, as these words have no others.
    """
    assert quote_plus(word) == word
    small = (
        word.encode(),
        word.encode("utf-16-le"),
        # Of a capital first letter only the first two digits differ.
        word[1:].encode().hex().encode(),
        word[1:].upper().encode().hex().encode(),
    )
    # Wherever the word starts in an encoded text, these letters do not depend on the rest.
    encoded = (base64.b64encode(b"x" * shift + word.encode())[4:-4] for shift in range(3))
    return small, tuple(encoded)


def found_in(files: dict[str, bytes], words: tuple[str, ...] = ALL_WORDS) -> list[tuple[str, str]]:
    """Pairs of a file and a word that stands in it."""
    wanted = {word: spellings(word) for word in words}
    pairs = []
    for name, content in files.items():
        whole = theft.without_empty_blocks(content)
        lower = whole.lower()
        pairs += [
            (name, word)
            for word, (small, encoded) in wanted.items()
            if any(part in lower for part in small) or any(part in whole for part in encoded)
        ]
    return pairs


def all_files(context: AppContext, disk: Disk, *more: Path) -> dict[str, bytes]:
    """Everything the database has on disk, keys, secret, and the files in `more`."""
    return disk() | theft.files_in(context.settings.keys_dir.parent, *more)


def sealed_vents(context: AppContext) -> dict[bytes, bytes]:
    """The sealed part of every vent in the store, by id."""
    with looking(context.engine) as connection:
        return {row.id: row.sealed for row in connection.execute(select(vent))}


def only_letter(context: AppContext, listener: Listener) -> reading.VentThread:
    """The only vent this luisteraar can read."""
    (letter,) = reading.inbox(context, listener.reader, listener.key).letters
    return letter


def open_files(process: int) -> dict[str, bytes]:
    """The contents of every file a process has open, also of deleted files; Linux only."""
    contents = {}
    for handle in Path(f"/proc/{process}/fd").glob("*"):
        with suppress(OSError):
            if stat.S_ISREG(handle.stat().st_mode):
                contents[str(handle.readlink())] = handle.read_bytes()
    return contents
