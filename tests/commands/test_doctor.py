"""``doctor`` as people and programs read it."""

from __future__ import annotations

import json
from datetime import date

import pytest
from click.testing import CliRunner

from monitor.commands import doctor as module
from monitor.commands.doctor import UNSOUND, doctor
from monitor.locale import texts
from monitor.locale.formats import Day, Month
from monitor.operations.findings import WARNINGS, Finding, Level

T = texts("nl")
ERROR = Finding("doctor.key_missing", {"month": Month("2026-11"), "period": "2026-11"})
WARNING = Finding("doctor.backup_late", {"day": Day(date(2026, 11, 2))})


def find(monkeypatch: pytest.MonkeyPatch, *findings: Finding) -> None:
    monkeypatch.setattr(module, "examine", lambda *_: findings)


def test_each_finding_is_a_sentence_after_its_level(monkeypatch: pytest.MonkeyPatch) -> None:
    find(monkeypatch, ERROR, WARNING)

    done = CliRunner().invoke(doctor)

    assert done.exit_code == UNSOUND
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        f"Fout: {T(ERROR.key, **ERROR.words)}",
        f"Let op: {T(WARNING.key, **WARNING.words)}",
    ]


def test_a_program_gets_level_key_and_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    find(monkeypatch, ERROR, WARNING)

    done = CliRunner().invoke(doctor, ["--json"])

    assert (done.exit_code, done.stderr) == (UNSOUND, "")
    assert json.loads(done.stdout) == [
        {"level": level, "key": each.key, "text": T(each.key, **each.words)}
        for level, each in (("error", ERROR), ("warning", WARNING))
    ]


def test_of_a_sound_installation_a_program_gets_an_empty_list(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    find(monkeypatch)

    as_json, in_words = (CliRunner().invoke(doctor, arguments) for arguments in (["--json"], []))

    assert (as_json.exit_code, json.loads(as_json.stdout)) == (0, [])
    assert (in_words.exit_code, in_words.stdout) == (0, f"{T('doctor.sound')}\n")


def test_what_is_only_a_warning_has_a_sentence() -> None:
    for key in WARNINGS:
        assert T.has(key)
        assert Finding(key).level is Level.WARNING
