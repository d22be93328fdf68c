"""Clients that answer or write at the same time, and what each of them got back."""

from __future__ import annotations

import http.client
import re
import ssl
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
TIMEOUT = 60
"""Seconds a client waits for an answer."""
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
RECEIPT = re.compile(rb'id="code">([0-9A-Z-]+)<')

Task = TypeVar("Task")


@dataclass
class Clients(Generic[Task]):
    """Threads that share a list of tasks, until all are done or the server is gone."""

    port: int
    waiting: list[Task]
    clients: int = CLIENTS
    lost: int = 0
    """The number of requests that were not answered."""
    tls: ssl.SSLContext | None = None
    """What to trust where clients come by https."""

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._run) for _ in range(self.clients)]

    def start(self) -> None:
        """Start all threads."""
        for client in self._threads:
            client.start()

    def wait(self) -> None:
        """Wait until every thread is done or has given up."""
        for client in self._threads:
            client.join()

    def do(self, connection: http.client.HTTPConnection, task: Task) -> None:
        """Carry out one task."""
        raise NotImplementedError

    def _run(self) -> None:
        connection = self._connection()
        while (task := self._next()) is not None:
            try:
                self.do(connection, task)
            except (OSError, http.client.HTTPException):
                connection.close()
                with self._lock:
                    self.lost += 1
                    if self.lost >= self.clients:
                        self.waiting.clear()
        connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        if self.tls is None:
            return http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        return http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=TIMEOUT, context=self.tls
        )

    def _next(self) -> Task | None:
        with self._lock:
            return self.waiting.pop() if self.waiting else None


@dataclass
class Respondents(Clients[str]):
    """Clients that send the same answers, each with a code of its own.

    Parameters
    ----------
    statuses
        Per code the status of the answer; a code that is missing got no answer, or was not sent.
    """

    sheet: bytes = b""
    statuses: dict[str, int] = field(default_factory=dict)
    sent: set[str] = field(default_factory=set)
    """The codes that were sent, with or without an answer."""
    pages: list[bytes] = field(default_factory=list)

    @property
    def acknowledged(self) -> set[str]:
        """The codes whose answers were confirmed."""
        return {code for code, status in self.statuses.items() if status == 200}

    def do(self, connection: http.client.HTTPConnection, task: str) -> None:
        """Fetch the form and send it filled in."""
        request(connection, "GET", f"/pulse/{task}")
        with self._lock:
            self.sent.add(task)
        status, page = request(connection, "POST", f"/pulse/{task}", self.sheet)
        with self._lock:
            self.statuses[task] = status
            if status != 200:
                self.pages.append(page)


def respondents(port: int, town: Town, codes: Sequence[str] | None = None) -> Respondents:
    """A client for each of these codes, or for all codes of the town."""
    return Respondents(port, list(town.codes if codes is None else codes), sheet=town.sheet)


@dataclass
class Writers(Clients[int]):
    """Clients that write to the luisteraar, each a text of its own."""

    clients: int = 2
    receipts: dict[int, str] = field(default_factory=dict)
    """The receipt code of each text."""
    sent: set[int] = field(default_factory=set)
    """The texts that were sent, with or without an answer."""
    others: set[int] = field(default_factory=set)
    """The statuses of all other answers."""

    def do(self, connection: http.client.HTTPConnection, task: int) -> None:
        """Send a text; the form carries its number, so that sending it again keeps it once."""
        form = {"tekst": text_of(task), "bedoeling": "reply", "eenmalig": f"{task:022d}"}
        with self._lock:
            self.sent.add(task)
        status, page = request(connection, "POST", "/klaagmuur", urlencode(form).encode())
        code = RECEIPT.search(page)
        with self._lock:
            if status == 200 and code is not None:
                self.receipts[task] = code[1].decode()
            else:
                self.others.add(status)


def text_of(number: int) -> str:
    """The text with this number."""
    return f"Dit moest er even uit ({number})."


def request(
    connection: http.client.HTTPConnection, method: str, path: str, body: bytes | None = None
) -> tuple[int, bytes]:
    """Send a request and wait for the whole answer."""
    connection.request(method, path, body, FORM if body else {})
    answer = connection.getresponse()
    return answer.status, answer.read()


def check_every_answer_counts_once(town: Town, acknowledged: set[str], now: datetime) -> None:
    """Every confirmed answer is in the box, all other codes still work, and the count is exact."""
    refusals = ballot_box.submit_all(town.context, [(code, (4,) * 9) for code in town.codes])
    assert {type(refusal) for refusal in refusals} <= {CodeSpent, type(None)}
    # A code that is spent without a confirmation: the answer had arrived.
    taken_now = {
        code for code, refusal in zip(town.codes, refusals, strict=True) if refusal is None
    }
    assert not taken_now & acknowledged, "an acknowledged answer was lost"
    assert not closing.close(town.context, town.period, "test", now).damaged
    release = sealed_store.load(town.context.engine, town.period).release
    assert int(release.n[0].max()) == len(town.codes)


def check_every_vent_is_there_once(
    town: Town, noor: Listener, receipts: Mapping[int, str], sent: Iterable[int]
) -> None:
    """Every receipt code opens the text it was given for; no text is there twice or in part."""
    inbox = reading.inbox(town.context, noor.who, noor.key)
    texts = [letter.vent.text for letter in inbox.letters]
    assert inbox.lost == 0
    assert len(texts) == len(set(texts))
    assert {text_of(number) for number in receipts} <= set(texts)
    assert set(texts) <= {text_of(number) for number in sent}
    for number, code in receipts.items():
        assert thread.open_thread(town.context, code).vent.text == text_of(number)
