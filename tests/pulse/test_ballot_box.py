"""Rounds, invitations, the box and the close, on a real store."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select, update

from monitor import scheduler
from monitor.context import AppContext
from monitor.errors import (
    CodeClosed,
    CodeMalformed,
    CodeSpent,
    CodeUnknown,
    InputRefused,
    KeyMissing,
    RoundRefused,
    StoreBusy,
)
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.ballot import answer_sheets, ballot_box
from monitor.pulse.ballot.envelope import RoundKey
from monitor.pulse.count import closing, sealed_store
from monitor.pulse.invitations import codes, issue
from monitor.pulse.questionnaire import Questionnaire
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.rounds import Round, RoundStatus
from monitor.store.engine import open_store, reading, writing
from monitor.store.key_folder import KeyFolder
from monitor.store.tables import atom, audit, ballot, envelope, round_unit, survey_round

Sheet = Callable[[int], tuple[int, ...]]


def codes_for(
    context: AppContext, period: str, now: datetime, **counts: int
) -> dict[str, list[str]]:
    wanted = {unit.replace("_", "-"): n for unit, n in counts.items()}
    made = issue.invite(context, period, wanted, "test", now)
    return {unit: [i.code for i in made if i.unit == unit] for unit in wanted}


def rows_in(context: AppContext, table: object) -> int:
    with reading(context.engine) as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()  # type: ignore[arg-type]


def test_a_code_opens_a_sheet_whether_it_was_used_or_not(
    context: AppContext, open_period: str, sheet: Sheet, now: datetime
) -> None:
    (code,) = codes_for(context, open_period, now, wmo_oost=1)["wmo-oost"]
    before = ballot_box.open_sheet(context, code)

    ballot_box.submit(context, code, sheet(4))

    assert ballot_box.open_sheet(context, code) == before


def test_a_code_counts_once(
    context: AppContext, open_period: str, sheet: Sheet, now: datetime
) -> None:
    (code,) = codes_for(context, open_period, now, wmo_oost=1)["wmo-oost"]
    ballot_box.submit(context, code, sheet(4))

    with pytest.raises(CodeSpent):
        ballot_box.submit(context, codes.show(code).lower(), sheet(2))

    assert rows_in(context, envelope) == 1


def test_twenty_submissions_of_one_code_at_once_leave_one_envelope(
    context: AppContext, open_period: str, sheet: Sheet, now: datetime
) -> None:
    (code,) = codes_for(context, open_period, now, wmo_oost=1)["wmo-oost"]

    def submit(_: int) -> bool:
        try:
            ballot_box.submit(context, code, sheet(3))
        except CodeSpent:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        accepted = list(pool.map(submit, range(20)))

    assert sum(accepted) == 1
    assert rows_in(context, envelope) == 1


def test_several_sheets_go_in_together_and_each_hears_of_the_own_code_only(
    context: AppContext, open_period: str, sheet: Sheet, now: datetime
) -> None:
    used, once, twice = codes_for(context, open_period, now, wmo_oost=3)["wmo-oost"]
    ballot_box.submit(context, used, sheet(1))
    typed = [used, once, twice, codes.show(twice).lower(), codes.new_code(open_period), "nonsense"]

    found = answer_sheets.find(context, typed)
    slots = [each[1] for each in found if isinstance(each, tuple)]
    refusals = ballot_box.submit_batch(context, [(slot, sheet(3)) for slot in slots])

    assert [type(each) for each in found] == [tuple] * 4 + [CodeUnknown, CodeMalformed]
    assert [type(each) for each in refusals] == [CodeSpent, type(None), type(None), CodeSpent]
    assert rows_in(context, envelope) == 3


def test_when_one_sheet_does_not_fit_none_of_the_lot_goes_in(
    context: AppContext, open_period: str, sheet: Sheet, now: datetime
) -> None:
    typed = codes_for(context, open_period, now, wmo_oost=2)["wmo-oost"]
    slots = [each[1] for each in answer_sheets.find(context, typed) if isinstance(each, tuple)]

    with pytest.raises(InputRefused):
        ballot_box.submit_batch(context, [(slots[0], sheet(3)), (slots[1], (6,) * 9)])

    assert rows_in(context, envelope) == 0
    for code in typed:
        ballot_box.submit(context, code, sheet(3))


def test_sheets_found_before_the_close_are_all_refused_after_it(
    context: AppContext, open_period: str, sheet: Sheet, now: datetime
) -> None:
    typed = codes_for(context, open_period, now, wmo_oost=2)["wmo-oost"]
    slots = [each[1] for each in answer_sheets.find(context, typed) if isinstance(each, tuple)]
    closing.close(context, open_period, "test", now)

    refusals = ballot_box.submit_batch(context, [(slot, sheet(3)) for slot in slots])

    assert [type(each) for each in refusals] == [CodeClosed, CodeClosed]
    assert rows_in(context, envelope) == 0


def test_unknown_malformed_and_closed_codes_are_told_apart(
    context: AppContext, open_period: str, sheet: Sheet, now: datetime
) -> None:
    (code,) = codes_for(context, open_period, now, wmo_oost=1)["wmo-oost"]

    with pytest.raises(CodeUnknown):
        ballot_box.open_sheet(context, codes.new_code(open_period))
    with pytest.raises(CodeUnknown):
        ballot_box.open_sheet(context, codes.new_code("2026-10"))
    with pytest.raises(CodeMalformed):
        ballot_box.open_sheet(context, code[:-1])
    closing.close(context, open_period, "test", now)
    with pytest.raises(CodeClosed) as refusal:
        ballot_box.submit(context, code, sheet(4))
    assert refusal.value.key == "code.closed"


def test_answers_that_do_not_fit_are_refused_and_the_code_stays_good(
    context: AppContext, open_period: str, sheet: Sheet, now: datetime
) -> None:
    (code,) = codes_for(context, open_period, now, wmo_oost=1)["wmo-oost"]

    for wrong in ((4,), (6, *sheet(4)[1:]), (*sheet(4), 4)):
        with pytest.raises(InputRefused):
            ballot_box.submit(context, code, wrong)

    ballot_box.submit(context, code, sheet(4))


def test_without_the_key_nothing_is_taken_in(
    context: AppContext, open_period: str, sheet: Sheet, now: datetime
) -> None:
    (code,) = codes_for(context, open_period, now, wmo_oost=1)["wmo-oost"]
    context.keys.destroy(rounds.get(context.engine, open_period).key_name)

    with pytest.raises(KeyMissing):
        ballot_box.open_sheet(context, code)
    with pytest.raises(KeyMissing):
        ballot_box.submit(context, code, sheet(4))
    with pytest.raises(KeyMissing):
        closing.close(context, open_period, "test", now)
    assert rounds.get(context.engine, open_period).status is RoundStatus.OPEN


def test_a_store_held_by_another_process_refuses_and_spends_nothing(
    context: AppContext, open_period: str, sheet: Sheet, now: datetime
) -> None:
    (code,) = codes_for(context, open_period, now, wmo_oost=1)["wmo-oost"]
    other = context.engine.execution_options(sqlite_begin="IMMEDIATE").connect()
    other.begin()
    rounds.lock(other, open_period)
    hasty = replace(context, engine=open_store(context.settings.database_url, patience=0.05))

    with pytest.raises(StoreBusy):
        ballot_box.submit(hasty, code, sheet(4))
    other.rollback()
    other.close()

    ballot_box.submit(hasty, code, sheet(4))
    hasty.engine.dispose()


# -- rounds -------------------------------------------------------------------------------------


def test_only_one_round_is_open_at_a_time(
    context: AppContext, open_period: str, questions: Questionnaire, now: datetime
) -> None:
    keys = context.keys.names()

    with pytest.raises(RoundRefused, match="another_open"):
        rounds.open_round(context, "2026-12", questions, None, "test", now)
    with pytest.raises(RoundRefused, match="exists"):
        rounds.open_round(context, open_period, questions, None, "test", now)

    assert context.keys.names() == keys


def test_a_round_needs_an_organisation_and_a_day_to_come(
    context: AppContext, questions: Questionnaire, tree: Tree, now: datetime
) -> None:
    with pytest.raises(RoundRefused, match="no_organisation"):
        rounds.open_round(context, "2026-11", questions, None, "test", now)
    import_tree(context.engine, tree, "test", now)
    with pytest.raises(RoundRefused, match="closes_in_past"):
        rounds.open_round(context, "2026-11", questions, date(2026, 11, 1), "test", now)
    with pytest.raises(InputRefused):
        rounds.open_round(context, "2026-13", questions, None, "test", now)
    assert context.keys.names() == ()


def test_ten_processes_opening_at_once_open_one_round_with_one_key(
    context: AppContext, tree: Tree, questions: Questionnaire, now: datetime
) -> None:
    import_tree(context.engine, tree, "test", now)

    def open_(_: int) -> bool:
        try:
            rounds.open_round(context, "2026-11", questions, None, "test", now)
        except RoundRefused:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(open_, range(10))) == 1
    assert context.keys.names() == (rounds.get(context.engine, "2026-11").key_name,)


def test_the_tree_and_the_questions_stay_as_they_were_at_the_opening(
    context: AppContext, open_period: str, tree: Tree, now: datetime
) -> None:
    import_tree(context.engine, Tree((Unit("stad", None, "Nieuw"),)), "test", now)

    with reading(context.engine) as connection:
        assert rounds.frozen_tree(connection, open_period) == tree


def test_an_abandoned_round_leaves_nothing_and_may_be_opened_anew(
    context: AppContext, open_period: str, questions: Questionnaire, sheet: Sheet, now: datetime
) -> None:
    (code,) = codes_for(context, open_period, now, wmo_oost=1)["wmo-oost"]
    ballot_box.submit(context, code, sheet(4))

    rounds.abandon(context, open_period, "test", now)

    assert rows_in(context, envelope) == rows_in(context, ballot) == 0
    assert context.keys.names() == ()
    with pytest.raises(CodeClosed) as refusal:
        ballot_box.open_sheet(context, code)
    assert refusal.value.key == "code.abandoned"
    with pytest.raises(RoundRefused):
        rounds.abandon(context, open_period, "test", now)
    rounds.open_round(context, open_period, questions, None, "test", now)
    with pytest.raises(CodeUnknown):
        ballot_box.open_sheet(context, code)


# -- invitations --------------------------------------------------------------------------------


def test_a_unit_is_invited_once(context: AppContext, open_period: str, now: datetime) -> None:
    codes_for(context, open_period, now, wmo_oost=3)

    with pytest.raises(RoundRefused, match="twice"):
        codes_for(context, open_period, now, wmo_west=2, wmo_oost=1)

    assert rows_in(context, ballot) == 3


@pytest.mark.parametrize("counts", [{"nergens": 3}, {"wmo_oost": 0}, {"wmo_oost": 9999}, {}])
def test_a_wrong_invitation_issues_nothing(
    context: AppContext, open_period: str, now: datetime, counts: dict[str, int]
) -> None:
    with pytest.raises(InputRefused):
        codes_for(context, open_period, now, **counts)

    assert rows_in(context, ballot) == 0


def test_replacing_voids_unspent_codes_and_looks_like_spending_them(
    context: AppContext, open_period: str, sheet: Sheet, now: datetime
) -> None:
    used, unused = codes_for(context, open_period, now, wmo_oost=2)["wmo-oost"]
    ballot_box.submit(context, used, sheet(4))

    made = issue.replace(context, open_period, {"wmo-oost": 0}, "test", now)

    assert len(made) == 2
    for old in (used, unused):
        ballot_box.open_sheet(context, old)
        with pytest.raises(CodeSpent):
            ballot_box.submit(context, old, sheet(4))
    ballot_box.submit(context, made[0].code, sheet(4))
    with reading(context.engine) as connection:
        row = connection.execute(select(round_unit).where(round_unit.c.unit == "wmo-oost")).one()
        spent = connection.execute(select(ballot.c.spent, ballot.c.unit)).all()
    assert (row.invited, row.issued) == (2, 4)
    assert sorted(r.spent for r in spent) == [False, True, True, True]


def test_members_are_dealt_codes_of_their_own_unit(
    context: AppContext, open_period: str, now: datetime
) -> None:
    made = issue.invite(context, open_period, {"wmo-oost": 2, "wmo-west": 1}, "test", now)
    emails = {"wmo-oost": ("a@x.example", "b@x.example"), "wmo-west": ("c@x.example",)}

    handed = issue.for_members(made, emails)

    assert {email for _, email in handed} == {"a@x.example", "b@x.example", "c@x.example"}
    assert all(email in emails[invitation.unit] for invitation, email in handed)
    assert len({invitation.code for invitation, _ in handed}) == 3


def test_the_audit_log_tells_how_many_codes_were_issued_and_no_code(
    context: AppContext, open_period: str, now: datetime
) -> None:
    made = issue.invite(context, open_period, {"wmo-oost": 12}, "test", now)

    with reading(context.engine) as connection:
        notes = [f"{r.action} {r.detail}" for r in connection.execute(select(audit))]

    assert "round.invite 2026-11 wmo-oost: 12" in notes
    assert not any(invitation.code in note for note in notes for invitation in made)


# -- closing ------------------------------------------------------------------------------------


def fill(context: AppContext, period: str, sheet: Sheet, now: datetime, **counts: int) -> None:
    for of_unit in codes_for(context, period, now, **counts).values():
        for code in of_unit:
            ballot_box.submit(context, code, sheet(4))


def test_closing_leaves_the_result_and_nothing_of_the_box(
    context: AppContext, open_period: str, sheet: Sheet, now: datetime
) -> None:
    fill(context, open_period, sheet, now, wmo_oost=6, wmo_west=3, jeugd_noord=4)

    closing.close(context, open_period, "test", now)

    made = sealed_store.load(context.engine, open_period).release
    scores = {unit: int(made.scores[row, 0]) for unit, row in made.place.items()}
    assert scores == {
        "stad": 75, "wmo": 75, "wmo-oost": 75, "wmo-west": -1,
        "jeugd": -1, "jeugd-noord": -1, "jeugd-zuid": -1,
    }  # fmt: skip
    assert int(made.respondents[made.place["stad"]]) == 13
    assert rows_in(context, envelope) == rows_in(context, ballot) == 0
    assert context.keys.names() == ()
    if file := context.settings.database_file:
        log = file.with_name("teamklimaat.db-wal")
        assert not log.exists() or log.stat().st_size == 0


def test_what_was_told_of_the_open_round_goes_with_the_box(
    context: AppContext, open_period: str, now: datetime
) -> None:
    codes_for(context, open_period, now, wmo_oost=20)
    scheduler.tick(context, now)
    assert scheduler.stored_estimate(context.engine, open_period) == 0

    closing.close(context, open_period, "test", now)

    assert scheduler.stored_estimate(context.engine, open_period) is None


def test_closing_twice_or_an_unknown_round_is_refused(
    context: AppContext, open_period: str, now: datetime
) -> None:
    closing.close(context, open_period, "test", now)

    with pytest.raises(RoundRefused, match="is_sealed"):
        closing.close(context, open_period, "test", now)
    with pytest.raises(RoundRefused, match="unknown"):
        closing.close(context, "2026-10", "test", now)


def test_an_empty_round_closes_to_nothing_shown(
    context: AppContext, open_period: str, now: datetime
) -> None:
    closing.close(context, open_period, "test", now)

    assert rows_in(context, atom) == 0
    assert sealed_store.sealed_periods(context.engine) == (open_period,)


def test_a_damaged_envelope_is_told_and_blocks_nothing(
    context: AppContext, open_period: str, sheet: Sheet, now: datetime
) -> None:
    fill(context, open_period, sheet, now, wmo_oost=6)
    with writing(context.engine) as connection:
        junk = {"id": b"x" * 16, "period": open_period, "sealed": b"junk" * 28}
        connection.execute(insert(envelope), junk)

    closed = closing.close(context, open_period, "test", now)

    assert closed.damaged
    assert rows_in(context, envelope) == 0
    assert rows_in(context, atom) == 9


def test_submissions_during_the_close_are_counted_or_refused_never_lost(
    context: AppContext, open_period: str, sheet: Sheet, now: datetime
) -> None:
    ready = codes_for(context, open_period, now, wmo_oost=60)["wmo-oost"]
    started = threading.Barrier(5)

    def submit_all(mine: list[str]) -> int:
        started.wait()
        accepted = 0
        for code in mine:
            try:
                ballot_box.submit(context, code, sheet(4))
            except (CodeClosed, KeyMissing):
                continue
            accepted += 1
        return accepted

    with ThreadPoolExecutor(5) as pool:
        senders = [pool.submit(submit_all, ready[i::4]) for i in range(4)]
        started.wait()
        while rows_in(context, envelope) < 10:
            pass
        closing.close(context, open_period, "test", now)
        acknowledged = sum(sender.result() for sender in senders)

    made = sealed_store.load(context.engine, open_period).release
    assert acknowledged >= 10
    assert int(made.respondents[made.place["wmo-oost"]]) == acknowledged


def test_a_round_that_closes_while_a_sheet_is_looked_up_is_closed_not_unknown(
    context: AppContext,
    open_period: str,
    sheet: Sheet,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (code,) = codes_for(context, open_period, now, wmo_oost=1)["wmo-oost"]
    key_of = rounds.key_of

    def close_first(keys: KeyFolder, found: Round) -> RoundKey:
        key = key_of(keys, found)
        monkeypatch.undo()
        with ThreadPoolExecutor(1) as other:
            other.submit(closing.close, context, open_period, "test", now).result()
        return key

    monkeypatch.setattr(rounds, "key_of", close_first)
    with pytest.raises(CodeClosed):
        ballot_box.submit(context, code, sheet(4))
    assert rows_in(context, envelope) == 0


def test_five_closers_at_once_seal_once(
    context: AppContext, open_period: str, sheet: Sheet, now: datetime
) -> None:
    fill(context, open_period, sheet, now, wmo_oost=20, wmo_west=20)

    def close(_: int) -> None:
        with suppress(RoundRefused, KeyMissing):
            closing.close(context, open_period, "test", now)

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(close, range(5)))

    made = sealed_store.load(context.engine, open_period).release
    assert int(made.respondents[made.place["wmo"]]) == 40
    assert context.keys.names() == ()


def test_a_half_closed_round_takes_nothing_in_and_can_be_closed_again(
    context: AppContext, open_period: str, sheet: Sheet, now: datetime
) -> None:
    codes_ = codes_for(context, open_period, now, wmo_oost=7)["wmo-oost"]
    for code in codes_[:6]:
        ballot_box.submit(context, code, sheet(4))
    with writing(context.engine) as connection:
        connection.execute(update(survey_round).values(status=RoundStatus.CLOSING))

    with pytest.raises(CodeClosed):
        ballot_box.submit(context, codes_[6], sheet(4))
    closing.close(context, open_period, "test", now)

    made = sealed_store.load(context.engine, open_period).release
    assert int(made.respondents[made.place["wmo-oost"]]) == 6


def test_the_sweep_destroys_keys_of_sealed_rounds_and_old_orphans_only(
    context: AppContext, open_period: str, questions: Questionnaire, now: datetime
) -> None:
    sealed = rounds.get(context.engine, open_period)
    left_over = context.keys.read(sealed.key_name) or b""
    closing.close(context, open_period, "test", now)
    context.keys.write(sealed.key_name, left_over)  # as after a crash right after the commit
    context.keys.write("round-orphan", b"x" * 64)
    context.keys.write("vent-something", b"x" * 32)
    alive = rounds.open_round(context, "2026-12", questions, None, "test", now).key_name

    closing.sweep(context, now)
    assert context.keys.names() == tuple(sorted([alive, "round-orphan", "vent-something"]))
    closing.sweep(context, datetime.now(now.tzinfo) + timedelta(hours=2))
    assert context.keys.names() == tuple(sorted([alive, "vent-something"]))
