"""While a round is open nothing tells how many answered: no page, metric, command, log or finding.

A beheerder who issues twenty codes and hands out one of them knows from any count whether that one
colleague answered, although the code itself stays unspent.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select
from starlette.testclient import TestClient

from monitor import cli, clock, scheduler
from monitor.access import results_link
from monitor.context import AppContext
from monitor.operations import doctor
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.ballot import ballot_box
from monitor.pulse.invitations import issue
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from monitor.store import backup
from monitor.store.engine import reading
from monitor.store.tables import envelope
from monitor.web.http.health import metrics_token
from tests import plain_pages

PERIOD, TEAM = "2026-11", "handhaving"
COMMANDS = (
    ("round", "list"),
    ("round", "open", PERIOD),
    ("round", "invite", PERIOD, "--count", f"{TEAM}=20", "--csv", "OUT/codes.csv"),
    ("round", "invite", PERIOD, "--send"),
    ("round", "remind", PERIOD),
    ("round", "mail", PERIOD),
    ("results", "export", "--out", "OUT/export.csv"),
    ("backup", "OUT/backup.db"),
    ("restore", "OUT/backup.db"),
    ("store", "move", "--to", "sqlite:///OUT/moved.db"),
    ("klaagmuur", "access-word"),
    ("doctor",),
)
"""Every command that an operator may give while a round is open, and that leaves it open."""


@pytest.fixture
def invited(context: AppContext, now: datetime) -> list[str]:
    """Twenty codes of one team, of which nobody used one."""
    tree = Tree((Unit("stad", None, "Stad"), Unit(TEAM, "stad", "Handhaving")))
    import_tree(context.engine, tree, "test", now)
    questions = load(context.settings.questionnaire_file)
    rounds.open_round(context, PERIOD, questions, None, "test", now)
    return [i.code for i in issue.invite(context, PERIOD, {TEAM: 20}, "test", now)]


def told(context: AppContext, folder: Path, code: str, now: datetime) -> dict[str, object]:
    """Everything that is said when it is asked for, by what was asked."""
    folder.mkdir()
    return {
        **_pages(context, code),
        **{" ".join(words): _ran(words, folder) for words in COMMANDS},
        "doctor": doctor.examine(context.settings, now),
        "exported": (folder / "export.csv").read_bytes(),
    }


def _pages(context: AppContext, code: str) -> dict[str, object]:
    link = results_link.token(context.secret, TEAM, 0)
    paths = ("/privacy", "/healthz", "/pulse", f"/pulse/{code}", f"/resultaten/{link}")
    token = {"authorization": f"Bearer {metrics_token(context.secret)}"}
    with TestClient(plain_pages.application(), follow_redirects=False) as client:
        pages = {path: client.get(path) for path in paths}
        pages["/metrics"] = client.get("/metrics", headers=token)
    return {path: (page.status_code, _undated(page.content)) for path, page in pages.items()}


def _undated(content: bytes) -> bytes:
    """A page without the moments of the last tick, night and backup: the calendar moves those."""
    return re.sub(rb"(?m)^\w*last_\w+(\{[^}]*\})? .*$", b"", content)


def _ran(words: tuple[str, ...], folder: Path) -> tuple[int, str]:
    arguments = [word.replace("OUT", str(folder)) for word in words]
    done = CliRunner().invoke(cli.cli, arguments)
    text = f"{done.stdout}{done.stderr}{done.exception!r}"
    return done.exit_code, text.replace(str(folder), "OUT")


@pytest.mark.slow
def test_nothing_differs_between_no_sheet_and_twelve(
    context: AppContext,
    invited: list[str],
    now: datetime,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(clock, "now", lambda: now)
    scheduler.tick(context, now)
    before = told(context, tmp_path / "before", invited[-1], now)
    counted = envelopes(context)
    caplog.clear()

    for code in invited[:12]:
        ballot_box.submit(context, code, (4,) * 9)
    assert [record for record in caplog.records if record.name.startswith("monitor")] == []
    scheduler.tick(context, now + timedelta(1))
    after = told(context, tmp_path / "after", invited[-1], now)

    assert {source for source in before if before[source] != after[source]} == set()
    assert (counted, envelopes(context)) == (0, 12)


@pytest.mark.slow
@pytest.mark.parametrize(
    "lesser",
    [
        lambda context, _: envelopes(context) * 100 // 20 // 10 * 10,
        lambda context, folder: backup.write(context.engine, folder / "counted.db"),
    ],
    ids=["tens of per cent, once a night", "the rows of a backup"],
)
def test_a_figure_of_any_kind_tells_that_the_one_colleague_answered(
    context: AppContext,
    invited: list[str],
    lesser: Callable[[AppContext, Path], int],
    tmp_path: Path,
) -> None:
    """The control: of twenty codes one was handed out; two own ones make it show."""
    ballot_box.submit(context, invited[0], (4,) * 9)
    (tmp_path / "before").mkdir()
    before = lesser(context, tmp_path / "before")

    ballot_box.submit(context, invited[1], (1,) * 9)  # the colleague

    (tmp_path / "after").mkdir()
    assert lesser(context, tmp_path / "after") != before


def envelopes(context: AppContext) -> int:
    """What a page that counts would show."""
    with reading(context.engine) as connection:
        return connection.execute(select(func.count()).select_from(envelope)).scalar_one()
