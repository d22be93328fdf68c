"""What a conversation begins with: the change that the page it was reached from tells."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from monitor.climate.figures import ABOVE, TEAM
from monitor.climate.results import Results
from monitor.climate.verdicts import TrendVerdict
from monitor.followup import occasion

QUIET = TrendVerdict("stable", None, "", None, None, TEAM)
NO_LIST = TrendVerdict("stable", None, "", None, None, ABOVE)
FELL = TrendVerdict("down", None, "", "2026-07", "2026-09", ABOVE)
STAYS = TrendVerdict("stays_down", None, "", "2025-10", "2026-02", TEAM)
RESULTS = cast(
    Results,
    SimpleNamespace(
        latest="2026-10",
        questionnaire=lambda _: SimpleNamespace(themes=[SimpleNamespace(key="respect")]),
    ),
)


@pytest.mark.parametrize(
    ("own", "listed", "told"),
    [
        (QUIET, FELL, FELL),
        (STAYS, FELL, STAYS),
        (STAYS, NO_LIST, STAYS),
        (QUIET, NO_LIST, QUIET),
    ],
)
def test_a_change_told_in_a_list_is_prepared_for_where_the_own_page_tells_none(
    own: TrendVerdict, listed: TrendVerdict, told: TrendVerdict, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_audience = {TEAM: own, ABOVE: listed}
    monkeypatch.setattr(occasion, "verdict", lambda *_, audience: by_audience[audience])
    changes = occasion.verdicts(RESULTS, "noord")
    assert changes == {"respect": told}
    assert occasion.begin_with(changes) == "respect"
