"""What another questionnaire changes: statements, answers, marks, and which themes begin anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from monitor.locale import texts
from monitor.pulse.questionnaire import Question, Questionnaire, Theme
from monitor.pulse.questionnaire_changes import ThemeStatus, asks_otherwise, changes
from monitor.pulse.questionnaire_words import scale_words, theme_words
from monitor.pulse.rounds.questionnaire_in_use import ours

BEFORE = ours("2026-1")
Edit = Callable[[Theme], Theme]


def edited(edit: Edit) -> Questionnaire:
    """The first questionnaire with its first theme edited."""
    return replace(BEFORE, version="eigen-1", themes=(edit(BEFORE.themes[0]), *BEFORE.themes[1:]))


def with_first(question: Question) -> Edit:
    """An edit that puts this statement in the place of the first."""
    return lambda theme: replace(theme, questions=(question, *theme.questions[1:]))


FIRST = BEFORE.themes[0].questions[0]


def other_text(**text: str) -> Edit:
    """An edit that gives the first statement another text in these languages."""
    return with_first(replace(FIRST, text={**FIRST.text, **text}))


def test_ours_of_november_and_the_newest() -> None:
    change = changes(BEFORE, ours("2026-2"))

    assert {each.theme.key: each.status for each in change.themes} == {
        "respect": ThemeStatus.RESTARTS,
        "druk": ThemeStatus.RESTARTS,
        "steun": ThemeStatus.RESTARTS,
        "opvolging": ThemeStatus.NEW,
    }
    back = changes(ours("2026-2"), BEFORE)
    assert back.themes[-1].status is ThemeStatus.REMOVED
    assert [question.key for question in change.themes[0].removed] == ["iemand_zegt_er_iets_van"]
    assert [question.key for question in change.themes[0].added] == ["er_iets_van_zeggen"]


def test_only_statements_that_stay_can_come_in_another_order() -> None:
    first, *others = BEFORE.themes[0].questions
    added = replace(first, key="een_andere")
    for questions, is_reordered in (
        ((*others, first), True),
        ((added, first, *others), False),
        ((added, *others), False),
        (tuple(others), False),
    ):
        edit = edited(lambda theme, new=questions: replace(theme, questions=new))
        (change, *_) = changes(BEFORE, edit).themes
        assert change.is_reordered is is_reordered

    one_less = replace(BEFORE, themes=BEFORE.themes[1:])
    assert not any(change.is_reordered for change in changes(BEFORE, one_less).themes)
    assert not any(change.is_reordered for change in changes(one_less, BEFORE).themes)


@pytest.mark.parametrize(
    ("edit", "restarts"),
    [
        (other_text(nl="Iets heel anders."), True),
        (with_first(replace(FIRST, key="een_andere")), True),
        (lambda theme: replace(theme, questions=theme.questions[1:]), True),
        (lambda theme: replace(theme, questions=theme.questions[::-1]), True),
        (other_text(nl=FIRST.text["nl"].upper().replace(".", " !")), False),
        (other_text(en="Something else."), False),
        (other_text(fr="Autre chose."), False),
        (lambda theme: replace(theme, title={"nl": "Anders"}), False),
        (with_first(replace(FIRST, team_only=True)), False),
    ],
)
def test_a_theme_begins_anew_when_it_asks_something_else(edit: Edit, restarts: bool) -> None:
    after = edited(edit)

    assert asks_otherwise(BEFORE, after, "respect") is restarts
    assert asks_otherwise(after, BEFORE, "respect") is restarts
    assert not asks_otherwise(BEFORE, after, "druk")
    (first, *others) = changes(BEFORE, after).themes
    assert first.status is (ThemeStatus.RESTARTS if restarts else ThemeStatus.SAME)
    assert {each.status for each in others} == {ThemeStatus.SAME}


def test_other_words_for_the_answers_break_every_theme() -> None:
    after = replace(BEFORE, version="eigen-1", scale=({"nl": "Nooit"}, *BEFORE.scale[1:]))
    change = changes(BEFORE, after)

    assert {each.status for each in change.themes} == {ThemeStatus.RESTARTS}
    assert "Nooit" in scale_words(change, texts("nl"))[0]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_change_has_a_sentence(language: str) -> None:
    after = edited(
        lambda theme: replace(
            other_text(nl="Iets heel anders.")(theme),
            signals=False,
            team_only=True,
            not_applicable=True,
        )
    )
    both_ways = (changes(BEFORE, after), changes(after, BEFORE))
    marked = edited(with_first(replace(FIRST, team_only=True)))
    both_ways += (changes(BEFORE, marked), changes(marked, BEFORE))

    for change in both_ways:
        assert theme_words(change, texts(language))[0].lines
    (line,) = theme_words(changes(marked, BEFORE), texts("nl"))[0].lines
    assert FIRST.text["nl"] in line
    assert "hoger" in line  # whoever leads above sees it from then on


REVERSED = "Nobody here respects me."


@pytest.mark.parametrize(
    ("edit", "unseen"),
    [
        # Another text in a language that whoever confirms does not read, alone or beside another.
        (other_text(en=REVERSED), REVERSED),
        (other_text(nl=FIRST.text["nl"] + " Echt.", en=REVERSED), REVERSED),
        (other_text(fr="Personne."), "Personne."),
        (with_first(replace(FIRST, text={"nl": FIRST.text["nl"]})), FIRST.text["en"]),
        # A sign that turns it round, and that is no letter.
        (other_text(nl=FIRST.text["nl"] + " \N{THUMBS DOWN SIGN}"), "\N{THUMBS DOWN SIGN}"),
        # The name of another theme.
        (lambda theme: replace(theme, title=BEFORE.themes[1].title), BEFORE.themes[1].title["nl"]),
        # The same statement anew, in which another language says something else.
        (with_first(replace(FIRST, key="nieuw", text={**FIRST.text, "en": REVERSED})), REVERSED),
        # A theme anew, of which whoever leads above sees what was the team's own.
        (lambda theme: replace(theme, key="nieuw", not_applicable=True), "van toepassing"),
    ],
)
def test_nothing_that_is_asked_otherwise_is_kept_from_toezicht(edit: Edit, unseen: str) -> None:
    lines = theme_words(changes(BEFORE, edited(edit)), texts("nl"))[0].lines
    assert any(unseen in line for line in lines)


def test_words_of_the_scale_are_told_in_every_language() -> None:
    """In English the answers run the other way."""
    ends = (BEFORE.scale[0], BEFORE.scale[-1])
    turned = [{**label, "en": other["en"]} for label, other in zip(ends, ends[::-1], strict=True)]
    after = replace(BEFORE, scale=(turned[0], *BEFORE.scale[1:-1], turned[1]))

    lines = scale_words(changes(BEFORE, after), texts("nl"))
    assert len(lines) == 2
    assert all("(en)" in line for line in lines)
