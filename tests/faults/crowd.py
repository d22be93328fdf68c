"""People who answer at the same time, and what each of them was told."""

from __future__ import annotations

import http.client
import threading
from dataclasses import dataclass, field
from datetime import datetime

from monitor.errors import CodeSpent
from monitor.pulse import ballot_box, closing, sealed_store
from tests.faults.conftest import Town

CLIENTS = 8
PATIENCE = 20
"""Seconds a browser waits."""
KIND = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class Crowd:
    """Eight people at a time, until all have had their turn or there is nobody to answer.

    Parameters
    ----------
    told
        Per code the status people were answered with; a code that is not here was sent, if at
        all, without an answer.
    """

    port: int
    town: Town
    told: dict[str, int] = field(default_factory=dict)
    pages: list[bytes] = field(default_factory=list)
    lost: int = 0

    def __post_init__(self) -> None:
        self._waiting = list(self.town.codes)
        self._turn = threading.Lock()
        self._people = [threading.Thread(target=self._answer) for _ in range(CLIENTS)]

    def start(self) -> None:
        """Let them begin."""
        for person in self._people:
            person.start()

    def wait(self) -> None:
        """Until the last one is done, or has given up."""
        for person in self._people:
            person.join()

    @property
    def acknowledged(self) -> set[str]:
        """The codes whose owners were thanked."""
        return {code for code, status in self.told.items() if status == 200}

    def _answer(self) -> None:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        while code := self._next():
            try:
                self._ask(line, "GET", code)
                status, page = self._ask(line, "POST", code)
            except (OSError, http.client.HTTPException):
                line.close()
                with self._turn:
                    self.lost += 1
                    if self.lost >= CLIENTS:
                        self._waiting.clear()
                continue
            with self._turn:
                self.told[code] = status
                if status != 200:
                    self.pages.append(page)
        line.close()

    def _next(self) -> str | None:
        with self._turn:
            return self._waiting.pop() if self._waiting else None

    def _ask(self, line: http.client.HTTPConnection, method: str, code: str) -> tuple[int, bytes]:
        body = self.town.sheet if method == "POST" else None
        line.request(method, f"/pulse/{code}", body, KIND if body else {})
        answer = line.getresponse()
        return answer.status, answer.read()


def check_every_answer_counts_once(town: Town, acknowledged: set[str], now: datetime) -> None:
    """Who was thanked is in the box, who was not can still answer, and the count is exact."""
    unsure = [code for code in town.codes if code not in acknowledged]
    for code in acknowledged:
        try:
            ballot_box.submit(town.house, code, (4,) * 9)
        except CodeSpent:
            continue
        raise AssertionError("an acknowledged answer was lost")
    for code in unsure:
        try:
            ballot_box.submit(town.house, code, (4,) * 9)
        except CodeSpent:
            continue  # it had arrived; only the answer to it had not
    assert not closing.close(town.house, town.period, "test", now).damaged
    made = sealed_store.load(town.house.engine, town.period).release
    assert int(made.respondents[0]) == len(town.codes)
