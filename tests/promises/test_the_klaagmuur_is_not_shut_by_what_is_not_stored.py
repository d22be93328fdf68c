"""The klaagmuur is not shut, nor slowed, by forms that store nothing; and a silent probe sees none.

What remains is said in THREAT_MODEL.md: who stores vents up to the cap of an hour shuts it for the
rest of that hour, and sees that it is shut.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import anyio
import pytest
from httpx2 import Response
from sqlalchemy import func, select
from starlette.testclient import TestClient

from monitor import clock
from monitor.context import AppContext
from monitor.klaagmuur import access_word, vents
from monitor.klaagmuur.rate_limit import HOUR, LEAST, MOST, HourlyCap
from monitor.klaagmuur.refusals import KlaagmuurBusy
from monitor.store import audit
from monitor.store.engine import reading
from monitor.store.klaagmuur_tables import vent
from monitor.web.klaagmuur import write
from tests.plain_pages import application
from tests.stores import SQLITE

UNKNOWN = "x" * 22
WORD = "drie losse eenden"


@pytest.fixture
def browser(context: AppContext, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """The plain pages, without their waits."""
    monkeypatch.setattr(write, "ANSWER_SECONDS", 0.0)
    monkeypatch.setattr(write, "PATIENT_SECONDS", 0.0)
    monkeypatch.setattr(write, "vents_cap", HourlyCap(2, 2))
    monkeypatch.setattr(write, "wrong_words", HourlyCap(5, 5))
    with TestClient(application(), follow_redirects=False) as client:
        yield client


def send(browser: TestClient, text: str = "moe", **fields: str) -> Response:
    return browser.post("/klaagmuur", data={"tekst": text} | fields)


def recorded_waits(monkeypatch: pytest.MonkeyPatch, setting: str) -> list[float]:
    """The seconds of each wait from now on, `setting` being 100; nobody really waits."""
    waits: list[float] = []

    async def sleep_until(deadline: float) -> None:
        waits.append(round(deadline - anyio.current_time()))

    monkeypatch.setattr(write, setting, 100.0)
    monkeypatch.setattr(write.anyio, "sleep_until", sleep_until)
    return waits


def stored(context: AppContext) -> int:
    with reading(context.engine) as connection:
        return connection.execute(select(func.count()).select_from(vent)).scalar_one()


REFUSED = (
    {"lezer": UNKNOWN},
    {"text": ""},
    {"text": "x" * 3000},
    {"text": "bel mevrouw Bakker"},
    {"toegangswoord": "iets anders"},
)


@pytest.mark.usefixtures("noor")
@pytest.mark.parametrize("store", [SQLITE])
@pytest.mark.parametrize("pays_first", [False, True], ids=["now", "control"])
def test_forms_that_are_refused_cost_nothing(
    browser: TestClient,
    context: AppContext,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    pays_first: bool,
) -> None:
    access_word.set_access_word(context.engine, WORD, "sanne", now)
    if pays_first:
        monkeypatch.setattr(write, "read_vent_form", _paying(write.read_vent_form))
    for fields in REFUSED:
        send(browser, **({"toegangswoord": WORD} | fields))
    assert stored(context) == 0

    colleague = send(browser, toegangswoord=WORD)

    assert (colleague.status_code == 503) is pays_first
    assert stored(context) == (0 if pays_first else 1)


def _paying(read: Callable[..., object]) -> Callable[..., object]:
    def read_and_pay(form: object) -> object:
        write.vents_cap.take(write.clock.running())
        return read(form)

    return read_and_pay


@pytest.mark.usefixtures("noor")
@pytest.mark.parametrize("store", [SQLITE])
@pytest.mark.parametrize("failure", [OSError(28, "No space"), KeyError()])
def test_nor_does_what_could_not_be_stored(
    browser: TestClient, context: AppContext, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    def fails(*_: object) -> None:
        raise failure

    with monkeypatch.context() as broken:
        broken.setattr(vents.shredding, "take", fails)
        assert {send(browser, str(n)).status_code for n in range(5)} == {503}

    assert {send(browser, str(n)).status_code for n in range(2)} == {200}


@pytest.mark.usefixtures("noor")
@pytest.mark.parametrize("store", [SQLITE])
def test_the_same_form_again_is_no_probe_of_how_full_an_hour_is(browser: TestClient) -> None:
    form = {"eenmalig": "e" * 22}
    probes = [send(browser, "van mij", **form)]
    probes += [send(browser, "van mij", **form) for _ in range(5)]
    assert send(browser, "van een collega").status_code == 200

    probes.append(send(browser, "van mij", **form))

    assert {probe.status_code for probe in probes} == {200}
    assert send(browser, "nog een").status_code == 503  # it was full all the same


@pytest.mark.usefixtures("noor")
@pytest.mark.parametrize("store", [SQLITE])
def test_every_form_takes_the_same_time_however_much_others_wrote(
    browser: TestClient, context: AppContext, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    access_word.set_access_word(context.engine, WORD, "sanne", now)
    waits = recorded_waits(monkeypatch, "ANSWER_SECONDS")

    send(browser, "een", toegangswoord=WORD)
    send(browser, "twee", toegangswoord=WORD)
    send(browser, "drie", toegangswoord=WORD)  # there is no place for it
    for fields in REFUSED:
        send(browser, **({"toegangswoord": WORD} | fields))

    assert set(waits) == {100}
    # The control: a bucket as it was before, nearly empty; a wait tells of the vent before it.
    assert [max(0.0, 5.0 * (1 - tokens)) for tokens in (1, 0)] == [0.0, 5.0]


def test_an_hour_holds_a_number_that_nobody_can_count_to() -> None:
    """Between an hour in which a colleague wrote and one without, the refusals hardly differ."""
    least, most = 5, 25

    def refused_at(places: int, of_others: int) -> int:
        cap = HourlyCap(least, most, draw=lambda _: places - least)
        assert all(cap.take(5.0) for _ in range(of_others))
        return next(number for number in range(most + 1) if not cap.take(6.0))

    def seen(of_others: int) -> set[int]:
        return {refused_at(places, of_others) for places in range(least, most + 1)}

    # Each place of refusal is equally likely: the two differ in one place at either end.
    assert len(seen(0) ^ seen(1)) == 2
    fixed = HourlyCap(least, least)  # the control
    assert [fixed.take(5.0) for _ in range(least + 1)].index(False) == least
    assert MOST - LEAST >= 500


def test_a_new_hour_begins_anew_and_nothing_comes_back_before() -> None:
    cap = HourlyCap(3, 3)
    assert [cap.take(10.0) for _ in range(4)] == [True, True, True, False]
    assert cap.is_full(HOUR - 1)
    assert not cap.take(HOUR - 1)

    assert cap.take(HOUR + 1)
    cap.give_back(10.0)  # of an hour that is over
    assert [cap.take(HOUR + 2) for _ in range(3)] == [True, True, False]


@pytest.mark.usefixtures("noor")
def test_the_cap_holds_when_many_send_at_once(context: AppContext) -> None:
    cap = HourlyCap(3, 3)

    def send_one(number: int) -> bool:
        draft = vents.Draft(vents.Vent(text=str(number)))
        try:
            vents.send(context, draft, clock.now(), None, cap)
        except KlaagmuurBusy:
            return False
        return True

    with ThreadPoolExecutor(8) as senders:
        assert sum(senders.map(send_one, range(8))) == 3

    assert stored(context) == 3


@pytest.mark.slow
@pytest.mark.usefixtures("noor")
@pytest.mark.parametrize("store", [SQLITE])
def test_guesses_at_the_access_word_leave_a_trace_and_shut_nobody_out(
    browser: TestClient, context: AppContext, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    access_word.set_access_word(context.engine, WORD, "sanne", now)
    waits = recorded_waits(monkeypatch, "PATIENT_SECONDS")

    def notes() -> list[tuple[str, str]]:
        entries = audit.entries(context.engine)
        return [(e.action, e.detail) for e in entries if e.action == "klaagmuur.word_guessed"]

    for number in range(4):
        send(browser, toegangswoord=f"woord {number}")
    assert (notes(), set(waits)) == ([], {0})
    for number in range(10):
        send(browser, toegangswoord=f"meer {number}")
    assert notes() == [("klaagmuur.word_guessed", "")]
    waits.clear()

    wrong, right = send(browser, toegangswoord="fout"), send(browser, toegangswoord=WORD)

    assert (wrong.status_code, right.status_code) == (422, 200)
    assert waits == [100, 100]  # the wait does not tell which of the two was right


@pytest.mark.usefixtures("noor")
@pytest.mark.parametrize("store", [SQLITE])
def test_a_blank_form_tells_nothing_of_the_word(
    browser: TestClient, context: AppContext, now: datetime
) -> None:
    access_word.set_access_word(context.engine, WORD, "sanne", now)
    fields = {"eenmalig": "e" * 22}

    wrong = send(browser, "", toegangswoord="mis", **fields)
    right = send(browser, "", toegangswoord=WORD, **fields)

    assert wrong.status_code == right.status_code == 422
    assert wrong.text.replace("mis", WORD) == right.text.replace("mis", WORD)
