"""A team in a browser, without an account: agreed, seen, prepared on paper, looked back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from monitor import clock
from monitor.access import results_link
from monitor.climate.history import Names, import_history
from monitor.climate.results import results
from monitor.clock import local_day
from monitor.context import AppContext, build_context
from monitor.followup import actions, compass, estimates, team_log
from monitor.followup.records import NewAction, Outcome
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse import periods
from monitor.pulse.questionnaire import parse
from tests.browser.pages import DESKTOP, PHONE, fits
from tests.fork_server import ForkServer
from tests.live import Server
from tests.stores import settings_in
from tests.web.test_team_agreements import QUESTIONS, THEMES

TEAM = "oost"
TREE = Tree((Unit("stad", None, "Stad"), Unit(TEAM, "stad", "Wijkteam Oost")))
TITLE = "Elke maandag een kwartier nabespreken"
MONTHS = 14
STARTED = 4
"""Months before the latest in which the agreement started: three lie after it."""
SIZES = (DESKTOP, PHONE)


@dataclass(frozen=True)
class Team:
    """An installation with a year of one team, and the server that serves it."""

    live: Server
    context: AppContext
    address: str
    latest: str


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory, forks: ForkServer) -> Iterator[Team]:
    folder = tmp_path_factory.mktemp("team")
    settings = settings_in(folder)
    context = build_context(settings)
    now = clock.now()
    import_tree(context.engine, TREE, "test", now)
    latest = periods.shifted(periods.containing(local_day(now)), -1)
    lines = ["period,unit,fijn,goed\n"]
    for at in range(MONTHS):
        period = periods.shifted(latest, at - MONTHS + 1)
        lines += [f"{period},{TEAM},{2 + (at + n) % 3},{2 + (at + n) % 3}\n" for n in range(8)]
    questions = parse(QUESTIONS, "q.toml")
    import_history(context, "".join(lines).encode(), "h.csv", questions, Names(), "test", now)
    with forks.running(settings, folder) as live:
        token = results_link.token(context.secret, TEAM, 0)
        yield Team(live, context, f"/resultaten/{token}", latest)
    context.engine.dispose()


@contextmanager
def reading(browser: Browser, team: Team) -> Iterator[Page]:
    """A page without scripts; it keeps no cookie."""
    context = browser.new_context(
        java_script_enabled=False,
        base_url=team.live.address,
        locale="nl-NL",
    )
    yield context.new_page()
    assert context.cookies() == []
    context.close()


def in_sizes(page: Page) -> Iterator[None]:
    """Once on a desktop and once on a phone; on either it does not scroll sideways."""
    for size in SIZES:
        page.set_viewport_size(size)  # type: ignore[arg-type]
        yield
        assert fits(page), size


def test_agreed_seen_by_the_team_and_looked_back(browser: Browser, team: Team) -> None:
    engine = team.context.engine
    with reading(browser, team) as page:
        page.goto(team.address)
        expect(page.get_by_text("Er is nog niets afgesproken.")).to_be_visible()

        start = periods.shifted(team.latest, -STARTED)
        written = periods.first_day(start) - timedelta(8)
        new = NewAction("nabespreken", TITLE, start, themes=("werk",))
        name = actions.add(engine, TEAM, new, THEMES, written)
        team_log.write(engine, TEAM, "Gezien. We beginnen maandag.", clock.today())
        compass.agree(engine, TEAM, "We praten alsof de klant meeluistert.", clock.today())
        page.reload()
        page.get_by_text("De afspraken als tabel").click()
        for _ in in_sizes(page):
            _agreed_stands_first(page)
            _flag_stands_in_one_drawing(page)

        assert estimates.freeze_due(engine, results(engine)) == 1
        actions.close(engine, name, Outcome.DONE, "het gaat nu vanzelf", clock.today())
        page.reload()
        for _ in in_sizes(page):
            _looked_back(page)


def test_from_the_team_page_to_an_agenda_on_paper(browser: Browser, team: Team) -> None:
    with reading(browser, team) as page:
        page.goto(team.address)
        page.get_by_role("link", name="Zo voer je er een gesprek over").click()
        page.get_by_role("link", name="De uitkomsten samen lezen").click()
        expect(page.locator(".agenda li")).to_have_count(7)
        for _ in in_sizes(page):
            expect(page.locator(".agenda li").first).to_contain_text("0–2 min")

        page.emulate_media(media="print")
        for _ in in_sizes(page):
            expect(page.locator("footer")).to_be_hidden()
            expect(page.locator(".agenda li").last).to_be_visible()
            expect(page.get_by_text("Raad niet wie wat antwoordde.")).to_be_visible()
        page.emulate_media(media="screen")

        page.get_by_role("link", name="Alle vormen en kaarten").click()
        page.get_by_role("link", name=re.compile("dilemma's uit het werk")).click()
        expect(page.locator("article")).to_have_count(12)
        for _ in in_sizes(page):
            expect(page.locator("article").first).to_be_visible()


def _agreed_stands_first(page: Page) -> None:
    """What was agreed is read before any score."""
    title = page.get_by_role("heading", name=TITLE)
    expect(title).to_contain_text("loopt")
    above, below = title.bounding_box(), page.locator(".score").first.bounding_box()
    assert above is not None
    assert below is not None
    assert above["y"] < below["y"]
    expect(page.get_by_text("Gezien. We beginnen maandag.")).to_be_visible()
    expect(page.get_by_text("We praten alsof de klant meeluistert.")).to_be_visible()


def _flag_stands_in_one_drawing(page: Page) -> None:
    """In the drawing of its theme, within the drawing."""
    flags = page.locator("svg.plot rect.flag")
    expect(flags).to_have_count(1)
    flag, plot = flags.bounding_box(), page.locator("svg.plot").first.bounding_box()
    assert flag is not None
    assert plot is not None
    assert plot["x"] <= flag["x"] <= plot["x"] + plot["width"]
    expect(page.locator("td", has_text=TITLE)).to_be_visible()


def _looked_back(page: Page) -> None:
    """How it ended, the cautious figure first, and no claim that it worked."""
    expect(page.get_by_role("heading", name=TITLE)).to_contain_text("klaar")
    expect(page.get_by_text("De reden: het gaat nu vanzelf")).to_be_visible()
    said = page.get_by_text(re.compile("na 3 maanden: voorzichtig geschat"))
    expect(said).to_have_text(re.compile(r"voorzichtig geschat .* gemeten .*"))
    expect(page.get_by_text("Of het door de afspraak kwam, weten we niet.")).to_be_visible()
