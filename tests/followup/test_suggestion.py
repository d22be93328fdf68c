from __future__ import annotations

import tomllib
from itertools import chain, combinations

import pytest

from monitor.config.folders import DEFAULTS
from monitor.followup.advice import Advice, Level
from monitor.followup.methods import MethodBook
from monitor.followup.suggestion import Direction, Suggestion, suggest

DOWN, UP, NONE = Direction.DOWN, Direction.UP, Direction.NONE
QUESTIONNAIRES = [
    tomllib.loads((DEFAULTS / name).read_text("utf-8"))
    for name in ("questionnaire.toml", "questionnaire-2026-2.toml")
]
THEMES = {
    theme["key"]: list(
        dict.fromkeys(
            question["key"]
            for asked in QUESTIONNAIRES
            for other in asked["theme"]
            if other["key"] == theme["key"]
            for question in other["question"]
        )
    )
    for theme in QUESTIONNAIRES[0]["theme"]
}
"""The statements of every watched theme, in any version."""


def keys(suggestion: Suggestion) -> list[str]:
    return [method.key for method in suggestion.methods]


@pytest.mark.parametrize(
    ("theme", "statement", "first", "then", "level"),
    [
        ("respect", "klant_mag_meeluisteren", "uitkomsten_lezen", "hoe_praten_wij", Level.TEAM),
        ("respect", "iemand_zegt_er_iets_van", "uitkomsten_lezen", "hoe_praten_wij", Level.TEAM),
        ("respect", "mens_blijven_zien", "praktijkdialoog", "klant_aan_tafel", Level.TEAM),
        ("druk", "tijd_om_te_helpen", "werkdrukgesprek", "arenagesprek", Level.ORGANISATION),
        ("druk", "contact_vol_te_houden", "korte_nabespreking", "reflectieronde", Level.TEAM),
        ("druk", "doen_wat_goed_is", "cura_kort", "moreel_beraad", Level.LEADER),
        (
            "steun",
            "leidinggevende_staat_achter_mij",
            "uitkomsten_lezen",
            "waar_sta_ik",
            Level.LEADER,
        ),
        ("steun", "beslissing_bespreken", "intervisie", "moreel_beraad", Level.TEAM),
        ("steun", "stoom_afblazen", "korte_nabespreking", "uitkomsten_lezen", Level.TEAM),
    ],
)
def test_what_fell_decides_what_to_begin_with(
    book: MethodBook, theme: str, statement: str, first: str, then: str, level: Level
) -> None:
    suggestion = suggest(book, theme, DOWN, statement)

    assert keys(suggestion)[:2] == [first, then]
    assert suggestion.levels[0] is level
    assert suggestion.may_plan


def test_letting_off_steam_begins_with_the_luisteraar(book: MethodBook) -> None:
    assert suggest(book, "steun", DOWN, "stoom_afblazen").card == "luisteraar_bekend"


def test_pressure_goes_before_respect(book: MethodBook) -> None:
    both = suggest(book, "respect", DOWN, "klant_mag_meeluisteren", also_fell={"druk"})

    assert both == suggest(book, "druk", DOWN, also_fell={"respect"})
    assert "werkdrukgesprek" in keys(both)
    assert "hoe_praten_wij" not in keys(both)
    assert both.levels[0] is Level.ORGANISATION
    assert both.note is not None
    assert both.note["nl"] == "Begin bij het werk zelf."


def test_respect_alone_still_asks_about_the_work_first(book: MethodBook) -> None:
    alone = suggest(book, "respect", DOWN, "klant_mag_meeluisteren")

    assert "ruimte in het werk" in alone.ask["nl"]


@pytest.mark.parametrize("fell", [{"steun"}, {"steun", "druk"}])
def test_several_at_once_concerns_the_organisation(book: MethodBook, fell: set[str]) -> None:
    suggestion = suggest(book, "respect", DOWN, also_fell=fell)

    assert suggestion.levels == (Level.ORGANISATION,)
    assert keys(suggestion)[0] == "uitkomsten_lezen"
    assert "personen" in suggestion.leader_must_not["nl"]


def test_after_aggression_no_conversation_is_planned(book: MethodBook) -> None:
    for theme, statements in THEMES.items():
        for statement in ("", *statements):
            suggestion = suggest(book, theme, DOWN, statement, THEMES, aggression=True)

            assert not suggestion.may_plan
            assert suggestion.methods == ()
            assert suggestion.card == "agressie"


def test_contact_that_fell_asks_whether_there_was_aggression(book: MethodBook) -> None:
    suggestion = suggest(book, "druk", DOWN, "contact_vol_te_houden")

    assert suggestion.asks_aggression
    assert "agressie" in suggestion.ask["nl"]


@pytest.mark.parametrize(
    ("theme", "direction", "also_fell", "by_other"),
    [
        ("steun", DOWN, (), True),
        ("respect", DOWN, ("steun",), True),
        ("respect", UP, ("steun",), True),
        ("respect", DOWN, (), False),
        ("steun", UP, (), False),
        ("steun", NONE, (), False),
    ],
)
def test_the_leidinggevende_does_not_lead_when_support_fell(
    book: MethodBook,
    theme: str,
    direction: Direction,
    also_fell: tuple[str, ...],
    by_other: bool,
) -> None:
    assert suggest(book, theme, direction, also_fell=also_fell).led_by_other is by_other


def test_what_rises_is_celebrated_and_nobody_claims_it(book: MethodBook) -> None:
    suggestion = suggest(book, "respect", UP)

    assert suggestion.note is not None
    assert suggestion.note["nl"].startswith("Vier het.")
    assert keys(suggestion)[0] == "uitkomsten_lezen"
    assert "aan jou" in suggestion.leader_must_not["nl"]


def test_without_a_change_the_rhythm_goes_on(book: MethodBook) -> None:
    assert keys(suggest(book, "druk", NONE)) == [
        "korte_nabespreking",
        "intervisie",
        "praktijkdialoog",
    ]


def test_an_unknown_statement_falls_back_on_its_theme(book: MethodBook) -> None:
    assert suggest(book, "druk", DOWN, "iets_nieuws") == suggest(book, "druk", DOWN)


def test_an_unknown_theme_still_has_a_first_question(book: MethodBook) -> None:
    suggestion = suggest(book, "opvolging", DOWN)

    assert len(suggestion.methods) == 3
    assert suggestion.ask["nl"] == "Wat veranderde er in het werk?"


def test_the_advice_names_only_statements_of_the_questionnaire(book: MethodBook) -> None:
    for item in book.advice:
        for theme in item.themes:
            assert set(item.statements) <= set(THEMES[theme])


def test_every_advice_in_the_file_is_reached(book: MethodBook) -> None:
    fell = [set(some) for n in range(len(THEMES) + 1) for some in combinations(THEMES, n)]
    lowest = [("opvolging", ""), *chain(*([(t, s) for s in ("", *THEMES[t])] for t in THEMES))]

    reached = {
        _shown(suggest(book, theme, direction, statement, also, aggression))
        for theme, statement in lowest
        for direction in Direction
        for also in fell
        for aggression in (False, True)
    }

    assert reached == {_shown(item) for item in book.advice}


def _shown(item: Suggestion | Advice) -> tuple[str, ...]:
    methods = (method if isinstance(method, str) else method.key for method in item.methods)
    return (item.ask["nl"], item.leader_must_not["nl"], item.card, *methods)
