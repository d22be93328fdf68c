"""Signing in cannot be denied to people on a device on which they signed in before."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Event

import anyio
import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from monitor import clock
from monitor.access import accounts, known_devices, login, sessions
from monitor.access.roles import Role
from monitor.access.tokens import new_token
from monitor.context import AppContext
from monitor.errors import AccessRefused
from monitor.web.account import cookies, hashing
from monitor.web.account.hashing import TooManyWaiting, run_hashing
from tests.plain_pages import application
from tests.scale import SOAK

SANNE = "sanne@waterrijk.example"
EVA = "eva@waterrijk.example"
GOOD = "vier losse natte eenden"
ATTEMPTS, MORNING = (60, 6 * 3600) if SOAK > 1 else (20, 3 * 3600)
"""Right attempts, and seconds; within a quarter of an hour the waits are as long as they get."""


@pytest.fixture
def staffed(context: AppContext) -> AppContext:
    """Two people with a passphrase; the second has nothing good in mind."""
    for email in (SANNE, EVA):
        accounts.add_with_password(
            context.engine, email, Role.TOEZICHT, None, GOOD, "test", clock.now()
        )
    return context


@pytest.fixture
def browser(staffed: AppContext) -> Iterator[TestClient]:
    """A browser that keeps cookies and does not follow redirects."""
    with TestClient(application(), follow_redirects=False) as client:
        yield client


def sign_in(browser: TestClient, passphrase: str = GOOD, email: str = SANNE) -> Response:
    page = browser.get("/aanmelden").text
    token = re.search(r'name="formulier" value="([^"]+)"', page)
    if token is None:  # signed in already
        browser.cookies.delete(sessions.COOKIE)
        return sign_in(browser, passphrase, email)
    form = {"formulier": token[1], "email": email, "wachtzin": passphrase, "naar": ""}
    return browser.post("/aanmelden", data=form)


def right_attempts(
    context: AppContext, device: str | None, start: datetime, rng: random.Random
) -> int:
    """How many of all right attempts succeed while somebody guesses whenever the wait is over.

    Both come every so many seconds for a morning: whoever guesses is far more patient.
    """
    own = set(rng.sample(range(3600, MORNING), ATTEMPTS))
    succeeded = 0
    for second in sorted({*range(0, MORNING, 60), *own}):
        now = start + timedelta(seconds=second)
        if second in own:
            succeeded += _succeeds(context, GOOD, now, device)
        if second % 60 == 0:
            assert not _succeeds(context, "een gok", now, None)
    return succeeded


def _succeeds(context: AppContext, passphrase: str, now: datetime, device: str | None) -> bool:
    try:
        login.check_passphrase_step(context.engine, context.secret, SANNE, passphrase, now, device)
    except AccessRefused:
        return False
    return True


def account_id(context: AppContext, email: str, now: datetime) -> str:
    reached = login.check_passphrase_step(context.engine, context.secret, email, GOOD, now)
    assert isinstance(reached, login.SignedIn)
    person = sessions.person(context.engine, reached.token, now)
    assert person is not None
    return person.account


@pytest.mark.slow
def test_a_guess_per_wait_keeps_nobody_out_who_signed_in_on_the_device_before(
    staffed: AppContext, now: datetime, rng: random.Random
) -> None:
    own, of_eva = new_token(), new_token()
    known_devices.remember(staffed.engine, account_id(staffed, SANNE, now), own, now)
    known_devices.remember(staffed.engine, account_id(staffed, EVA, now), of_eva, now)

    assert right_attempts(staffed, own, now, rng) == ATTEMPTS
    # The controls: without a device, with one that was made up, and with one of another account.
    for number, other in enumerate((None, new_token(), of_eva), 1):
        later = now + timedelta(days=number)
        assert right_attempts(staffed, other, later, rng) < ATTEMPTS / 2


def test_guesses_on_a_known_device_wait_as_well(staffed: AppContext, now: datetime) -> None:
    device = new_token()
    known_devices.remember(staffed.engine, account_id(staffed, SANNE, now), device, now)
    for _ in range(20):
        assert not _succeeds(staffed, "een gok", now, device)

    assert not _succeeds(staffed, GOOD, now, device)
    assert _succeeds(staffed, GOOD, now, None)  # and nobody elsewhere waits for them
    assert _succeeds(staffed, GOOD, now + timedelta(minutes=6), device)


def test_many_guesses_at_once_leave_a_place_for_known_devices() -> None:
    """As many as there are places, and one: they wait for a passphrase that takes very long."""
    goes_on = Event()

    async def crowd() -> None:
        async with anyio.create_task_group() as group:
            for _ in range(hashing.THREADS + hashing.LONGEST_QUEUE):
                group.start_soon(run_hashing, goes_on.wait)
            await anyio.sleep(0.1)
            try:
                with pytest.raises(TooManyWaiting):
                    await run_hashing(lambda: "never")
                assert await run_hashing(lambda: "in", reserved=True) == "in"
            finally:
                goes_on.set()

    anyio.run(crowd)


def test_a_device_keeps_its_place_from_the_first_sign_in_on(
    browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashing, "LONGEST_QUEUE", 0)  # as if it were full all the time
    assert sign_in(browser).status_code == 503
    browser.cookies.set(cookies.DEVICE_COOKIE, new_token())
    assert sign_in(browser).status_code == 503

    monkeypatch.setattr(hashing, "LONGEST_QUEUE", 40)
    browser.cookies.clear()
    assert sign_in(browser).status_code == 303
    monkeypatch.setattr(hashing, "LONGEST_QUEUE", 0)
    assert sign_in(browser).status_code == 303


def test_the_cookie_is_sent_to_the_sign_in_pages_only_and_holds_nothing_of_an_account(
    browser: TestClient,
) -> None:
    answers = [sign_in(browser, email=email) for email in (SANNE, EVA)]
    (set_device, *_) = (
        value
        for value in answers[0].headers.get_list("set-cookie")
        if value.startswith(cookies.DEVICE_COOKIE)
    )

    assert re.fullmatch(r"teamklimaat_device=[\w-]{43}", set_device.partition(";")[0])
    assert "Path=/aanmelden" in set_device
    assert "HttpOnly" in set_device
    sent = {
        path: browser.build_request("GET", path).headers.get("cookie", "")
        for path in ("/aanmelden", "/", "/pulse", "/klaagmuur", "/privacy", "/resultaten/x")
    }
    assert [
        path for path, sent_cookies in sent.items() if cookies.DEVICE_COOKIE in sent_cookies
    ] == ["/aanmelden"]
    # Two people on one device bring the same token.
    assert set_device.partition(";")[0] in str(answers[1].headers.get_list("set-cookie"))


def test_an_account_has_ten_devices_at_most(staffed: AppContext, now: datetime) -> None:
    account, tokens = account_id(staffed, SANNE, now), [new_token() for _ in range(12)]
    for day, token in enumerate(tokens):
        known_devices.remember(staffed.engine, account, token, now + timedelta(days=day))

    still_known = [known_devices.is_known(staffed.engine, token) for token in tokens]
    assert still_known == [False] * 2 + [True] * known_devices.MOST
