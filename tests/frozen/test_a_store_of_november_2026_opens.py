"""A store, its keys, its secret and a backup of November 2026 open with the program of today.

What was sealed, signed, printed on paper or mailed then must be good for ever, so labels in the
cryptography, names of key files, tables, columns and stored values never change. See
``2026_11/README.md`` for what is in it.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
from click.testing import CliRunner
from sqlalchemy import Connection, inspect, select, text

from monitor import scheduler
from monitor.access import (
    accounts,
    csrf,
    login,
    results_link,
    second_factor_change,
    sessions,
    single_sign_on,
)
from monitor.access.account_view import account_view
from monitor.access.login import PendingLogin, SignedIn
from monitor.access.roles import Grant, Person, Role
from monitor.access.sso_rules import SsoRules
from monitor.clock import local_day
from monitor.commands.results import export
from monitor.config.mail_server import MailRoute, parse
from monitor.config.settings import ROOT
from monitor.context import AppContext, build_context, use_context
from monitor.errors import AccessRefused, CodeClosed, CodeSpent, SettingsRefused
from monitor.followup.team_log import latest
from monitor.klaagmuur import (
    access_word,
    contacts,
    expiry,
    key_pinning,
    luisteraars,
    readers,
    reading,
    receipts,
    shredding,
    themes,
    thread,
    vents,
)
from monitor.klaagmuur.content import Author, Feeling, Intention, Theme, Vent
from monitor.klaagmuur.envelope import receipt_of
from monitor.klaagmuur.help import Need
from monitor.klaagmuur.reader_key import Cost
from monitor.klaagmuur.vents import Draft
from monitor.locale import texts
from monitor.mail import route as mail_route
from monitor.operations import restore
from monitor.organisation import preferences, profile
from monitor.organisation.members import import_members, members
from monitor.organisation.preferences import Delivery, Preferences
from monitor.organisation.profile import Consent
from monitor.organisation.register import current_tree
from monitor.organisation.team_links import link_versions
from monitor.organisation.unit_files import Member
from monitor.pulse.ballot import ballot_box, envelope
from monitor.pulse.count import closing
from monitor.pulse.invitations import codes, letters, outbox, sending
from monitor.pulse.invitations.letters import Kind, Letter, State
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.rounds import RoundStatus
from monitor.scheduler import TickResult
from monitor.store import audit, backup, row_shuffle, transfer
from monitor.store.engine import snapshot, writing
from monitor.store.schema import metadata
from monitor.store.tables import ballot
from monitor.web.http.health import metrics_token
from tests.frozen.conftest import Reader, opened, settings_in
from tests.frozen.november import (
    EXPECTED,
    FOLDER,
    MOMENT,
    PERIOD,
    added_up,
    count,
    figures,
    rows,
    same_band,
    sealed,
)
from tests.mail.mailroom import Mailroom
from tests.postgres import Cluster
from tests.stores import BOTH, SQLITE

SETTINGS = EXPECTED["settings"].keys() - {"last_night"} | {"klaagmuur.access_word"}
"""Names of settings: the night became a claim, the access word a setting among the others."""
GONE = {"klaagmuur_setting", "nightly", "reply_to_team", "sso_attempt"}
"""Tables of then that a later version did away with: their content moved, or may not be kept."""
OPEN_ROUND = EXPECTED["open_round"]
ANSWERED: list[str] = [code for each in OPEN_ROUND["answered_codes"].values() for code in each]
UNUSED: dict[str, list[str]] = OPEN_ROUND["unused_codes"]
THE_DAY_AFTER = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
IN_DOUBT = datetime(2026, 11, 17, 7, 1, 5, tzinfo=UTC)
"""When a process that had a letter in hand had just fallen silent."""
BEHEERDER, OVERSEER = "beheerder@eikendal.example", "or@eikendal.example"
LEIDINGGEVENDE = "leiding.inkomen@eikendal.example"
NOOR, KARIM, AYSE = "Noor de Wit", "Karim", "Ayşe"
LATER_KINDS = {"action", "difference", "expected_false", "level", "participation", "visible"}
"""Kinds of figures that the export did not have then."""
REPLY_PERIODS = {"intake": "2026-09"}
"""The month sealed last before each line was written to a team."""


def exported(context: AppContext, file: Path) -> str:
    """What ``results export`` writes, without the kinds that came later."""
    use_context(context)
    try:
        done = CliRunner().invoke(export, ["--out", str(file)])
    finally:
        use_context(None)
    assert done.exit_code == 0, done.output
    lines = file.read_text("utf-8").removeprefix("[\n").removesuffix("\n]\n").split(",\n")
    kept = [line for line in lines if json.loads(line)["kind"] not in LATER_KINDS]
    return "[\n" + ",\n".join(kept) + "\n]\n"


def check_vents(context: AppContext, reader: Reader) -> None:
    """Every vent is read by who it was written to, and by nobody else."""
    for name in (NOOR, KARIM):
        who, key = reader(name)
        assert key.public == who.public
        inbox = reading.inbox(context, who, key)
        written = {
            receipt_of(each["receipt"].encode()).id: each
            for each in EXPECTED["vents"]
            if each["luisteraar"] == name
        }
        assert inbox.lost == 0
        assert {letter.id for letter in inbox.letters} == written.keys()
        for letter in inbox.letters:
            each = written[letter.id]
            assert letter.vent == vent_of(each)
            assert [note.text for note in letter.notes] == [note[2] for note in each["notes"]]


def check_export(now: str, name: str) -> None:
    """What is exported is what was exported then, but for bands."""
    then = (FOLDER / name).read_text("utf-8")
    assert figures(now) == figures(then)
    bands = [[row["n_band"] for row in json.loads(rows)] for rows in (then, now)]
    for was, is_now in zip(*bands, strict=True):
        assert was == is_now == "" or same_band(was, is_now), (was, is_now)


def check_close(context: AppContext, folder: Path) -> None:
    """The calendar closes the round: what is kept are the sums of what people answered."""
    key_name = rounds.get(context.engine, PERIOD).key_name
    assert key_name in context.keys.names()

    assert scheduler.tick(context, THE_DAY_AFTER).closed == (PERIOD,)

    assert sealed(context) == added_up()
    everything = json.loads(exported(context, folder / "after.json"))
    of_round = [row for row in everything if row["period"] == PERIOD]
    check_export(json.dumps(of_round), "export_after_the_close.json")
    status = rows(context, f"SELECT status FROM survey_round WHERE period = '{PERIOD}'")
    assert status == [("sealed",)]
    assert [count(context, table) for table in ("ballot", "envelope", "outbox")] == [0, 0, 0]
    assert key_name not in context.keys.names()
    with pytest.raises(CodeClosed):
        ballot_box.open_sheet(context, UNUSED["wmo"][0])


def vent_of(written: dict[str, str]) -> Vent:
    """What somebody wrote."""
    return Vent(
        Intention(written["intention"]),
        Theme(written["theme"]) if written["theme"] else None,
        Feeling(written["feeling"]) if written["feeling"] else None,
        written["text"],
        written["handover"] is True,
    )


# -- the store itself ---------------------------------------------------------------------------


@pytest.mark.slow
def test_every_table_and_column_is_still_there_and_no_row_is_lost(frozen: AppContext) -> None:
    store = inspect(frozen.engine)
    then = {table: columns for table, columns in EXPECTED["schema"].items() if table not in GONE}
    assert not GONE & set(store.get_table_names())
    for table, columns in then.items():
        assert set(columns) <= {column["name"] for column in store.get_columns(table)}, table
        if table != "alembic_version":
            assert set(columns) <= set(metadata.tables[table].columns.keys()), table
    rows_then = {table: rows for table, rows in EXPECTED["rows"].items() if table not in GONE}
    assert {table: count(frozen, table) for table in rows_then} == rows_then


def test_every_file_in_the_key_folder_is_known_for_what_it_is(own: AppContext) -> None:
    assert sorted(own.keys.names()) == EXPECTED["keys"]
    shreds = [shred for (shred,) in rows(own, "SELECT shred FROM vent")]
    of_vents = {shredding.file_name(shred) for shred in shreds}
    of_round = {rounds.get(own.engine, PERIOD).key_name}
    for name in own.keys.names():
        os.utime(own.keys.path / name, (0, 0))  # so old that what nothing needs is removed

    assert closing.sweep(own, MOMENT) == ()
    shredding.sweep(own.keys, shreds, MOMENT)
    left = set(own.keys.names())
    assert of_vents | of_round < left
    assert len(left - of_vents - of_round) == len(EXPECTED["luisteraars"]) + 1
    key_pinning.look(own, MOMENT + timedelta(30))
    new = set(own.keys.names()) - left
    assert {name.startswith(key_pinning.ENDED) for name in new} == {True}


def test_another_secret_is_refused_and_none_is_made(copy: Path) -> None:
    secret = copy / "secret"
    secret.write_bytes(b"x" * 32)
    with pytest.raises(SettingsRefused, match=r"secret\.other"):
        build_context(settings_in(copy))
    secret.unlink()
    with pytest.raises(SettingsRefused, match=r"secret\.gone"):
        build_context(settings_in(copy))
    assert not secret.exists()


@pytest.mark.slow
@pytest.mark.parametrize("store", BOTH)
def test_the_backup_put_into_an_empty_store_gives_all_of_it(
    store: str,
    copy: Path,
    frozen: AppContext,
    reader: Reader,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    if store == SQLITE:
        _check_restored(f"sqlite:///{tmp_path / 'empty.db'}", copy, frozen, reader)
    else:
        cluster: Cluster = request.getfixturevalue("postgresql")
        with cluster.database() as url:
            _check_restored(url, copy, frozen, reader)


def _ballots(connection: Connection) -> set[tuple[Any, ...]]:
    columns = [column for column in ballot.c if column.name != "mac"]
    return {tuple(row) for row in connection.execute(select(*columns))}


def _check_restored(url: str, folder: Path, frozen: AppContext, reader: Reader) -> None:
    with opened(settings_in(folder, url)) as context:
        restored = restore.restore(context, folder / "backup", "test", MOMENT, force=False)

        assert (restored.gone, restored.kept_closed) == ((), ())
        assert (restored.lost, restored.vents) == ((), 0)
        with snapshot(frozen.engine) as before, snapshot(context.engine) as after:
            compared = transfer.tables({*backup.LEFT_OUT, "audit", "ballot", "row_manifest"})
            assert transfer.differing(before, after, compared) == ()
            assert _ballots(before) == _ballots(after)  # the MAC of an adopted box is another one
        check_export(exported(context, folder / "export.json"), "export.json")
        check_vents(context, reader)
        check_close(context, folder)


def test_every_stored_word_is_one_the_program_knows(frozen: AppContext) -> None:
    stored = {(kind, state) for kind, state in rows(frozen, "SELECT kind, state FROM outbox")}
    assert {Kind(kind) for kind, _ in stored} == set(Kind)
    assert {State(state) for _, state in stored} == set(State)
    statuses = {each.period: each.status for each in rounds.all_rounds(frozen.engine)}
    assert statuses == EXPECTED["rounds"]
    assert set(EXPECTED["rounds"].values()) == set(RoundStatus) - {RoundStatus.CLOSING}
    assert {role for (role,) in rows(frozen, "SELECT role FROM account_role")} == set(Role)
    themes_and_feelings = {(vent["theme"], vent["feeling"]) for vent in EXPECTED["vents"]}
    assert {theme for theme, _ in themes_and_feelings} == {*Theme, None}
    assert {feeling for _, feeling in themes_and_feelings} == {*Feeling, None}
    assert {vent["intention"] for vent in EXPECTED["vents"]} == set(Intention)


def test_the_audit_log_is_as_it_was_and_each_action_is_known(
    frozen: AppContext,
) -> None:
    entries = audit.entries(frozen.engine, limit=1000)
    assert sorted(
        [int(entry.at.timestamp()), entry.actor, entry.action, entry.detail] for entry in entries
    ) == sorted(EXPECTED["audit"])
    package = ROOT / "monitor"
    source = "".join(file.read_text("utf-8") for file in package.rglob("*.py"))
    for entry in entries:
        assert f'"{entry.action}"' in source, entry.action
    for language in ("nl", "en"):
        t = texts(language)
        for entry in entries:
            assert t.has(f"log.{entry.action}"), entry.action
            if entry.action == "preferences.change":
                assert t.has(f"log.field.{entry.detail.partition(':')[0]}"), entry.detail
            if entry.action == "organisation.edit":
                assert t.has(f"log.edit.{entry.detail.partition(' ')[0]}"), entry.detail


# -- the pulse ----------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_sealed_months_export_as_they_did_but_for_bands(
    frozen: AppContext, tmp_path: Path
) -> None:
    check_export(exported(frozen, tmp_path / "export.json"), "export.json")
    signals = "SELECT period, unit, theme, audience, direction, since FROM signal"
    assert sorted(map(list, rows(frozen, signals))) == EXPECTED["signals"]


def test_a_spent_code_is_refused_and_an_unused_one_is_good_once(own: AppContext) -> None:
    answers = [4] * len(OPEN_ROUND["questions"])
    before = count(own, "envelope")
    for code in (*ANSWERED, OPEN_ROUND["replaced_code"]):
        with pytest.raises(CodeSpent):
            ballot_box.submit(own, code, answers)
    for each in UNUSED.values():
        for code in each:
            sheet = ballot_box.open_sheet(own, codes.show(code).lower())
            questions = [question.key for question in sheet.questionnaire.questions]
            assert questions == OPEN_ROUND["questions"]
        ballot_box.submit(own, each[0], answers)
        with pytest.raises(CodeSpent):
            ballot_box.submit(own, each[0], answers)

    assert count(own, "envelope") == before + len(UNUSED)


@pytest.mark.slow
def test_the_round_closes_and_counts_what_was_answered(own: AppContext, tmp_path: Path) -> None:
    assert len(ANSWERED) == count(own, "envelope") == 23
    check_close(own, tmp_path)
    assert rows(own, "SELECT action FROM audit ORDER BY id DESC LIMIT 1") == [("round.close",)]


@pytest.mark.mail
def test_what_waits_is_mailed_with_the_links_people_had(copy: Path) -> None:
    still_to_go = sorted(
        email for _, state, email, _, _ in EXPECTED["outbox"] if state in ("waiting", "sending")
    )
    with Mailroom.open() as room:
        mail = {
            "TEAMKLIMAAT_SMTP_URL": f"smtp://127.0.0.1:{room.port}",
            "TEAMKLIMAAT_MAIL_FROM": "teamklimaat@eikendal.example",
        }
        with opened(settings_in(copy, **mail)) as context:
            preferences.change(context.engine, "test", MOMENT, mails_a_minute=6000)
            assert sending.deliver(context, lambda: IN_DOUBT).lease_held
            sent = sending.deliver(context, lambda: MOMENT).sent
            assert outbox.progress(context.engine, PERIOD).left == 0
    assert sent == len(still_to_go)
    assert sorted(room.to.elements()) == still_to_go
    by_mark = {str(message["Message-ID"]): message.as_string() for message in room.taken}
    for letter in EXPECTED["letters"]:
        assert letter["code"] in by_mark[f"<{letter['mark']}@eikendal.example>"].replace("=\n", "")


def test_codes_in_letters_follow_from_the_key_as_they_did(frozen: AppContext) -> None:
    key = rounds.key_of(frozen.keys, rounds.get(frozen.engine, PERIOD))
    for each in EXPECTED["letters"]:
        kind = Kind(each["kind"])
        letter = Letter(PERIOD, kind, each["email"], each["unit"], each["generation"])
        assert letters.code_of(key, letter) == each["code"]
        assert envelope.message_mark(key.code_key, kind, each["code"]) == each["mark"]


@pytest.mark.slow
def test_the_calendar_does_nothing_a_second_time(own: AppContext) -> None:
    claims = rows(own, "SELECT name, done FROM claim")
    letters_before = sorted(map(list, rows(own, "SELECT kind, state, email FROM outbox")))

    assert scheduler.tick(own, MOMENT) == TickResult()

    assert {name: bool(done) for name, done in claims} == EXPECTED["claims"]
    assert set(claims) <= set(rows(own, "SELECT name, done FROM claim"))
    assert letters_before == [letter[:3] for letter in EXPECTED["outbox"]]
    assert sorted(map(list, rows(own, "SELECT kind, state, email FROM outbox"))) == letters_before
    assert {name for (name,) in rows(own, "SELECT key FROM setting")} == SETTINGS
    assert not row_shuffle.shuffle_rows_due(own.engine, MOMENT)
    scheduler.tick(own, MOMENT + timedelta(1))


@pytest.mark.slow
def test_invitations_that_were_interrupted_go_on(own: AppContext) -> None:
    with writing(own.engine) as connection:
        half_done = f"UPDATE claim SET done = false, until = 0 WHERE name = 'invite:{PERIOD}'"
        connection.execute(text(half_done))
    newcomer = Member("leerplicht@eikendal.example", "leerplicht")
    import_members(own.engine, [*members(own.engine), newcomer], "test", MOMENT)

    assert scheduler.tick(own, MOMENT).invited == (PERIOD,)
    queued = f"SELECT kind, state FROM outbox WHERE email = '{newcomer.email}'"
    assert rows(own, queued) == [("invite", "waiting")]


# -- what was chosen ----------------------------------------------------------------------------


def test_what_the_organisation_chose_still_holds(frozen: AppContext) -> None:
    engine = frozen.engine
    assert frozen.name == profile.name(engine) == "Gemeente Eikendal"
    assert profile.consent(engine) == Consent(
        date(2026, 6, 22), "Instemming OR, verslag 2026-06, punt 4"
    )
    kept = contacts.current(engine, frozen.settings.help_file)
    assert [contact.need for contact in kept] == list(Need)
    assert kept[1].name_in("en") == "Help with aggression"
    assert kept[1].url == "https://hulp.eikendal.example"
    assert preferences.read(engine) == Preferences(
        calendar=True,
        calendar_from=date(2026, 10, 20),
        weekday=3,
        week=1,
        hour=8,
        working_days=15,
        remind_after=(5, 8),
        delivery=Delivery.MAIL,
        holidays=True,
        days_off=(date(2026, 12, 24), date(2026, 12, 31)),
        mails_a_minute=120,
    )
    names = {name for (name,) in rows(frozen, "SELECT key FROM setting")}
    assert names == SETTINGS
    assert access_word.access_word(engine) == "eikenboom 7"
    for unit, (line, day) in EXPECTED["replies"].items():
        written = latest(engine, unit)
        assert written is not None
        assert (written.text, written.written_on) == (line, date.fromisoformat(day))
        assert written.period == REPLY_PERIODS[unit]
    closed = [unit.key for unit in current_tree(engine).units if unit.closed]
    assert closed == ["archief"]


def test_the_way_mail_goes_opens_with_this_secret_only(frozen: AppContext) -> None:
    written_down = EXPECTED["mail_route"]
    route = MailRoute(parse(written_down["url"]), written_down["sender"])

    assert mail_route.in_use(frozen) == route
    elsewhere = mail_route.stored(replace(frozen, secret=b"x" * 32))
    assert elsewhere is not None
    assert not elsewhere.readable


def test_links_and_marks_made_with_the_secret_are_still_good(frozen: AppContext) -> None:
    units = link_versions(frozen.engine).items()
    for unit, token in EXPECTED["results_links"].items():
        assert results_link.unit_of(frozen.secret, units, token) == unit
    session, form = EXPECTED["form_token"]
    assert csrf.valid(frozen.secret, session, form)
    assert metrics_token(frozen.secret) == EXPECTED["metrics_token"]


# -- who may sign in ----------------------------------------------------------------------------


def _first_step(context: AppContext, email: str) -> SignedIn | PendingLogin:
    passphrase = EXPECTED["accounts"][email]["passphrase"]
    return login.check_passphrase_step(context.engine, context.secret, email, passphrase, MOMENT)


def _person(context: AppContext, token: str) -> Person:
    person = sessions.person(context.engine, token, MOMENT)
    assert person is not None
    return person


def test_everybody_has_the_roles_they_had(frozen: AppContext) -> None:
    listed = {account.email: account.grants for account in accounts.listing(frozen.engine)}
    for email, account in EXPECTED["accounts"].items():
        assert listed[email] == (Grant(Role(account["role"]), account["unit"]),)
    assert len(listed) == count(frozen, "account") == 9


@pytest.mark.slow
def test_a_passphrase_opens_a_session(own: AppContext) -> None:
    for email in (OVERSEER, LEIDINGGEVENDE):
        inside = _first_step(own, email)
        assert isinstance(inside, SignedIn)
        assert _person(own, inside.token).email == email
    with pytest.raises(AccessRefused):
        login.check_passphrase_step(own.engine, own.secret, OVERSEER, "een heel andere zin", MOMENT)


@pytest.mark.slow
def test_a_code_of_the_telephone_is_good_once(own: AppContext) -> None:
    code = pyotp.TOTP(EXPECTED["accounts"][BEHEERDER]["totp_secret"]).at(MOMENT)
    halfway = EXPECTED["halfway"]["token"]  # a ticket that was handed out then
    inside = login.second_step(own.engine, own.secret, halfway, code, MOMENT)
    assert _person(own, inside.token).email == BEHEERDER

    again = _first_step(own, BEHEERDER)
    assert again == PendingLogin(again.token, set_up=False)
    with pytest.raises(AccessRefused, match=r"second\.refused"):
        login.second_step(own.engine, own.secret, again.token, code, MOMENT)


def test_a_recovery_code_is_good_once(own: AppContext) -> None:
    halfway = EXPECTED["halfway"]["token"]
    code = EXPECTED["accounts"][BEHEERDER]["recovery_codes"][3]
    inside = login.second_step(own.engine, own.secret, halfway, code, MOMENT)
    person = _person(own, inside.token)
    state = account_view(own.engine, person, inside.token, MOMENT)
    assert state.recovery_left == len(EXPECTED["accounts"][BEHEERDER]["recovery_codes"]) - 1
    with pytest.raises(AccessRefused):
        second_factor_change.renew_recovery_codes(own.engine, own.secret, person, code, MOMENT)


def test_who_was_signed_in_still_is(own: AppContext) -> None:
    assert _person(own, EXPECTED["session"]["token"]).email == EXPECTED["session"]["email"]


def test_a_link_for_somebody_who_is_there_already_is_noted_as_before(own: AppContext) -> None:
    accounts.add(own.engine, OVERSEER, Role.TOEZICHT, None, "cli", MOMENT)
    newest = audit.entries(own.engine, limit=1)
    assert [entry.action for entry in newest] == ["account.link"]


def test_a_one_time_link_is_still_good_for_its_hours(own: AppContext) -> None:
    link = EXPECTED["welcome_link"]["token"]
    assert accounts.invited(own.engine, link, MOMENT) == EXPECTED["welcome_link"]["email"]
    with pytest.raises(AccessRefused):
        accounts.invited(own.engine, link, MOMENT + timedelta(hours=accounts.LINK_HOURS))
    accounts.set_password(own.engine, link, "negen houten stoelen", MOMENT)
    with pytest.raises(AccessRefused):
        accounts.invited(own.engine, link, MOMENT)


def test_who_came_by_single_sign_on_is_known_by_it(own: AppContext) -> None:
    linked = EXPECTED["sso"]
    claims = {"sub": linked["subject"], "email": "other@eikendal.example", "email_verified": True}
    inside = single_sign_on.enter(
        own.engine, own.secret, linked["issuer"], SsoRules(), claims, MOMENT
    )
    assert isinstance(inside, SignedIn)
    assert _person(own, inside.token).email == linked["email"]


# -- the klaagmuur ------------------------------------------------------------------------------


def test_the_luisteraars_read_every_vent(frozen: AppContext, reader: Reader) -> None:
    check_vents(frozen, reader)


def test_a_receipt_opens_the_conversation(frozen: AppContext) -> None:
    for each in EXPECTED["vents"]:
        conversation = thread.open_thread(frozen, receipts.show(each["receipt"]).lower())
        assert conversation.vent == vent_of(each)
        assert conversation.reader == each["luisteraar"]
        notes = [
            (note.by, note.day.isoformat(), note.text, conversation.writer(note))
            for note in conversation.notes
        ]
        assert notes == [
            (Author(by), day, text, who or each["luisteraar"])
            for by, day, text, who in each["notes"]
        ]


def test_a_form_that_comes_once_more_is_one_vent_and_one_answer(own: AppContext) -> None:
    twice = EXPECTED["once"]["vent"]
    (sent,) = (each for each in EXPECTED["vents"] if each["receipt"] == twice["receipt"])
    karim = EXPECTED["luisteraars"][KARIM]["id"]
    draft = Draft(vent_of(sent), luisteraar=karim, lifetime=14, once=twice["once"])
    assert vents.send(own, draft, MOMENT) == twice["receipt"]
    answer = EXPECTED["once"]["answer"]
    thread.answer(own, answer["receipt"], answer["text"], answer["once"], MOMENT)

    assert count(own, "vent") == EXPECTED["rows"]["vent"]
    assert len(thread.open_thread(own, answer["receipt"]).notes) == 2


def test_the_code_on_the_printed_sheet_opens_the_key(own: AppContext, reader: Reader) -> None:
    who, key = reader(NOOR)
    cheap = Cost(rounds=1, memory=8192)
    printed = receipts.show(EXPECTED["luisteraars"][NOOR]["recovery_code"])

    assert luisteraars.recover(own.engine, who, printed, "een nieuwe zin erbij", cheap) == key
    assert luisteraars.unlock(own.engine, who, "een nieuwe zin erbij") == key


def test_the_same_people_may_be_written_to_and_their_fingerprints_are_those_on_the_poster(
    frozen: AppContext,
) -> None:
    everyone = luisteraars.everyone(frozen.engine)
    posters = {EXPECTED["luisteraars"][each.name]["fingerprint"]: each for each in everyone}
    assert all(each.fingerprint == printed for printed, each in posters.items())
    for day, names in (
        (local_day(MOMENT), [NOOR, KARIM]),
        (local_day(THE_DAY_AFTER), [AYSE, NOOR, KARIM]),
    ):
        present = readers.active(key_pinning.believed(frozen.keys, everyone, day), day)
        assert {each.name for each in present} == set(names)
    announced = readers.announced(everyone, local_day(MOMENT))
    assert [each.name for each in announced] == [AYSE]
    signed = readers.find(everyone, EXPECTED["luisteraars"][KARIM]["id"])
    assert signed is not None
    assert readers.starts_on(signed, everyone) == date(2026, 7, 7)  # before its two weeks


def test_themes_were_released_and_those_of_this_quarter_are_counted(
    own: AppContext, reader: Reader
) -> None:
    ((quarter, theme, _, line),) = EXPECTED["theme_releases"]
    before = themes.Released(quarter, Theme(theme), "5-9", line)
    assert themes.released(own.engine) == (before,)
    who, key = reader(NOOR)

    assert themes.close_quarters(own.engine, who, key, date(2027, 1, 4), (who,)) == ("2026Q4",)

    now = themes.Released("2026Q4", Theme.AGGRESSION, "5-9", "")
    assert themes.released(own.engine) == (now, before)


def test_vents_disappear_when_their_days_are_over_and_their_keys_with_them(own: AppContext) -> None:
    assert expiry.sweep(own, MOMENT) == 0
    gone = {shredding.file_name(shred) for (shred,) in rows(own, "SELECT shred FROM vent")}

    assert expiry.sweep(own, MOMENT + timedelta(60)) == EXPECTED["rows"]["vent"]

    assert count(own, "vent") == count(own, "vent_note") == 0
    assert not gone & set(own.keys.names())
