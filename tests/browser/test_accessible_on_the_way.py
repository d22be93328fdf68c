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
from tests.browser.accessibility import FRAMEWORK, faults
from tests.browser.conftest import Town
from tests.browser.pages import fits, open_page, sign_in
from tests.browser.test_accessible import PAGES, SIZES, check_dashboard
from tests.fork_server import ForkServer

pytestmark = pytest.mark.soak
PASSPHRASE = "vier losse natte eenden"
TIMEOUT = 30_000
TEAM = team_key("Wmo Oost")
Check = Callable[[str], None]
VARIANTS = list(product(("nl", "en"), SIZES, ("light", "dark")))
"""Language, width and colours of plain pages."""


@contextmanager
def checking(
    browser: Browser, town: Town, language: str, size: str, scheme: str = "light"
) -> Iterator[tuple[Page, Check]]:
    """A page, and a function that checks what it shows; problems are reported at the end."""
    problems: list[str] = []
    with open_page(browser, town, SIZES[size], locale=language) as page:
        page.set_default_timeout(TIMEOUT)
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]

        def check(name: str) -> None:
            expect(page.locator("h1")).to_be_visible(timeout=TIMEOUT)
            ignoring = FRAMEWORK if page.get_by_test_id("stApp").count() else ()
            problems.extend(f"{name} {fault}" for fault in faults(page, ignoring=ignoring))
            if not fits(page):
                problems.append(f"{name} is too wide")

        yield page, check
    assert problems == []


def press(page: Page) -> None:
    """Press the last button of the last form."""
    page.locator("main form").last.locator("button").last.click()


@pytest.fixture
def context(town: Town) -> Iterator[AppContext]:
    """A second context on the store of the town."""
    built = build_context(town.settings)
    yield built
    built.engine.dispose()


@pytest.fixture(scope="module")
def unused(town: Town) -> list[str]:
    """Paths of unused codes of a team that no other test uses."""
    context = build_context(town.settings)
    survey_round = rounds.current_open(context.engine)
    assert survey_round is not None
    invitations = issue.replace(
        context, survey_round.period, {TEAM: len(VARIANTS)}, "test", clock.now()
    )
    context.engine.dispose()
    return [f"/pulse/{invitation.code}" for invitation in invitations]


@pytest.mark.parametrize(("language", "size", "scheme"), VARIANTS)
def test_the_pulse_from_a_blank_sheet_to_a_used_code(
    browser: Browser, town: Town, unused: list[str], language: str, size: str, scheme: str
) -> None:
    path = unused.pop()
    with checking(browser, town, language, size, scheme) as (page, check):
        page.goto(path)
        press(page)
        check("blank")
        page.locator("input[value='4']").first.check()
        press(page)
        check("thanks")
        page.goto(path)
        page.locator("input[value='4']").first.check()
        press(page)
        check("used")


@pytest.mark.parametrize(("language", "size", "scheme"), VARIANTS)
def test_a_vent_from_the_check_to_its_withdrawal(
    browser: Browser, town: Town, language: str, size: str, scheme: str
) -> None:
    with checking(browser, town, language, size, scheme) as (page, check):
        page.goto("/klaagmuur")
        page.locator("#tekst").fill("Mevrouw Zandstra belde 06-12345678.")
        press(page)
        check("client data")
        page.locator("#tekst").fill("Een klant werd boos.")
        press(page)
        check("receipt")
        code = page.locator("#code").inner_text()
        page.goto("/klaagmuur/gesprek")
        page.locator("#code").fill("0" * 20)
        press(page)
        check("no such code")
        page.locator("#code").fill(code)
        press(page)
        page.locator("#tekst").fill("Nog iets.")
        page.locator("#antwoord button").click()
        for folded in page.locator("summary").all():
            folded.click()
        check("conversation")
        page.locator("button[value=intrekken]").click()
        check("not sure")
        page.locator("#zeker").check()
        page.locator("button[value=intrekken]").click()
        check("withdrawn")


@pytest.mark.parametrize(("language", "size", "scheme"), VARIANTS)
def test_from_a_one_time_link_to_recovery_codes(
    browser: Browser, town: Town, context: AppContext, language: str, size: str, scheme: str
) -> None:
    email = f"{language}-{size}-{scheme}@waterrijk.example"
    token = accounts.add(context.engine, email, Role.BEHEERDER, None, "test", clock.now())
    with checking(browser, town, language, size, scheme) as (page, check):
        page.goto(f"/welkom/{token}")
        check("one-time link")
        page.fill("#wachtzin", PASSPHRASE)
        page.fill("#nogmaals", "iets anders")
        press(page)
        check("not the same")
        page.fill("#wachtzin", PASSPHRASE)
        page.fill("#nogmaals", PASSPHRASE)
        press(page)
        page.click("details summary")
        check("second step")
        secret = page.locator("code.secret").inner_text().replace(" ", "")
        page.fill("#code", "000000")
        press(page)
        check("wrong code")
        page.fill("#code", pyotp.TOTP(secret).now())
        press(page)
        check("recovery codes")
        page.goto("/mijn-account")
        for folded in page.locator("summary").all():
            folded.click()
        check("own account")
        page.goto("/bestanden/uitnodigingen")
        for folded in page.locator("summary").all():
            folded.click()
        check("fresh invitations")
        page.goto("/afmelden")
        press(page)
        page.goto("/aanmelden")
        page.fill("#email", email)
        page.fill("#wachtzin", PASSPHRASE)
        press(page)
        check("code asked")
        page.goto(f"/welkom/{token}")
        check("link used")


@pytest.mark.parametrize(("language", "size"), list(product(("nl", "en"), SIZES)))
def test_the_inbox_once_it_is_open(browser: Browser, town: Town, language: str, size: str) -> None:
    t = texts(language)
    with checking(browser, town, language, size) as (page, check):
        sign_in(page, town, Role.LUISTERAAR)
        page.goto(f"/postvak?taal={language}")
        page.locator("input[type=password]").first.fill(town.filled.listening.passphrase)
        form = page.get_by_test_id("stForm").first
        form.get_by_role("button", name=t("unlock.unlock"), exact=True).click()
        lock = page.get_by_role("button", name=t("unlocked.lock"), exact=True)
        expect(lock).to_be_visible(timeout=TIMEOUT)
        check("list")
        page.get_by_role("button", name=t("inbox.message.open"), exact=True).last.click()
        curtain = page.get_by_role("button", name=t("inbox.message.warning.open"), exact=True)
        expect(curtain).to_be_visible(timeout=TIMEOUT)
        check("curtain")
        curtain.click()
        expect(page.locator("textarea").first).to_be_visible(timeout=TIMEOUT)
        for folded in page.locator("[data-testid=stExpander] summary:visible").all():
            folded.click()
        page.wait_for_timeout(300)
        check("letter")
        lock.click()
        expect(page.locator("input[type=password]").first).to_be_visible(timeout=TIMEOUT)
        page.goto(f"/luisteraar?taal={language}")
        check("own page")


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory, forks: ForkServer) -> Iterator[Town]:
    """A server on a store with two accounts and nothing else."""
    folder = tmp_path_factory.mktemp("bare")
    database = f"sqlite:///{folder / 'data' / 'teamklimaat.db'}"
    settings = read({"TEAMKLIMAAT_DATABASE_URL": database, "XDG_STATE_HOME": str(folder / "state")})
    context, sign_ins = build_context(settings), []
    for role in (Role.BEHEERDER, Role.TOEZICHT):
        email = f"{role.value}@proefdorp.example"
        accounts.add_with_password(
            context.engine, email, role, None, PASSPHRASE, "test", clock.now()
        )
        sign_ins.append(SignIn(role, email, PASSPHRASE))
    context.engine.dispose()
    nobody = Listening("", "", "", "")
    with forks.running(settings, folder) as live:
        yield Town(live, settings, Filled("/pulse", "/resultaten/x", tuple(sign_ins), nobody), [])


@pytest.mark.parametrize(("language", "size"), list(product(("nl", "en"), SIZES)))
def test_every_page_before_there_is_anything(
    browser: Browser, bare: Town, language: str, size: str
) -> None:
    for role, paths in (
        (Role.BEHEERDER, ("/", *PAGES[Role.BEHEERDER])),
        (Role.TOEZICHT, PAGES[Role.TOEZICHT]),
    ):
        with checking(browser, bare, language, size) as (page, check):
            sign_in(page, bare, role)
            expect(page.locator("h1")).to_be_visible(timeout=TIMEOUT)
            assert check_dashboard(page, paths, language) == []
            for path in ("/klaagmuur", "/bestanden/uitnodigingen", "/resultaten/x"):
                page.goto(path)
                check(path)
