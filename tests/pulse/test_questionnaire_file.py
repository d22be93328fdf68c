"""The file of a questionnaire: what is accepted, and how a faulty one is refused."""

from __future__ import annotations

import re
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config.folders import DEFAULTS
from monitor.errors import InputRefused
from monitor.locale import texts
from monitor.pulse.ballot.envelope import MOST_QUESTIONS as FITS_AN_ENVELOPE
from monitor.pulse.questionnaire import MOST_QUESTIONS, in_language, parse

TEXT = (DEFAULTS / "questionnaire.toml").read_text("utf-8")
LINES = TEXT.split("\n")


def line_of(start: str) -> int:
    """The number of the first line of the shipped file that begins with `start`."""
    return next(number for number, line in enumerate(LINES, 1) if line.startswith(start))


def place_of(refusal: InputRefused, language: str = "nl") -> str:
    """Where in the file a refusal says the fault is, as its reader sees it."""
    words = {"place": refusal.words["place"], "field": "", "known": ""}
    sentence = texts(language)("questionnaire.unknown", **words)
    return sentence.removeprefix("In ").partition(":")[0]


def refusal_of(text: str) -> InputRefused:
    """The refusal of a questionnaire file with that text; it names the place in each language."""
    with pytest.raises(InputRefused) as raised:
        parse(text, "vragen.toml")
    refusal = raised.value
    for language in ("nl", "en"):
        sentence = texts(language)(refusal.key, **refusal.words)
        assert "vragen.toml" in sentence
        if refusal.key.startswith("toml."):
            assert str(refusal.words["line"]) in sentence
        else:
            assert place_of(refusal, language) in sentence
    return refusal


@pytest.mark.parametrize(
    ("old", "new", "key", "line"),
    [
        ('version = "2026-1"', "version = 2026-1", "toml.syntax", line_of("version")),
        ('version = "2026-1"', "version 2026", "toml.syntax", line_of("version")),
        (
            'version = "2026-1"',
            'version = "1"\nversion = "2"',
            "toml.twice",
            line_of("version") + 1,
        ),
        ('"mee eens"', '"mee eens', "toml.syntax", line_of('  { nl = "mee')),
    ],
)
def test_a_file_that_is_not_toml_is_refused_at_the_line_that_is_wrong(
    old: str, new: str, key: str, line: int
) -> None:
    refusal = refusal_of(TEXT.replace(old, new))

    assert (refusal.key, refusal.words["line"]) == (key, line)


HELP = "vragen.toml, thema 'druk', stelling 'tijd_om_te_helpen'"
HELP_TEXT = '"Ik had de afgelopen maand genoeg tijd om klanten goed te helpen."'


@pytest.mark.parametrize(
    ("old", "new", "key", "place"),
    [
        ('version = "2026-1"', "version = 2026", "questionnaire.version", "vragen.toml"),
        ('version = "2026-1"', 'version = ""', "questionnaire.version", "vragen.toml"),
        ('version = "2026-1"', "", "questionnaire.missing", "vragen.toml"),
        ('version = "2026-1"', 'versie = "2026-1"', "questionnaire.unknown", "vragen.toml"),
        (
            '{ nl = "mee eens",',
            "{",
            "questionnaire.texts",
            "vragen.toml, antwoord 4 van de schaal",
        ),
        ('  { nl = "mee eens", en = "agree" },\n', "", "questionnaire.scale", "vragen.toml"),
        ('key = "druk"', 'key = "Druk"', "questionnaire.key", "vragen.toml, thema 2"),
        ('key = "druk"', 'key = "1druk"', "questionnaire.key", "vragen.toml, thema 2"),
        ('key = "druk"', "key = 3", "questionnaire.key", "vragen.toml, thema 2"),
        ('key = "druk"', 'key = "steun"', "questionnaire.double", "vragen.toml, thema 3"),
        (
            'key = "tijd_om_te_helpen"',
            'key = "respect"',
            "questionnaire.double",
            "vragen.toml, thema 'druk', stelling 1",
        ),
        ('title.nl = "Steun"\n', "", "questionnaire.texts", "vragen.toml, thema 'steun'"),
        (
            'title.nl = "Steun"\ntitle.en = "Support"',
            'title = "Steun"',
            "questionnaire.texts",
            "vragen.toml, thema 'steun'",
        ),
        (
            'title.nl = "Steun"\ntitle.en = "Support"\n',
            "",
            "questionnaire.missing",
            "vragen.toml, thema 'steun'",
        ),
        (
            'title.nl = "Steun"',
            'titel.nl = "Steun"',
            "questionnaire.unknown",
            "vragen.toml, thema 'steun'",
        ),
        (HELP_TEXT, '"  "', "questionnaire.text", HELP),
        (HELP_TEXT, '"' + "x" * 201 + '"', "questionnaire.text", HELP),
        (HELP_TEXT, '"een\\ntwee"', "questionnaire.text", HELP),
        (f"text.nl = {HELP_TEXT}", "text.nl = 4", "questionnaire.text", HELP),
        (
            'text.nl = "Ik had',
            'omgekeerd = true\ntext.nl = "Ik had',
            "questionnaire.unknown",
            HELP,
        ),
        (
            'key = "tijd_om_te_helpen"\n',
            "",
            "questionnaire.missing",
            "vragen.toml, thema 'druk', stelling 1",
        ),
    ],
)
def test_a_wrong_file_is_refused_with_the_theme_and_statement_that_are_wrong(
    old: str, new: str, key: str, place: str
) -> None:
    assert TEXT.count(old) == 1

    refusal = refusal_of(TEXT.replace(old, new))

    assert (refusal.key, place_of(refusal)) == (key, place)


def test_the_place_of_a_fault_is_named_in_the_language_of_the_reader() -> None:
    refusal = refusal_of(TEXT.replace('key = "tijd_om_te_helpen"', 'key = "Tijd"'))

    assert place_of(refusal, "nl") == "vragen.toml, thema 'druk', stelling 1"
    assert place_of(refusal, "en") == "vragen.toml, theme 'druk', statement 1"


def test_a_fault_in_the_english_names_the_english_text() -> None:
    english = line_of('text.en = "In the past month, I had enough')
    wrong = [*LINES[: english - 1], 'text.en = ""', *LINES[english:]]

    refusal = refusal_of("\n".join(wrong))

    assert (refusal.words["field"], place_of(refusal)) == ("text.en", HELP)


def theme(number: int, questions: int) -> str:
    """A theme with that many questions, in TOML."""
    statements = "".join(
        f'[[theme.question]]\nkey = "t{number}q{question}"\ntext = {{ nl = "Tekst" }}\n'
        for question in range(questions)
    )
    return f'[[theme]]\nkey = "t{number}"\ntitle = {{ nl = "Titel" }}\n{statements}'


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
        ("[" * 100_000, "toml.syntax"),
        ("", "questionnaire.missing"),
    ],
)
def test_other_shapes_are_refused(text: str, key: str) -> None:
    assert refusal_of(text).key == key


def test_the_largest_questionnaire_fits_an_envelope() -> None:
    largest = parse(HEAD + theme(1, 20) + theme(2, 20), "groot.toml")

    assert len(largest.questions) == MOST_QUESTIONS <= FITS_AN_ENVELOPE


def test_a_questionnaire_without_english_is_accepted() -> None:
    assert in_language(parse(HEAD + theme(1, 2), "a.toml").questions[1].text, "en") == "Tekst"


@pytest.mark.slow
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
def test_any_slip_of_the_pen_is_accepted_or_refused_at_a_place_in_the_file(
    slips: list[tuple[int, str]],
) -> None:
    lines = list(LINES)
    for number, slip in slips:
        line = lines[number]
        lines[number] = {
            "drop": "",
            "double": f"{line}\n{line}",
            "cut": line[: len(line) // 2],
            "swap": line[::-1],
            "quote": line.replace('"', "'", 1),
            "number": line.split("=")[0] + "= 7",
        }[slip]
    text = "\n".join(lines)
    try:
        questionnaire = parse(text, "vragen.toml")
    except InputRefused:
        refusal = refusal_of(text)
        if "line" in refusal.words:
            assert 1 <= int(str(refusal.words["line"])) <= text.count("\n") + 1
        else:
            assert all(f'"{key}"' in text for key in re.findall("'(.+?)'", place_of(refusal)))
    else:
        assert tomllib.loads(text)["version"] == questionnaire.version
        assert len(questionnaire.scale) == 5


@pytest.mark.slow
@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_text_is_refused(text: str) -> None:
    assert refusal_of(text).key.startswith(("questionnaire.", "toml."))
