"""axe-core on the pages one comes to only by doing something: sending, opening, being refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from monitor import clock
from monitor.access import accounts
from monitor.access.roles import Role
from monitor.config.settings import read
from monitor.context import AppContext, build_context
from monitor.demo.fill import Filled, SignIn
from monitor.demo.municipality import team_key
from monitor.demo.vents import Listening
from monitor.locale import texts
from monitor.pulse.invitations import issue
from monitor.pulse.rounds import rounds
from tests.browser.conftest import Town
from tests.browser.looking import FRAMEWORK, faults
from tests.browser.test_accessible import PAGES, SIZES, look_at_dashboard
from tests.browser.visiting import fits, sign_in, visitor
from tests.live import running

pytestmark = [pytest.mark.browser, pytest.mark.soak]
PASSPHRASE = "vier losse natte eenden"
PATIENCE = 30_000
TEAM = team_key("Wmo Oost")
Look = Callable[[str], None]
WAYS = list(product(("nl", "en"), SIZES, ("light", "dark")))
"""Language, width and colours of the staff door."""


@contextmanager
def looking(
    browser: Browser, town: Town, language: str, size: str, scheme: str = "light"
) -> Iterator[tuple[Page, Look]]:
    """A visitor's page, and what to call at each page to be looked at; all is told at the end."""
    found: list[str] = []
    with visitor(browser, town, SIZES[size], locale=language) as page:
        page.set_default_timeout(PATIENCE)
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]

        def look(name: str) -> None:
            expect(page.locator("h1")).to_be_visible(timeout=PATIENCE)
            but = FRAMEWORK if page.get_by_test_id("stApp").count() else ()
            found.extend(f"{name} {fault}" for fault in faults(page, but=but))
            if not fits(page):
                found.append(f"{name} is too wide")

        yield page, look
    assert found == []


def press(page: Page) -> None:
    """The last button of the page's last form."""
    page.locator("main form").last.locator("button").last.click()


@pytest.fixture
def context(town: Town) -> Iterator[AppContext]:
    """The town's store, looked at from beside the server."""
    built = build_context(town.settings)
    yield built
    built.engine.dispose()


@pytest.fixture(scope="module")
def unused(town: Town) -> list[str]:
    """Paths of pulses of a team that no other test answers for."""
    context = build_context(town.settings)
    found = rounds.current_open(context.engine)
    assert found is not None
    made = issue.replace(context, found.period, {TEAM: len(WAYS)}, "test", clock.now())
    context.engine.dispose()
    return [f"/pulse/{invitation.code}" for invitation in made]


@pytest.mark.parametrize(("language", "size", "scheme"), WAYS)
def test_the_pulse_from_a_blank_sheet_to_a_used_code(
    browser: Browser, town: Town, unused: list[str], language: str, size: str, scheme: str
) -> None:
    path = unused.pop()
    with looking(browser, town, language, size, scheme) as (page, look):
        page.goto(path)
        press(page)
        look("blank")
        page.locator("input[value='4']").first.check()
        press(page)
        look("thanks")
        page.goto(path)
        page.locator("input[value='4']").first.check()
        press(page)
        look("used")


@pytest.mark.parametrize(("language", "size", "scheme"), WAYS)
def test_a_vent_from_the_check_to_its_withdrawal(
    browser: Browser, town: Town, language: str, size: str, scheme: str
) -> None:
    with looking(browser, town, language, size, scheme) as (page, look):
        page.goto("/klaagmuur")
        page.locator("#tekst").fill("Mevrouw Zandstra belde 06-12345678.")
        press(page)
        look("client data")
        page.locator("#tekst").fill("Een klant werd boos.")
        press(page)
        look("receipt")
        code = page.locator("#code").inner_text()
        page.goto("/klaagmuur/gesprek")
        page.locator("#code").fill("0" * 20)
        press(page)
        look("no such code")
        page.locator("#code").fill(code)
        press(page)
        page.locator("#tekst").fill("Nog iets.")
        page.locator("#antwoord button").click()
        for folded in page.locator("summary").all():
            folded.click()
        look("conversation")
        page.locator("button[value=intrekken]").click()
        look("not sure")
        page.locator("#zeker").check()
        page.locator("button[value=intrekken]").click()
        look("withdrawn")


@pytest.mark.parametrize(("language", "size", "scheme"), WAYS)
def test_from_a_one_time_link_to_recovery_codes(
    browser: Browser, town: Town, context: AppContext, language: str, size: str, scheme: str
) -> None:
    email = f"{language}-{size}-{scheme}@waterrijk.example"
    token = accounts.add(context.engine, email, Role.BEHEERDER, None, "test", clock.now())
    with looking(browser, town, language, size, scheme) as (page, look):
        page.goto(f"/welkom/{token}")
        look("one-time link")
        page.fill("#wachtzin", PASSPHRASE)
        page.fill("#nogmaals", "iets anders")
        press(page)
        look("not the same")
        page.fill("#wachtzin", PASSPHRASE)
        page.fill("#nogmaals", PASSPHRASE)
        press(page)
        page.click("details summary")
        look("second step")
        secret = page.locator("code.secret").inner_text().replace(" ", "")
        page.fill("#code", "000000")
        press(page)
        look("wrong code")
        page.fill("#code", pyotp.TOTP(secret).now())
        press(page)
        look("recovery codes")
        page.goto("/mijn-account")
        for folded in page.locator("summary").all():
            folded.click()
        look("own account")
        page.goto("/bestanden/uitnodigingen")
        for folded in page.locator("summary").all():
            folded.click()
        look("fresh invitations")
        page.goto("/afmelden")
        press(page)
        page.goto("/aanmelden")
        page.fill("#email", email)
        page.fill("#wachtzin", PASSPHRASE)
        press(page)
        look("code asked")
        page.goto(f"/welkom/{token}")
        look("link used")


@pytest.mark.parametrize(("language", "size"), list(product(("nl", "en"), SIZES)))
def test_the_inbox_once_it_is_open(browser: Browser, town: Town, language: str, size: str) -> None:
    t = texts(language)
    with looking(browser, town, language, size) as (page, look):
        sign_in(page, town, Role.LUISTERAAR)
        page.goto(f"/postvak?taal={language}")
        page.locator("input[type=password]").first.fill(town.filled.listening.passphrase)
        form = page.get_by_test_id("stForm").first
        form.get_by_role("button", name=t("unlock.unlock"), exact=True).click()
        lock = page.get_by_role("button", name=t("unlocked.lock"), exact=True)
        expect(lock).to_be_visible(timeout=PATIENCE)
        look("list")
        page.get_by_role("button", name=t("inbox.message.open"), exact=True).last.click()
        curtain = page.get_by_role("button", name=t("inbox.message.warning.open"), exact=True)
        expect(curtain).to_be_visible(timeout=PATIENCE)
        look("curtain")
        curtain.click()
        expect(page.locator("textarea").first).to_be_visible(timeout=PATIENCE)
        for folded in page.locator("[data-testid=stExpander] summary").all():
            folded.click()
        page.wait_for_timeout(300)
        look("letter")
        lock.click()
        expect(page.locator("input[type=password]").first).to_be_visible(timeout=PATIENCE)
        page.goto(f"/luisteraar?taal={language}")
        look("own page")


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A server on a store with nothing in it but two people who may sign in."""
    folder = tmp_path_factory.mktemp("bare")
    database = f"sqlite:///{folder / 'data' / 'teamklimaat.db'}"
    settings = read({"TEAMKLIMAAT_DATABASE_URL": database, "XDG_STATE_HOME": str(folder / "state")})
    context, given = build_context(settings), []
    for role in (Role.BEHEERDER, Role.TOEZICHT):
        email = f"{role.value}@proefdorp.example"
        accounts.add_with_password(
            context.engine, email, role, None, PASSPHRASE, "test", clock.now()
        )
        given.append(SignIn(role, email, PASSPHRASE))
    context.engine.dispose()
    nobody = Listening("", "", "", "")
    with running(settings, folder) as live:
        yield Town(live, settings, Filled("/pulse", "/resultaten/x", tuple(given), nobody), [])


@pytest.mark.parametrize(("language", "size"), list(product(("nl", "en"), SIZES)))
def test_every_page_before_there_is_anything(
    browser: Browser, bare: Town, language: str, size: str
) -> None:
    for role, paths in (
        (Role.BEHEERDER, ("/", *PAGES[Role.BEHEERDER])),
        (Role.TOEZICHT, PAGES[Role.TOEZICHT]),
    ):
        with looking(browser, bare, language, size) as (page, look):
            sign_in(page, bare, role)
            expect(page.locator("h1")).to_be_visible(timeout=PATIENCE)
            assert look_at_dashboard(page, paths, language) == []
            for path in ("/klaagmuur", "/bestanden/uitnodigingen", "/resultaten/x"):
                page.goto(path)
                look(path)
