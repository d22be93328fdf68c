"""The released series of units of every size: too small for a band, and told in shares."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.climate import close_round
from monitor.climate.results import results
from monitor.context import AppContext
from monitor.followup import released
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.ballot import ballot_box
from monitor.pulse.invitations import issue
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds

NOW = datetime(2026, 10, 3, 9, tzinfo=UTC)
PERIOD = "2026-10"
TREE = Tree(
    (Unit("stad", None, "Stad"), Unit("klein", "stad", "Klein"), Unit("groot", "stad", "G"))
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("unit", "band", "people"), [("klein", "", 5), ("groot", "10-19%", 14), ("stad", "10-19%", 15)]
)
def test_a_month_has_a_variance_whatever_band_it_is_told_in(
    context: AppContext, unit: str, band: str, people: int
) -> None:
    import_tree(context.engine, TREE, "test", NOW)
    questions = load(context.settings.questionnaire_file)
    rounds.open_round(context, PERIOD, questions, None, "test", NOW)
    invitations = issue.invite(context, PERIOD, {"klein": 6, "groot": 110}, "test", NOW)
    sheets = [
        (code, (4,) * len(questions.questions))
        for each, answering in (("klein", 5), ("groot", 12))
        for code in [i.code for i in invitations if i.unit == each][:answering]
    ]
    assert not any(ballot_box.submit_all(context, sheets))
    close_round.close(context, PERIOD, "test", NOW)
    months = results(context.engine)

    (month,) = released.series(months, unit, "respect")

    figure = months.figure(PERIOD, unit, "theme", "respect")
    assert figure is not None
    assert figure.n_band == band
    charts = months.control_charts
    assert month.variance == pytest.approx(charts.noise(unit, "respect", PERIOD, people), rel=0.02)
