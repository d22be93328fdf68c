"""A leidinggevende in a browser: from a signal to a plan, held, agreed, seen, looked back."""

from __future__ import annotations

import re
import shutil
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from icalendar import Calendar
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import insert, update

from monitor import clock
from monitor.access.roles import Role
from monitor.climate.results import results
from monitor.config.settings import Settings
from monitor.context import AppContext, build_context
from monitor.demo.stories import SQUEEZED
from monitor.followup import actions, conversations
from monitor.followup.records import ConversationState, Outcome
from monitor.locale import texts
from monitor.pulse import periods
from monitor.store.engine import writing
from monitor.store.followup_tables import action, conversation
from monitor.store.tables import signal
from tests.browser.conftest import Town
from tests.browser.pages import DESKTOP, PHONE, fits, open_page, open_signed_in
from tests.fork_server import ForkServer

T = texts("nl")
TIMEOUT = 60_000
PATIENCE = 60.0
"""Seconds from the first page to a planned conversation, on a busy machine too."""
TITLE = "Elke {day} een kwartier nabespreken"


@pytest.fixture(scope="module")
def signalled(
    town: Town, tmp_path_factory: pytest.TempPathFactory, forks: ForkServer
) -> Iterator[Town]:
    """A copy of the municipality in which a team has a signal in the latest month."""
    folder = tmp_path_factory.mktemp("signalled")
    settings = _copy(town.settings, folder)
    context = build_context(settings)
    with writing(context.engine) as connection:
        connection.execute(
            insert(signal),
            [
                {"period": _latest(context), "unit": SQUEEZED, "theme": "druk",
                 "audience": audience, "direction": "down", "since": _latest(context)}
                for audience in ("team", "above")
            ],
        )  # fmt: skip
    context.engine.dispose()
    with forks.running(settings, folder) as live:
        yield replace(town, live=live, settings=settings)


@pytest.mark.parametrize(
    ("size", "day"),
    [(PHONE, "maandag"), pytest.param(DESKTOP, "dinsdag", marks=pytest.mark.soak)],
    ids=["375", "1280"],
)
def test_from_a_signal_to_looking_back(
    browser: Browser, signalled: Town, size: dict[str, int], day: str
) -> None:
    title = TITLE.format(day=day)
    context = build_context(signalled.settings)
    with open_page(browser, signalled, size) as page:
        open_signed_in(page, signalled, Role.LEIDINGGEVENDE)
        _planned_in_three_clicks(page)
        (talk,) = (
            each
            for each in conversations.listing(context.engine, SQUEEZED)
            if each.state is ConversationState.PLANNED and each.origin.theme == "druk"
        )
        _agenda_and_calendar(page, talk.id)

        _let_it_be_yesterday(context, talk.id)
        page.goto(f"/afspraken?onderdeel={SQUEEZED}")
        _button(page, "over.held").click()
        expect(page.get_by_text(T("over.held.done"))).to_be_visible(timeout=TIMEOUT)
        page.get_by_role("textbox", name=re.compile("De afspraak")).fill(title)
        _button(page, "agree.send").dblclick()
        expect(page.get_by_text(title)).to_be_visible(timeout=TIMEOUT)
        agreed = [each for each in actions.listing(context.engine, [SQUEEZED]) if each.is_open]
        assert [each.title for each in agreed] == [title]
        _fits_both_sizes(page)

        _seen_by_the_team(page, title)
        _let_months_pass(context, agreed[0].id)
        _looked_back(page)
        _fits_both_sizes(page)
    closed = actions.get(context.engine, agreed[0].id)
    assert closed is not None
    assert closed.outcome is Outcome.DONE
    context.engine.dispose()


def _planned_in_three_clicks(page: Page) -> None:
    """The link of the signal, and the button: two clicks, with everything filled in."""
    began = time.monotonic()
    link = page.get_by_role("link", name=T("talk.prepare")).first
    expect(link).to_be_visible(timeout=TIMEOUT)
    link.click()
    expect(page.locator("h1")).to_have_text(T("talk.title"), timeout=TIMEOUT)
    expect(page.get_by_text(T("talk.cannot.who"))).to_be_visible(timeout=TIMEOUT)
    _fits_both_sizes(page)
    size = page.viewport_size
    assert size is not None
    for each in (DESKTOP, PHONE, size):
        page.set_viewport_size(each)
        _agenda_stays_in_sight(page)
    _button(page, "talk.plan").click()
    expect(page.get_by_text(T("talk.planned"), exact=True)).to_be_visible(timeout=TIMEOUT)
    assert time.monotonic() - began < PATIENCE


def _fits_both_sizes(page: Page) -> None:
    """Whether it scrolls sideways neither on a phone nor on a desktop."""
    size = page.viewport_size
    assert size is not None
    for each in (DESKTOP, PHONE, size):
        page.set_viewport_size(each)
        assert fits(page), each


def _agenda_stays_in_sight(page: Page) -> None:
    """Beside what is chosen, where there is room for that; on a phone nothing of it is hidden."""
    page.locator(".st-key-card-method [role=radiogroup] > div").last.scroll_into_view_if_needed()
    if page.viewport_size == DESKTOP:
        expect(page.locator(".st-key-card-paper dl.agenda")).to_be_in_viewport(timeout=TIMEOUT)
    last = page.locator("dl.agenda div").last
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport(timeout=TIMEOUT)


def _agenda_and_calendar(page: Page, name: str) -> None:
    back = page.url
    address = f"/gesprekken/{name}/teamgesprek.ics"
    expect(page.locator(f'a[href^="{address}"]')).to_be_visible(timeout=TIMEOUT)
    (event,) = Calendar.from_ical(page.request.get(address).body()).events
    assert event["SUMMARY"] == "Teamgesprek"
    page.goto(f"/gesprekken/{name}/agenda")
    expect(page.locator("ol li")).to_have_count(10)
    _fits_both_sizes(page)
    page.goto(back)


def _seen_by_the_team(page: Page, title: str) -> None:
    page.goto(f"/team?onderdeel={SQUEEZED}")
    address = page.locator("[data-testid=stCode] code")
    expect(address).to_be_visible(timeout=TIMEOUT)
    page.goto(re.sub(r"^https?://[^/]+", "", address.inner_text()))
    expect(page.locator(".agreed").get_by_text(title).first).to_be_visible()


def _looked_back(page: Page) -> None:
    page.goto(f"/afspraken?onderdeel={SQUEEZED}")
    expect(page.get_by_text(T("look_back.due"))).to_be_visible(timeout=TIMEOUT)
    page.get_by_text(T("close.title")).click()
    page.get_by_text(T("close.done"), exact=True).click()
    page.get_by_role("textbox", name=T("close.why")).fill("Het is nu vaste gewoonte.")
    _button(page, "close.send").click()
    expect(page.get_by_text(T("close.saved"), exact=True)).to_be_visible(timeout=TIMEOUT)


def _button(page: Page, sentence: str) -> Locator:
    button = page.get_by_role("button", name=T(sentence), exact=True)
    expect(button).to_be_visible(timeout=TIMEOUT)
    return button


def _let_it_be_yesterday(context: AppContext, name: str) -> None:
    yesterday = int(clock.now().timestamp()) - 24 * 3600
    with writing(context.engine) as connection:
        row = conversation.c.id == name
        connection.execute(update(conversation).where(row).values(starts_at=yesterday))


def _let_months_pass(context: AppContext, name: str) -> None:
    """The agreement began before the first month, and the team looks back after three."""
    start = periods.shifted(_latest(context), -3)
    with writing(context.engine) as connection:
        row = action.c.id == name
        values = {"start_period": start, "look_back": 3}
        connection.execute(update(action).where(row).values(**values))


def _latest(context: AppContext) -> str:

    latest = results(context.engine).latest
    assert latest is not None
    return latest


def _copy(settings: Settings, folder: Path) -> Settings:
    """A copy of an installation that goes on running."""
    name = settings.database_url.removeprefix("sqlite:///")
    source, copied = Path(name), folder / "data" / Path(name).name
    copied.parent.mkdir()
    with sqlite3.connect(source) as before, sqlite3.connect(copied) as after:
        before.backup(after)
    shutil.copytree(settings.keys_dir, folder / "keys")
    shutil.copy(settings.secret_file, folder / "secret")
    return replace(
        settings,
        database_url=f"sqlite:///{copied}",
        keys_dir=folder / "keys",
        secret_file=folder / "secret",
    )
