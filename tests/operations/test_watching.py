"""What monitoring sees: it moves with the calendar and with failures, and never with people."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
import yaml
from sqlalchemy import delete, insert, select, update

from monitor import logs, scheduler
from monitor.access import accounts
from monitor.access.roles import Role
from monitor.clock import local_day
from monitor.config.settings import ROOT, Settings, read
from monitor.context import AppContext
from monitor.errors import SettingsRefused
from monitor.operations import alerts, pings, readiness
from monitor.operations.alerts import Alert
from monitor.operations.pings import Work
from monitor.operations.status import status_of
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from monitor.store import backup, checkup, nights
from monitor.store.delivery_tables import claim, notice, outbox
from monitor.store.engine import reading, writing
from monitor.store.tables import account
from monitor.web.http import prometheus
from tests import steps

RULES = ROOT / "deploy" / "prometheus-rules.yml"
PAGE = (ROOT / "docs" / "OPERATE.md").read_text("utf-8")
CLOSES = date(2026, 11, 17)
BEA, SANNE = "bea@waterrijk.example", "sanne@waterrijk.example"


def rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load(RULES.read_text("utf-8"))["groups"]
    alert_rules: list[dict[str, Any]] = group["rules"]
    return alert_rules


@pytest.fixture
def watched(context: AppContext, now: datetime) -> AppContext:
    """An installation with a round under way, a beheerder and somebody of toezicht."""
    questions = load(context.settings.questionnaire_file)

    def set_up() -> None:
        import_tree(context.engine, Tree((Unit("stad", None, "Stad"),)), "test", now)
        rounds.open_round(context, "2026-11", questions, CLOSES, "test", now)
        accounts.add(context.engine, BEA, Role.BEHEERDER, None, "test", now)
        accounts.add(context.engine, SANNE, Role.TOEZICHT, None, "test", now)
        scheduler.tick(context, now)

    steps.take(context, ("watched", questions.digest, now), set_up)
    return context


def lose_key(context: AppContext) -> None:
    context.keys.destroy(rounds.get(context.engine, "2026-11").key_name)


def mails(context: AppContext) -> list[tuple[str, str]]:
    """Address and kind of every notice."""
    query = select(account.c.email, notice.c.kind).join(notice, notice.c.account == account.c.id)
    with reading(context.engine) as connection:
        return [(row.email, row.kind) for row in connection.execute(query)]


# -- the figures -----------------------------------------------------------------------------------


def shown(context: AppContext, now: datetime) -> dict[str, str]:
    lines = prometheus.text(prometheus.figures(context, now)).splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name.partition("{")[0]: value for name, value in pairs}


def test_every_rule_names_figures_that_exist_and_the_page_says_what_to_do(
    watched: AppContext, now: datetime
) -> None:
    names = {rule["alert"] for rule in rules()}
    used = set(re.findall(r"teamklimaat_\w+", " ".join(rule["expr"] for rule in rules())))

    assert len(names) == len(rules())
    assert names == set(re.findall(r"^### (\w+)$", PAGE, re.MULTILINE))
    assert used <= shown(watched, now).keys()
    for rule in rules():
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert rule["annotations"]["summary"].endswith(".")
        assert re.fullmatch(r"\d+[mh]", rule["for"])


def test_every_alert_of_the_app_itself_is_on_the_page() -> None:
    assert set(re.findall(r"^\(`([\w.]+)`\)", PAGE, re.MULTILINE)) == {*Alert}


def test_the_figures_of_a_sound_installation(watched: AppContext, now: datetime) -> None:
    backup.note_made(watched.engine, now)
    figures = shown(watched, now)

    assert figures["teamklimaat_last_night_time_seconds"] == "1793664000"
    assert figures["teamklimaat_last_backup_time_seconds"] == f"{now.timestamp():.0f}"
    assert int(figures["teamklimaat_last_tick_time_seconds"]) % 300 == 0
    for name in (
        "rounds_overdue",
        "rounds_without_key",
        "letters_waiting",
        "letters_refused",
        "letters_stuck",
    ):
        assert figures[f"teamklimaat_{name}"] == "0"
    assert figures["teamklimaat_space_sufficient"] == "1"
    assert figures["teamklimaat_clock_unconfirmed"] == "0"


@pytest.mark.parametrize(("letters", "tens"), [(9, "0"), (10, "10"), (19, "10"), (37, "30")])
def test_letters_are_told_in_tens(
    watched: AppContext, now: datetime, letters: int, tens: str
) -> None:
    rows = [
        {"period": "2026-11", "kind": "invite", "email": f"{n}@x.example", "unit": "stad"}
        | {"generation": 0, "state": "refused"}
        for n in range(letters)
    ]
    with writing(watched.engine) as connection:
        connection.execute(insert(outbox), rows)

    assert shown(watched, now)["teamklimaat_letters_refused"] == tens


# -- alerts ----------------------------------------------------------------------------------------


def test_a_lost_key_and_a_passed_closing_day_are_logged_mailed_and_shown(
    watched: AppContext, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    assert alerts.watch(watched, now) == frozenset()
    lose_key(watched)
    later = now + timedelta(20)
    with caplog.at_level(logging.INFO, logs._OURS):
        result = scheduler.tick(watched, later)
        present = alerts.watch(watched, later)

    assert result.keyless == ("2026-11",)
    assert present == {Alert.KEY_MISSING, Alert.OVERDUE}
    errors = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert errors == ["round.not_closed", "alert.begun", "alert.begun"]
    assert mails(watched) == [(BEA, "operations.begun")]
    assert shown(watched, later)["teamklimaat_rounds_overdue"] == "1"
    assert shown(watched, later)["teamklimaat_rounds_without_key"] == "1"


def test_the_end_of_trouble_is_mailed_once_all_is_well(watched: AppContext, now: datetime) -> None:
    lose_key(watched)
    alerts.watch(watched, now)
    alerts.watch(watched, now + timedelta(minutes=1))
    rounds.abandon(watched, "2026-11", "test", now)
    for minutes in range(5, 60, 5):
        alerts.watch(watched, now + timedelta(minutes=minutes))

    assert sorted(mails(watched)) == [(BEA, "operations.begun"), (BEA, "operations.ended")]


@pytest.mark.slow
def test_two_processes_of_which_one_lacks_the_key_mail_once(
    watched: AppContext, now: datetime
) -> None:
    lacking = replace(watched, keys=replace(watched.keys, path=watched.keys.path / "elsewhere"))
    for minutes in range(0, 180, 2):
        alerts.watch(watched, now + timedelta(minutes=minutes))
        alerts.watch(lacking, now + timedelta(minutes=minutes))

    assert mails(watched) == [(BEA, "operations.begun")]


def test_short_space_a_late_night_and_a_late_backup_are_alerts(
    watched: AppContext, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup.note_made(watched.engine, now)
    assert alerts.active(status_of(watched, now), now) == frozenset()
    monkeypatch.setattr(checkup, "COMFORTABLE_SPACE", 10**18)
    later = now + timedelta(5)

    assert alerts.active(status_of(watched, later), later) == {
        Alert.SPACE,
        Alert.NIGHT,
        Alert.BACKUP,
    }


def wait_with(context: AppContext, letters: int) -> None:
    """Let so many letters wait for the mail server."""
    rows = [
        {"period": "2026-11", "kind": "invite", "email": f"{n}@x.example", "unit": "stad"}
        | {"generation": 0, "state": "waiting"}
        for n in range(letters)
    ]
    with writing(context.engine) as connection:
        connection.execute(delete(outbox))
        if rows:
            connection.execute(insert(outbox), rows)


def stuck(context: AppContext, moment: datetime) -> bool:
    """Whether the app sees at that moment that letters do not go."""
    return Alert.LETTERS_STUCK in alerts.watch(context, moment)


def test_letters_that_do_not_go_for_six_office_hours_are_an_alert(watched: AppContext) -> None:
    friday = datetime(2026, 11, 6, 14, tzinfo=UTC)  # 15:00 in the Netherlands
    monday = friday + timedelta(2, hours=16)  # 7:00, an hour before mail goes
    wait_with(watched, 34)

    assert not any(stuck(watched, moment) for moment in (friday, monday))
    assert not stuck(watched, monday + timedelta(hours=3))
    assert stuck(watched, monday + timedelta(hours=4))
    assert shown(watched, monday + timedelta(hours=5))["teamklimaat_letters_stuck"] == "1"
    wait_with(watched, 21)  # ten of them went
    assert not stuck(watched, monday + timedelta(hours=5))


@pytest.mark.slow
def test_letters_that_go_slowly_or_come_on_top_are_no_alert(watched: AppContext) -> None:
    morning = datetime(2026, 11, 3, 8, tzinfo=UTC)
    for hour, letters in enumerate((90, 80, 120, 110, 100, 90, 80, 70, 60, 0)):
        wait_with(watched, letters)
        assert not stuck(watched, morning + timedelta(hours=hour))
    wait_with(watched, 9)
    stuck(watched, morning + timedelta(hours=9))
    assert not stuck(watched, morning + timedelta(3))


def test_opening_closing_and_giving_up_are_logged(
    watched: AppContext, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    questions = load(watched.settings.questionnaire_file)
    with caplog.at_level(logging.INFO, logs._OURS):
        scheduler.tick(watched, now + timedelta(20))
        rounds.open_round(watched, "2026-12", questions, None, "test", now)
        rounds.abandon(watched, "2026-12", "test", now)

    events = [record.getMessage() for record in caplog.records]
    assert events == ["round.closed", "round.opened", "round.abandoned"]


# -- readiness -------------------------------------------------------------------------------------


def test_a_sound_installation_is_ready_and_keeps_nothing_of_the_check(watched: AppContext) -> None:
    names = watched.keys.names()

    assert readiness.check(watched) == ()
    assert watched.keys.names() == names


def test_an_unwritable_store_or_key_folder_is_not_ready(watched: AppContext) -> None:
    with writing(watched.engine) as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON setting BEGIN "
            "SELECT RAISE(FAIL, 'database or disk is full'); END"
        )
    in_the_way = watched.keys.path.parent / "file"
    in_the_way.write_text("")
    keys = replace(watched.keys, path=in_the_way / "keys")

    assert readiness.check(watched) == ("store",)
    assert readiness.check(replace(watched, keys=keys)) == ("store", "keys")


def test_an_answer_is_kept_for_some_seconds(
    watched: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    times: list[int] = []
    monkeypatch.setattr(readiness, "check", lambda _context: (times.append(1), ())[1])
    check = readiness.Readiness()
    for running in (100.0, 101.0, 109.0, 111.0, 112.0):
        assert check.failing(watched, running) == ()

    assert len(times) == 2


# -- pings -----------------------------------------------------------------------------------------


@pytest.fixture
def watcher() -> Iterator[tuple[str, list[str]]]:
    """A watcher outside: its address, and the paths it was asked for."""
    paths: list[str] = []

    class Watcher(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(200 if "tick" in self.path else 500)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Watcher)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/a-key", paths
    server.shutdown()
    thread.join()
    server.server_close()


def test_work_is_told_under_its_name_and_a_watcher_that_fails_harms_nothing(
    watcher: tuple[str, list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    url, paths = watcher

    assert pings.ping(url, Work.TICK)
    assert pings.ping(url, Work.TICK, ok=False)
    assert not pings.ping(url, Work.BACKUP)
    assert not pings.ping("http://127.0.0.1:1/a-key", Work.NIGHT)
    assert not pings.ping("", Work.NIGHT)
    assert paths == ["/a-key/tick", "/a-key/tick/fail", "/a-key/backup"]
    assert "a-key" not in caplog.text


@pytest.mark.parametrize("address", ["file:///etc/passwd", "hc-ping.com/x", "https://x/?a=1"])
def test_only_a_plain_web_address_is_taken(address: str) -> None:
    with pytest.raises(SettingsRefused):
        read({"TEAMKLIMAAT_PING_URL": address})


def test_a_slash_at_the_end_is_dropped() -> None:
    settings: Settings = read({"TEAMKLIMAAT_PING_URL": "https://hc-ping.com/x/"})
    assert settings.ping_url == "https://hc-ping.com/x"


# -- a date far past the last night ----------------------------------------------------------------


def test_a_date_far_past_the_last_night_waits_for_a_person(
    watched: AppContext, now: datetime
) -> None:
    today = local_day(now)

    assert not nights.is_far_ahead(watched.engine, today + nights.FAR)
    assert nights.is_far_ahead(watched.engine, today + nights.FAR + timedelta(1))
    nights.confirm(watched.engine, "test", now + timedelta(100))
    assert not nights.is_far_ahead(watched.engine, today + timedelta(101))
    assert nights.is_far_ahead(watched.engine, today + timedelta(141))


def test_before_the_first_night_every_date_is_believed(context: AppContext, now: datetime) -> None:
    assert nights.last_night(context.engine) is None
    assert not nights.is_far_ahead(context.engine, local_day(now) + timedelta(4000))


def test_an_unfinished_night_does_not_count(watched: AppContext, now: datetime) -> None:
    with writing(watched.engine) as connection:
        connection.execute(update(claim).values(done=False))

    assert nights.last_night(watched.engine) is None
