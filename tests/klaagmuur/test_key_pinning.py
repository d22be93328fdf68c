"""What the pins in the key folder make of rows, whatever the rows say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from monitor.klaagmuur import key_pinning
from monitor.klaagmuur.key_pinning import ENDED, LATER, PREFIX, WATCHING
from monitor.klaagmuur.quarters import ANNOUNCED
from monitor.klaagmuur.readers import Luisteraar, counting_keys
from monitor.store.key_folder import KeyFolder

SEEN = date(2026, 11, 3)
TODAY = date(2026, 11, 20)
ROW = Luisteraar("id", "account", "Noor", b"public", announced_on=SEEN, active_from=SEEN)
DAY = timedelta(days=1)


@pytest.fixture
def keys(tmp_path: Path) -> KeyFolder:
    """A key folder that has seen keys before."""
    folder = KeyFolder(tmp_path / "keys")
    folder.write(WATCHING, b"2026-01-01")
    return folder


def pin(keys: KeyFolder, day: date, prefix: str = PREFIX) -> None:
    """Write a day down for the key of `ROW`."""
    keys.write(key_pinning._file_name(ROW, prefix), day.isoformat().encode())


def dates(keys: KeyFolder, row: Luisteraar = ROW) -> tuple[date, date, date | None]:
    """From when a row counts, as believed."""
    (believed,) = key_pinning.believed(keys, [row], TODAY)
    return believed.announced_on, believed.active_from, believed.ended_on


def test_a_first_key_is_believed_on_the_day_it_was_seen(keys: KeyFolder) -> None:
    pin(keys, SEEN)
    assert dates(keys) == (SEEN, SEEN, None)


def test_a_later_key_waits_its_two_weeks_whatever_its_row_says(keys: KeyFolder) -> None:
    pin(keys, SEEN)
    pin(keys, SEEN, LATER)
    assert dates(keys) == (SEEN, SEEN + ANNOUNCED, None)
    later = replace(ROW, active_from=SEEN + 2 * ANNOUNCED)
    assert dates(keys, later) == (SEEN, SEEN + 2 * ANNOUNCED, None)


def test_a_row_dated_back_counts_from_when_it_was_seen(keys: KeyFolder) -> None:
    pin(keys, SEEN)
    back = replace(ROW, announced_on=SEEN - DAY, active_from=SEEN - DAY)
    assert dates(keys, back) == (SEEN, SEEN + ANNOUNCED, None)


def test_a_key_that_was_never_seen_is_announced_today(keys: KeyFolder) -> None:
    assert dates(keys) == (TODAY, TODAY + ANNOUNCED, None)


def test_the_day_in_a_signed_row_is_part_of_what_was_signed(keys: KeyFolder) -> None:
    pin(keys, SEEN)
    pin(keys, SEEN, LATER)
    assert dates(keys, replace(ROW, signed_by="other")) == (SEEN, SEEN, None)


@pytest.mark.parametrize("row_ends", [None, TODAY, SEEN])
def test_an_ending_stays(keys: KeyFolder, row_ends: date | None) -> None:
    pin(keys, SEEN)
    pin(keys, SEEN + DAY, ENDED)
    first = min(SEEN + DAY, row_ends or TODAY)
    assert dates(keys, replace(ROW, ended_on=row_ends)) == (SEEN, SEEN, first)


def test_without_any_pin_the_rows_are_believed(tmp_path: Path) -> None:
    back = replace(ROW, announced_on=SEEN - DAY, active_from=SEEN - DAY)
    assert dates(KeyFolder(tmp_path / "keys"), back) == (SEEN - DAY, SEEN - DAY, None)


def test_the_keys_that_count_are_the_accounts_own_and_neither_ended_nor_to_come() -> None:
    other = replace(ROW, id="other", account="other")
    ended = replace(ROW, id="ended", ended_on=TODAY)
    later = replace(ROW, id="later", active_from=TODAY + DAY)

    counting = counting_keys("account", [ROW, other, ended, later], TODAY)

    assert [each.id for each in counting] == ["id"]
    assert [each.id for each in counting_keys("other", [ROW, other], TODAY)] == ["other"]
