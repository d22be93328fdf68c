"""People who answer at the same time, and what each of them was told."""

from __future__ import annotations

import http.client
import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar
from urllib.parse import urlencode

from monitor.errors import CodeSpent
from monitor.klaagmuur import reading, thread
from monitor.pulse.ballot import ballot_box
from monitor.pulse.count import closing, sealed_store
from tests.faults.conftest import Town
from tests.klaagmuur.conftest import Listener

CLIENTS = 8
PATIENCE = 60
"""Seconds a browser waits."""
KIND = {"Content-Type": "application/x-www-form-urlencoded"}
RECEIPT = re.compile(rb'id="code">([0-9A-Z-]+)<')

Errand = TypeVar("Errand")


@dataclass
class People(Generic[Errand]):
    """A few people at a time, until all have had their turn or there is nobody to answer."""

    port: int
    waiting: list[Errand]
    clients: int = CLIENTS
    lost: int = 0
    """How often somebody who asked was not answered."""

    def __post_init__(self) -> None:
        self._turn = threading.Lock()
        self._people = [threading.Thread(target=self._come) for _ in range(self.clients)]

    def start(self) -> None:
        """Let them begin."""
        for person in self._people:
            person.start()

    def wait(self) -> None:
        """Until the last one is done, or has given up."""
        for person in self._people:
            person.join()

    def run_errand(self, line: http.client.HTTPConnection, errand: Errand) -> None:
        """Do what somebody came for."""
        raise NotImplementedError

    def _come(self) -> None:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        while (errand := self._next()) is not None:
            try:
                self.run_errand(line, errand)
            except (OSError, http.client.HTTPException):
                line.close()
                with self._turn:
                    self.lost += 1
                    if self.lost >= self.clients:
                        self.waiting.clear()
        line.close()

    def _next(self) -> Errand | None:
        with self._turn:
            return self.waiting.pop() if self.waiting else None


@dataclass
class Crowd(People[str]):
    """People who answer the questions, each with a code.

    Parameters
    ----------
    told
        Per code the status people were answered with; a code that is not here was sent, if at
        all, without an answer.
    """

    sheet: bytes = b""
    told: dict[str, int] = field(default_factory=dict)
    sent: set[str] = field(default_factory=set)
    """The codes with which a sheet was sent, answered or not."""
    pages: list[bytes] = field(default_factory=list)

    @property
    def acknowledged(self) -> set[str]:
        """The codes whose owners were thanked."""
        return {code for code, status in self.told.items() if status == 200}

    def run_errand(self, line: http.client.HTTPConnection, errand: str) -> None:
        """Fetch the form, and send it filled in."""
        ask(line, "GET", f"/pulse/{errand}")
        with self._turn:
            self.sent.add(errand)
        status, page = ask(line, "POST", f"/pulse/{errand}", self.sheet)
        with self._turn:
            self.told[errand] = status
            if status != 200:
                self.pages.append(page)


def crowd(port: int, town: Town, codes: Sequence[str] | None = None) -> Crowd:
    """Everybody with one of these codes, or with any."""
    return Crowd(port, list(town.codes if codes is None else codes), sheet=town.sheet)


@dataclass
class Writers(People[int]):
    """People who write to the luisteraar, each something of their own."""

    clients: int = 2
    receipts: dict[int, str] = field(default_factory=dict)
    """The code each was given."""
    sent: set[int] = field(default_factory=set)
    """What was sent, answered or not."""
    others: set[int] = field(default_factory=set)
    """Every other status."""

    def run_errand(self, line: http.client.HTTPConnection, errand: int) -> None:
        """Send it; whoever was not answered sends the very same form once more."""
        form = {"tekst": text_of(errand), "bedoeling": "reply", "eenmalig": f"{errand:022d}"}
        with self._turn:
            self.sent.add(errand)
        status, page = ask(line, "POST", "/klaagmuur", urlencode(form).encode())
        code = RECEIPT.search(page)
        with self._turn:
            if status == 200 and code is not None:
                self.receipts[errand] = code[1].decode()
            else:
                self.others.add(status)


def text_of(number: int) -> str:
    """What this one writes."""
    return f"Dit moest er even uit ({number})."


def ask(
    line: http.client.HTTPConnection, method: str, path: str, body: bytes | None = None
) -> tuple[int, bytes]:
    """Send a request, and wait for the whole answer."""
    line.request(method, path, body, KIND if body else {})
    answer = line.getresponse()
    return answer.status, answer.read()


def check_every_answer_counts_once(town: Town, acknowledged: set[str], now: datetime) -> None:
    """Who was thanked is in the box, who was not can still answer, and the count is exact."""
    unsure = [code for code in town.codes if code not in acknowledged]
    for code in acknowledged:
        try:
            ballot_box.submit(town.context, code, (4,) * 9)
        except CodeSpent:
            continue
        raise AssertionError("an acknowledged answer was lost")
    for code in unsure:
        try:
            ballot_box.submit(town.context, code, (4,) * 9)
        except CodeSpent:
            continue  # it had arrived; only the answer to it had not
    assert not closing.close(town.context, town.period, "test", now).damaged
    made = sealed_store.load(town.context.engine, town.period).release
    assert int(made.respondents[0]) == len(town.codes)


def check_every_vent_is_there_once(
    town: Town, noor: Listener, receipts: Mapping[int, str], sent: Iterable[int]
) -> None:
    """Whoever was given a code can open what they wrote; nothing is there twice or in part."""
    found = reading.inbox(town.context, noor.who, noor.key)
    texts = [letter.vent.text for letter in found.letters]
    assert found.lost == 0
    assert len(texts) == len(set(texts))
    assert {text_of(number) for number in receipts} <= set(texts)
    assert set(texts) <= {text_of(number) for number in sent}
    for number, code in receipts.items():
        assert thread.open_thread(town.context, code).vent.text == text_of(number)
