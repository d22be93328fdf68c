"""The questionnaire we ship, and what an organisation may make of it."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config.folders import DEFAULTS
from monitor.errors import InputRefused
from monitor.locale import texts
from monitor.pulse.ballot.envelope import MOST_QUESTIONS as FITS_AN_ENVELOPE
from monitor.pulse.questionnaire import MOST_QUESTIONS, Questionnaire, in_language, load, parse

FILE = DEFAULTS / "questionnaire.toml"
TEXT = FILE.read_text("utf-8")
LINES = TEXT.split("\n")


def line_of(start: str, number: int = 1) -> int:
    """The line of the shipped file on which `start` stands for the `number`-th time."""
    return [at for at, line in enumerate(LINES, 1) if line.startswith(start)][number - 1]


def refusal_of(text: str) -> InputRefused:
    """The refusal of a questionnaire file with that text; sayable in every language."""
    with pytest.raises(InputRefused) as refusal:
        parse(text, "vragen.toml")
    told = refusal.value
    for language in ("nl", "en"):
        said = texts(language)(told.key, **told.words)
        assert "vragen.toml" in said
        assert str(told.words["line"]) in said
    return told


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


def test_a_round_can_keep_it_and_get_the_same_back() -> None:
    shipped = load(FILE)

    kept = Questionnaire.from_json(json.loads(json.dumps(shipped.to_json())))

    assert kept == shipped
    assert kept.digest == shipped.digest


def test_any_other_text_is_another_questionnaire() -> None:
    shipped = parse(TEXT, "a.toml")

    assert parse(TEXT.replace("genoeg tijd", "tijd genoeg"), "a.toml").digest != shipped.digest
    assert parse(TEXT.replace('"2026-1"', '"2026-2"'), "a.toml").digest != shipped.digest
    assert parse(TEXT + "\n# a note\n", "b.toml").digest == shipped.digest


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


@pytest.mark.parametrize(
    ("old", "new", "key", "line"),
    [
        ('version = "2026-1"', "version = 2026", "questionnaire.version", line_of("version")),
        ('version = "2026-1"', 'version = ""', "questionnaire.version", line_of("version")),
        ('version = "2026-1"', "", "questionnaire.missing", 1),
        ('version = "2026-1"', "version = 2026-1", "questionnaire.syntax", line_of("version")),
        ('version = "2026-1"', "version 2026", "questionnaire.syntax", line_of("version")),
        (
            'version = "2026-1"',
            'version = "1"\nversion = "2"',
            "questionnaire.syntax_twice",
            line_of("version") + 1,
        ),
        ('version = "2026-1"', 'versie = "2026-1"', "questionnaire.unknown", line_of("version")),
        ('"mee eens"', '"mee eens', "questionnaire.syntax", line_of('  { nl = "mee')),
        ('{ nl = "mee eens",', "{", "questionnaire.texts", line_of('  { nl = "mee')),
        (
            '  { nl = "mee eens", en = "agree" },\n',
            "",
            "questionnaire.scale",
            line_of("scale"),
        ),
        ('key = "druk"', 'key = "Druk"', "questionnaire.key", line_of('key = "druk"')),
        ('key = "druk"', 'key = "1druk"', "questionnaire.key", line_of('key = "druk"')),
        ('key = "druk"', "key = 3", "questionnaire.key", line_of('key = "druk"')),
        ('key = "druk"', 'key = "steun"', "questionnaire.double", line_of('key = "steun"')),
        (
            'key = "tijd_om_te_helpen"',
            'key = "respect"',
            "questionnaire.double",
            line_of('key = "tijd'),
        ),
        ('title.nl = "Steun"\n', "", "questionnaire.texts", line_of('title.nl = "Steun"')),
        (
            'title.nl = "Steun"\ntitle.en = "Support"',
            'title = "Steun"',
            "questionnaire.texts",
            line_of('title.nl = "Steun"'),
        ),
        (
            'title.nl = "Steun"\ntitle.en = "Support"\n',
            "",
            "questionnaire.missing",
            line_of('key = "steun"') - 1,
        ),
        (
            'title.nl = "Steun"',
            'titel.nl = "Steun"',
            "questionnaire.unknown",
            line_of('title.nl = "Steun"'),
        ),
        (
            '"Ik had de afgelopen maand genoeg tijd om klanten goed te helpen."',
            '"  "',
            "questionnaire.text",
            line_of('text.nl = "Ik had'),
        ),
        (
            '"Ik had de afgelopen maand genoeg tijd om klanten goed te helpen."',
            '"' + "x" * 201 + '"',
            "questionnaire.text",
            line_of('text.nl = "Ik had'),
        ),
        (
            '"Ik had de afgelopen maand genoeg tijd om klanten goed te helpen."',
            '"een\\ntwee"',
            "questionnaire.text",
            line_of('text.nl = "Ik had'),
        ),
        (
            'text.nl = "Ik had de afgelopen maand genoeg tijd om klanten goed te helpen."',
            "text.nl = 4",
            "questionnaire.text",
            line_of('text.nl = "Ik had'),
        ),
        (
            'text.nl = "Ik had',
            'omgekeerd = true\ntext.nl = "Ik had',
            "questionnaire.unknown",
            line_of('text.nl = "Ik had'),
        ),
        (
            'key = "tijd_om_te_helpen"\n',
            "",
            "questionnaire.missing",
            line_of('key = "tijd') - 1,
        ),
    ],
)
def test_a_wrong_file_is_refused_at_the_line_that_is_wrong(
    old: str, new: str, key: str, line: int
) -> None:
    assert TEXT.count(old) == 1 or key == "questionnaire.syntax"

    refusal = refusal_of(TEXT.replace(old, new))

    assert (refusal.key, refusal.words["line"]) == (key, line)


def test_a_fault_in_the_english_points_at_the_english_line() -> None:
    english = line_of('text.en = "In the past month, I had enough')
    wrong = [*LINES[: english - 1], 'text.en = ""', *LINES[english:]]

    refusal = refusal_of("\n".join(wrong))

    assert (refusal.words["field"], refusal.words["line"]) == ("text.en", english)


def theme(number: int, questions: int) -> str:
    """A theme with that many questions."""
    asked = "".join(
        f'[[theme.question]]\nkey = "t{number}q{at}"\ntext = {{ nl = "Tekst" }}\n'
        for at in range(questions)
    )
    return f'[[theme]]\nkey = "t{number}"\ntitle = {{ nl = "Titel" }}\n{asked}'


HEAD = TEXT[: TEXT.index("[[theme]]")]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (HEAD, "questionnaire.missing"),
        (HEAD + "theme = []\n", "questionnaire.themes"),
        (HEAD + "".join(theme(n, 1) for n in range(11)), "questionnaire.themes"),
        (HEAD + theme(1, 21), "questionnaire.questions"),
        (HEAD + theme(1, 0), "questionnaire.missing"),
        (HEAD + theme(1, 0) + "question = []\n", "questionnaire.questions"),
        (HEAD + theme(1, 0) + "question = [1]\n", "questionnaire.missing"),
        (HEAD + "theme = 3\n", "questionnaire.missing"),
        (HEAD + "theme = [1, 2]\n", "questionnaire.missing"),
        (HEAD + "".join(theme(n, 14) for n in range(3)), "questionnaire.too_many"),
        ("scale = [1, 2]", "questionnaire.missing"),
        ("[" * 100_000, "questionnaire.syntax"),
        ("", "questionnaire.missing"),
    ],
)
def test_other_shapes_are_refused(text: str, key: str) -> None:
    assert refusal_of(text).key == key


def test_the_largest_questionnaire_fits_an_envelope() -> None:
    largest = parse(HEAD + theme(1, 20) + theme(2, 20), "groot.toml")

    assert len(largest.questions) == MOST_QUESTIONS <= FITS_AN_ENVELOPE


def test_a_questionnaire_without_english_is_taken() -> None:
    assert in_language(parse(HEAD + theme(1, 2), "a.toml").questions[1].text, "en") == "Tekst"


@given(
    st.lists(
        st.tuples(
            st.integers(0, len(LINES) - 1),
            st.sampled_from(["drop", "double", "cut", "swap", "quote", "number"]),
        ),
        min_size=1,
        max_size=4,
    )
)
@settings(max_examples=300, deadline=None)
def test_any_slip_of_the_pen_is_taken_or_refused_at_a_line_of_the_file(
    slips: list[tuple[int, str]],
) -> None:
    lines = list(LINES)
    for at, slip in slips:
        line = lines[at % len(lines)]
        lines[at % len(lines)] = {
            "drop": "",
            "double": f"{line}\n{line}",
            "cut": line[: len(line) // 2],
            "swap": line[::-1],
            "quote": line.replace('"', "'", 1),
            "number": line.split("=")[0] + "= 7",
        }[slip]
    text = "\n".join(lines)
    try:
        made = parse(text, "vragen.toml")
    except InputRefused:
        line_number = int(str(refusal_of(text).words["line"]))
        assert 1 <= line_number <= text.count("\n") + 1
    else:
        assert tomllib.loads(text)["version"] == made.version
        assert len(made.scale) == 5


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_text_is_refused(text: str) -> None:
    assert refusal_of(text).key.startswith("questionnaire.")


def test_a_file_is_read_in_an_instant() -> None:
    start = process_time()

    load(FILE)

    assert process_time() - start < 0.2
