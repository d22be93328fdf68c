"""A beheerder without a command line: from the one-time link to the first invitations."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from monitor import clock
from monitor.access import accounts
from monitor.access.roles import Role
from monitor.config.settings import read
from monitor.context import AppContext, build_context
from monitor.klaagmuur import luisteraars, reader_key
from monitor.locale import texts
from tests.browser.accessibility import faults
from tests.fork_server import ForkServer
from tests.live import Server

T = texts("nl")
PASSPHRASE = "vier losse natte eenden"
UNITS = "Gemeente Proefdorp\n  Wmo\n    Wmo Oost\n    Wmo West\n  Jeugd"
TIMEOUT = 30_000


@pytest.fixture
def empty(tmp_path: Path, forks: ForkServer) -> Iterator[tuple[Server, AppContext]]:
    """A server on an empty store, and the store itself."""
    settings = read(
        {
            "TEAMKLIMAAT_DATABASE_URL": f"sqlite:///{tmp_path / 'data' / 'teamklimaat.db'}",
            "XDG_STATE_HOME": str(tmp_path / "state"),
        }
    )
    with forks.running(settings, tmp_path) as live:
        context = build_context(settings)
        yield live, context
        context.engine.dispose()


@pytest.fixture
def page(browser: Browser, empty: tuple[Server, AppContext]) -> Iterator[Page]:
    """A Dutch page in a desktop browser."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 1000}, base_url=empty[0].address, locale="nl-NL"
    )
    opened = context.new_page()
    opened.set_default_timeout(TIMEOUT)
    yield opened
    context.close()


def wait_until_drawn(page: Page) -> None:
    """Wait until the program of the page has ended: until then parts of it may be replaced."""
    at_rest = page.locator("[data-testid=stApp][data-test-script-state=notRunning]")
    expect(at_rest).to_be_visible(timeout=TIMEOUT)


def send(page: Page, button: str, **fields: str) -> None:
    """Fill in one form of the dashboard, the last with these fields, and press its button.

    While a page is drawn, a form may still hold a field of the one it takes the place of.
    """
    wait_until_drawn(page)
    form = page.locator("[data-testid=stForm]").filter(
        has=page.get_by_role("button", name=button, exact=True)
    )
    if fields:
        (label, _), *_ = fields.items()
        form = form.filter(has=page.get_by_label(T(label), exact=True))
    form = form.last
    for label, value in fields.items():
        field = form.get_by_label(T(label), exact=True)
        expect(field).to_have_count(1, timeout=TIMEOUT)
        field.fill(value)
    form.get_by_role("button", name=button, exact=True).click()


def open_step(page: Page, name: str) -> None:
    """Go to a step of the set-up by the list of them all, wherever that is."""
    page.locator(f"[class*=st-key-setup-missing-{name}] a").click()
    expect(page.locator("h2").first).to_have_text(T(f"setup.{name}"), timeout=TIMEOUT)


def done(page: Page, name: str) -> None:
    """Wait until the step in view is said to be done, among the steps."""
    line = page.locator(f"[class*=st-key-setup-done-{name}] [aria-current=step]")
    expect(line).to_contain_text(T("setup.done"), timeout=TIMEOUT)


def sign_up(page: Page, live: Server) -> None:
    """Follow the printed link: choose a passphrase, a second factor, and see recovery codes."""
    link = re.search(r"/welkom/\S+", live.log())
    assert link
    page.goto(link[0])
    page.fill("#wachtzin", PASSPHRASE)
    page.fill("#nogmaals", PASSPHRASE)
    page.click("main form button")
    page.click("details summary")
    secret = page.locator("code.secret").inner_text().replace(" ", "")
    page.fill("#code", pyotp.TOTP(secret).now())
    page.click("main form button")
    page.click("main a.button")


def fill_in_help(page: Page) -> None:
    """Add a contact of the organisation's own for every need the page says one is lacking for."""
    page.get_by_role("link", name=T("setup.help.link"), exact=True).click()
    expect(page.locator("h1")).to_have_text(T("page.contacts"))
    lacking = page.get_by_test_id("stAlert").get_by_role("listitem")
    expect(lacking.first).to_be_visible()
    for left in range(lacking.count(), 0, -1):
        wait_until_drawn(page)
        need = lacking.first.inner_text()
        form = page.get_by_test_id("stForm").last
        form.get_by_role("combobox", name=T("con.for")).click()
        page.get_by_role("option", name=need, exact=True).click()
        send(page, T("con.add"), **{"con.name.nl": f"Sam, {need}", "con.number": "0800 1234"})
        expect(lacking).to_have_count(left - 1)


def add_toezicht(context: AppContext) -> None:
    """Somebody of the works council, who has signed up."""
    accounts.add_with_password(
        context.engine, "or@proefdorp.example", Role.TOEZICHT, None, PASSPHRASE, "t", clock.now()
    )


def invite_luisteraar(page: Page, context: AppContext) -> None:
    """Make a link in the wizard; the luisteraar follows it and makes a key."""
    page.goto("/inrichten")
    open_step(page, "luisteraar")
    send(page, T("acc.invite.button"), **{"acc.email": "sam@proefdorp.example"})
    shown = page.locator("[class*=st-key-card-link] code")
    token = shown.inner_text(timeout=TIMEOUT).rpartition("/")[2]
    account = accounts.set_password(context.engine, token, PASSPHRASE, clock.now())
    key = luisteraars.make_key("een andere lange wachtzin", reader_key.Cost(1, 8 * 1024 * 1024))
    luisteraars.enrol(context.engine, account, "Sam", key, "sam@proefdorp.example", clock.now())


def test_from_the_link_that_is_printed_to_the_first_invitations(
    page: Page, empty: tuple[Server, AppContext], tmp_path: Path
) -> None:
    live, context = empty
    sign_up(page, live)
    page.wait_for_url("**/inrichten*")
    expect(page.locator("h1")).to_have_text(T("page.setup"))
    expect(page.locator("[aria-current=step]")).to_contain_text(T("setup.name"))
    assert faults(page) == []

    send(page, T("set.keep"), **{"set.name.field": "Gemeente Proefdorp"})
    done(page, "name")
    page.get_by_role("link", name=T("setup.next", name=T("setup.tree"))).click()
    send(page, T("org.typed.keep"), **{"org.typed": UNITS})
    done(page, "tree")
    open_step(page, "consent")
    send(
        page,
        T("set.keep"),
        **{"set.consent.day": "2-11-2026", "set.consent.note": "Brief OR 26-114"},
    )
    done(page, "consent")
    open_step(page, "help")
    fill_in_help(page)
    page.goto("/rondes")
    expect(page.get_by_text(T("open.missing"))).to_be_visible()
    invite_luisteraar(page, context)
    add_toezicht(context)

    page.goto("/inrichten")
    expect(page.get_by_text(T("setup.ready"))).to_be_visible()
    page.get_by_role("link", name=T("setup.to_rounds")).click()
    page.get_by_role("button", name=T("open.button"), exact=True).click()
    page.get_by_role("link", name=T("open.codes")).click()
    page.get_by_label("Wmo Oost", exact=True).fill("9")
    page.get_by_label("Jeugd", exact=True).fill("12")
    page.get_by_label(T("invitations.kind.csv"), exact=True).check()
    with page.expect_download() as handed:
        page.get_by_role("button", name=T("invitations.make"), exact=True).click()
    file = tmp_path / "codes.csv"
    handed.value.save_as(file)

    with file.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert sorted(row["unit"] for row in rows) == ["jeugd"] * 12 + ["wmo-oost"] * 9
    page.goto(f"/pulse/{rows[0]['code']}")
    expect(page.locator("fieldset")).to_have_count(11)
    expect(page.locator("header")).to_contain_text("Gemeente Proefdorp")
