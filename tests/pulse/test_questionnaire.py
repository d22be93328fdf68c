"""The questionnaire we ship, and how it is stored and read."""

from __future__ import annotations

import json
from pathlib import Path
from time import process_time

import pytest

from monitor.config.folders import DEFAULTS
from monitor.errors import InputRefused
from monitor.pulse.questionnaire import (
    LONGEST_QUESTION,
    LONGEST_TITLE,
    Question,
    Questionnaire,
    Theme,
    in_language,
    load,
    parse,
)
from tests.questions import questionnaire_text

FILE = DEFAULTS / "questionnaire.toml"
TEXT = FILE.read_text("utf-8")


def test_the_shipped_questionnaire_has_three_themes_of_three_questions() -> None:
    shipped = load(FILE)

    assert [theme.key for theme in shipped.themes] == ["respect", "druk", "steun"]
    assert [len(theme.questions) for theme in shipped.themes] == [3, 3, 3]
    assert len(shipped.scale) == 5


def test_every_shipped_text_is_there_in_both_languages() -> None:
    shipped = load(FILE)
    all_texts = [*shipped.scale, *(theme.title for theme in shipped.themes)]
    all_texts += [question.text for question in shipped.questions]

    for text in all_texts:
        assert set(text) == {"nl", "en"}


def test_every_shipped_question_is_about_the_past_month() -> None:
    for question in load(FILE).questions:
        assert "de afgelopen maand" in question.text["nl"]
        assert question.text["en"].startswith("In the past month, ")


def test_no_shipped_question_is_about_health() -> None:
    about_health = ("gezond", "ziek", "slaap", "slapen", "stress", "moe ", "burn", "klacht")
    for question in load(FILE).questions:
        assert not any(word in question.text["nl"].lower() for word in about_health)


def test_a_questionnaire_is_the_same_after_being_stored() -> None:
    shipped = load(FILE)

    stored = Questionnaire.from_json(json.loads(json.dumps(shipped.to_json())))

    assert stored == shipped
    assert stored.digest == shipped.digest


def test_the_order_of_languages_in_the_file_makes_no_other_questionnaire() -> None:
    texts = [("nl", "Het is goed."), ("en", "It is good.")]
    one, other = (
        Questionnaire("1", (), (Theme("t", {}, (Question("q", dict(order)),)),))
        for order in (texts, texts[::-1])
    )

    assert one.digest == other.digest


def test_another_text_makes_another_questionnaire() -> None:
    shipped = parse(TEXT, "a.toml")

    assert parse(TEXT.replace("genoeg tijd", "tijd genoeg"), "a.toml").digest != shipped.digest
    assert parse(TEXT.replace('"2026-1"', '"2026-2"'), "a.toml").digest != shipped.digest
    assert parse(TEXT + "\n# a note\n", "b.toml").digest == shipped.digest


@pytest.mark.parametrize(
    ("line", "most"), [("Het is fijn.", LONGEST_QUESTION), ("Werk", LONGEST_TITLE)]
)
def test_a_text_may_be_as_long_as_there_is_room_for(line: str, most: int) -> None:
    text = questionnaire_text(werk=("fijn",))

    assert parse(text.replace(line, " " + "x" * most), "a.toml")
    with pytest.raises(InputRefused):
        parse(text.replace(line, "x" * (most + 1)), "a.toml")


def test_a_missing_language_falls_back_to_dutch() -> None:
    text = {"nl": "Steun", "en": "Support"}

    assert in_language(text, "en") == "Support"
    assert in_language(text, "fr") == "Steun"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_file_may_come_from_any_editor(encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "vragen.toml"
    file.write_bytes(TEXT.replace("\n", "\r\n").encode(encoding))

    assert load(file) == load(FILE)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as refusal:
        load(tmp_path / "vragen.toml")

    assert refusal.value.key == "file.missing"


def test_a_file_is_read_quickly() -> None:
    start = process_time()

    load(FILE)

    assert process_time() - start < 0.2
