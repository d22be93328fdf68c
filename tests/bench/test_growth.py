"""The benchmark of growing measures what it says, on an organisation as small as can be."""

from __future__ import annotations

import pytest

from monitor.context import AppContext
from monitor.organisation.register import import_tree
from monitor.pulse.questionnaire import load
from tests.bench import bench_growth
from tests.bench.bench_growth import NOW, Size, Town
from tests.bench.bench_pulse import tree_of


@pytest.mark.slow
def test_closing_and_reading_afresh_are_measured(context: AppContext) -> None:
    size = Size(staff=60, units=6, months=2)
    import_tree(context.engine, tree_of(size.teams), "bench", NOW)
    town = Town(context, load(context.settings.questionnaire_file), size)
    first, last = town.missing(size.months)
    town.seal(first)

    assert town.close(last) > 0
    rows = list(bench_growth._figures(context, size))
    assert [row.what.partition(": ")[2] for row in rows] == [
        "working all months out",
        "reading them after a start",
        "signals of all series",
    ]
    assert all(row.value for row in rows)
