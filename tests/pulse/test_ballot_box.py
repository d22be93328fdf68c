"""The ballot box on a real store: what codes open, and that each counts once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

import pytest

from monitor.context import AppContext
from monitor.errors import (
    CodeClosed,
    CodeMalformed,
    CodeSpent,
    CodeUnknown,
    InputRefused,
    KeyMissing,
    StoreBusy,
)
from monitor.pulse.ballot import ballot_box, code_lookup
from monitor.pulse.count import closing
from monitor.pulse.invitations import codes
from monitor.pulse.questionnaire import Questionnaire
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.rounds import RoundStatus
from monitor.store.engine import open_store
from monitor.store.tables import envelope
from tests.pulse.conftest import Sheet, codes_for, rows_in


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


def test_several_sheets_go_in_together_and_each_result_concerns_its_own_code_only(
    context: AppContext, open_period: str, sheet: Sheet, now: datetime
) -> None:
    used, once, twice, fresh = codes_for(context, open_period, now, wmo_oost=4)["wmo-oost"]
    ballot_box.submit(context, used, sheet(1))
    typed = [used, once, twice, codes.show(twice).lower(), codes.new_code(open_period), "nonsense"]

    lookups = code_lookup.look_up(context, typed)
    slots = [lookup[1] for lookup in lookups if isinstance(lookup, tuple)]
    results = ballot_box.submit_sheets(context, [(slot, sheet(3)) for slot in slots])

    assert [type(lookup) for lookup in lookups] == [tuple] * 4 + [CodeUnknown, CodeMalformed]
    assert [type(result) for result in results] == [CodeSpent, type(None), type(None), CodeSpent]
    assert rows_in(context, envelope) == 3

    again = ballot_box.submit_all(context, [(code, sheet(3)) for code in (*typed, fresh)])

    refused = [CodeSpent] * 4 + [CodeUnknown, CodeMalformed]
    assert [type(result) for result in again] == [*refused, type(None)]
    assert rows_in(context, envelope) == 4
    assert len(ballot_box.submit_all(context, [("nonsense", sheet(3))])) == 1


def test_when_one_sheet_does_not_fit_none_of_its_batch_goes_in(
    context: AppContext, open_period: str, sheet: Sheet, now: datetime
) -> None:
    typed = codes_for(context, open_period, now, wmo_oost=2)["wmo-oost"]
    lookups = code_lookup.look_up(context, typed)
    slots = [lookup[1] for lookup in lookups if isinstance(lookup, tuple)]

    with pytest.raises(InputRefused):
        ballot_box.submit_sheets(context, [(slots[0], sheet(3)), (slots[1], (6,) * 9)])

    assert rows_in(context, envelope) == 0
    for code in typed:
        ballot_box.submit(context, code, sheet(3))


def test_sheets_looked_up_before_the_close_are_all_refused_after_it(
    context: AppContext, open_period: str, sheet: Sheet, now: datetime
) -> None:
    typed = codes_for(context, open_period, now, wmo_oost=2)["wmo-oost"]
    lookups = code_lookup.look_up(context, typed)
    slots = [lookup[1] for lookup in lookups if isinstance(lookup, tuple)]
    closing.close(context, open_period, "test", now)

    results = ballot_box.submit_sheets(context, [(slot, sheet(3)) for slot in slots])

    assert [type(result) for result in results] == [CodeClosed, CodeClosed]
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
    impatient = replace(context, engine=open_store(context.settings.database_url, patience=0.05))

    with pytest.raises(StoreBusy):
        ballot_box.submit(impatient, code, sheet(4))
    other.rollback()
    other.close()

    ballot_box.submit(impatient, code, sheet(4))
    impatient.engine.dispose()


class Form:
    """What somebody filled in."""

    def __init__(self, *answers: int) -> None:
        self.answers = answers
        self.may_be_submitted = any(answers)

    def __call__(self, _questionnaire: Questionnaire) -> Form:
        """Read with the questions of the round."""
        return self


def test_of_forms_that_come_together_each_gets_its_own_outcome(
    context: AppContext, open_period: str, sheet: Sheet, now: datetime
) -> None:
    own = codes_for(context, open_period, now, wmo_oost=4)["wmo-oost"]
    ballot_box.submit(context, own[3], sheet(2))
    blank, filled = Form(*sheet(0)), [Form(*sheet(4)), Form(*sheet(5)), Form(*sheet(1))]
    typed = ["no code", own[0], own[1], own[3], own[2]]
    forms = [filled[0], blank, filled[0], filled[1], filled[2]]

    looked_up = code_lookup.look_up(context, typed)
    results = ballot_box.submit_forms(context, list(zip(looked_up, forms, strict=True)))

    assert isinstance(results[0], CodeMalformed)
    assert isinstance(results[3], CodeSpent)
    forms_back = [r.form for r in results if isinstance(r, ballot_box.Submission)]
    assert forms_back == [blank, filled[0], filled[2]]
    assert not any(r.store_busy for r in results if isinstance(r, ballot_box.Submission))
    assert rows_in(context, envelope) == 3


def test_of_blank_forms_alone_nothing_is_stored(
    context: AppContext, open_period: str, sheet: Sheet, now: datetime
) -> None:
    (code,) = codes_for(context, open_period, now, wmo_oost=1)["wmo-oost"]
    (opened,) = code_lookup.look_up(context, [code])

    (result,) = ballot_box.submit_forms(context, [(opened, Form(*sheet(0)))])

    assert isinstance(result, ballot_box.Submission)
    assert rows_in(context, envelope) == 0


def test_what_spends_a_code_does_not_show_its_fingerprint(
    context: AppContext, open_period: str, now: datetime
) -> None:
    (code,) = codes_for(context, open_period, now, wmo_oost=1)["wmo-oost"]
    (opened,) = code_lookup.look_up(context, [code])
    assert isinstance(opened, tuple)

    assert repr(opened[1].fingerprint) not in repr(opened)
    assert repr(opened[1].key.code_key) not in repr(opened)
