"""An organisation with a year and a half of months, in which one team fell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import BytesIO

import pypdf
import pytest

from monitor.climate.history import Names, import_history
from monitor.context import AppContext, build_context, use_context
from monitor.followup import actions
from monitor.followup.kinds import Kind
from monitor.followup.records import Level, NewAction
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse import periods
from monitor.pulse.questionnaire import parse
from tests.questions import HEAD
from tests.stores import settings_in

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 26)
FIRST, COUNT = "2025-05", 18
LATEST = periods.shifted(FIRST, COUNT - 1)
NORTH = tuple(f"noord{n}" for n in range(4))
SOUTH = ("zuid0", "zuid1")
HOSTILE = '#panic("x") *Ümit* عربي 漢字 \U00013000 \u202egnirts'
TREE = Tree(
    (
        Unit("stad", None, "Stad"),
        Unit("noord", "stad", "Noord"),
        *(Unit(key, "noord", key.title()) for key in NORTH),
        Unit("zuid", "stad", HOSTILE),
        *(Unit(key, "zuid", key.title()) for key in SOUTH),
    )
)
QUESTIONS = (
    HEAD
    + """[[theme]]
key = "werk"
title = { nl = "Werk", en = "Work" }
[[theme.question]]
key = "fijn"
text.nl = "Het is fijn."
[[theme]]
key = "steun"
title = { nl = "Steun", en = "Support" }
[[theme.question]]
key = "hulp"
text.nl = "Er is hulp."
"""
)


@pytest.fixture(scope="package")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppContext]:
    """The organisation, made once."""
    folder = tmp_path_factory.mktemp("reports")
    context = build_context(settings_in(folder, f"sqlite:///{folder}/town.db"))
    import_tree(context.engine, TREE, "test", NOW)
    questions = parse(QUESTIONS, "questions.toml")
    lines = ["period,unit,fijn,hulp\n"]
    for at in range(COUNT):
        for unit in (*NORTH, *SOUTH):
            mean = 30 if unit == "noord0" and at >= COUNT - 3 else 65 + (at * 7 + len(unit)) % 3
            lines += [
                f"{periods.shifted(FIRST, at)},{unit},{answer},4\n" for answer in _answers(mean)
            ]
    import_history(context, "".join(lines).encode(), "h.csv", questions, Names(), "test", NOW)
    own = NewAction(Kind.TALK, "Elke maandag een kwartier", "2026-08")
    request = NewAction("bezetting", "Vervanging bij ziekte", "2026-09", Level.ORGANISATION)
    for new in (own, request):
        actions.add(context.engine, "noord0", new, ("werk", "steun"), TODAY)
    yield context
    context.engine.dispose()


@pytest.fixture
def town(filled: AppContext) -> Iterator[AppContext]:
    """The organisation, in use by the program; one team agreed on something and asked something."""
    use_context(filled)
    yield filled
    use_context(None)


def _answers(score: int) -> list[int]:
    """Twelve people with about that mean score."""
    low, rest = divmod(score, 25)
    higher = rest * 12 // 25
    return [low + 2] * higher + [low + 1] * (12 - higher)


def text_of(content: bytes) -> str:
    """The text of a PDF, with single spaces for line ends."""
    pages = pypdf.PdfReader(BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)
