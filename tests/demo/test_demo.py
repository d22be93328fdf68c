"""The example data: deterministic, true to its stories, and only for an empty store."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.climate.results import results
from monitor.commands.demo import demo as command
from monitor.config.settings import read
from monitor.context import AppContext, build_context, use_context
from monitor.demo import stories
from monitor.demo.fill import Filled, fill
from monitor.demo.municipality import municipality
from monitor.errors import InputRefused
from monitor.pulse.ballot import ballot_box
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.rounds import RoundStatus

MONTHS = 6
MOMENT = datetime.fromisoformat("2026-11-23T09:00:00+00:00")


def make(
    folder: Path, now: datetime, seed: int = 1, months: int = MONTHS
) -> tuple[AppContext, Filled]:
    context = build_context(
        read(
            {
                "TEAMKLIMAAT_DATABASE_URL": f"sqlite:///{folder / 'a.db'}",
                "TEAMKLIMAAT_KEYS_DIR": str(folder / "keys"),
                "TEAMKLIMAAT_SECRET_FILE": str(folder / "secret"),
            }
        )
    )
    return context, fill(context, months, seed, now)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[AppContext, Filled]:
    """Six sealed months and an open round."""
    return make(tmp_path_factory.mktemp("demo"), MOMENT)


def test_the_municipality_has_eight_departments_and_some_45_teams() -> None:
    town = municipality()

    assert len(town.tree.children("waterrijk")) == 8
    assert 42 <= len(town.people) <= 48
    assert min(town.people.values()) == 4
    assert max(town.people.values()) == 16


def test_all_months_but_the_last_are_sealed_and_their_keys_gone(
    demo: tuple[AppContext, Filled],
) -> None:
    context, filled = demo
    stored = rounds.all_rounds(context.engine)

    assert [r.status for r in stored] == [RoundStatus.SEALED] * MONTHS + [RoundStatus.OPEN]
    assert stored[-1].period == "2026-11"
    of_rounds = [name for name in context.keys.names() if name.startswith("round-")]
    assert of_rounds == [stored[-1].key_name]
    ballot_box.open_sheet(context, filled.pulse.rpartition("/")[2])


def test_the_stories_are_in_the_figures(demo: tuple[AppContext, Filled]) -> None:
    release = results(demo[0].engine)

    squeezed = release.figure("2026-10", stories.SQUEEZED, "theme", "respect")
    whole = release.figure("2026-10", "waterrijk", "theme", "respect")
    assert squeezed is not None
    assert whole is not None
    assert isinstance(squeezed.value, int)
    assert isinstance(whole.value, int)
    assert squeezed.value < whole.value
    small = release.series(stories.ALWAYS_CARRIED_UP, "theme", "respect")
    assert [figure.value for figure in small] == [None] * MONTHS
    quiet = release.periods[-stories.QUIET_MONTHS_AGO]
    suppressed = {
        period: sum(
            figure.value is None
            for unit in municipality().people
            if (figure := release.figure(period, unit, "theme", "respect"))
        )
        for period in release.periods
    }
    assert suppressed[quiet] == max(suppressed.values())


def test_the_same_seed_gives_the_same_figures(
    demo: tuple[AppContext, Filled], tmp_path: Path, now: datetime
) -> None:
    again, _ = make(tmp_path / "again", MOMENT)

    assert list(results(again.engine).rows()) == list(results(demo[0].engine).rows())
    again.engine.dispose()


def test_a_store_that_is_not_empty_is_left_alone(
    demo: tuple[AppContext, Filled], now: datetime
) -> None:
    with pytest.raises(InputRefused, match="not_empty"):
        fill(demo[0], 1, 1, now)


def test_the_command_refuses_before_it_says_what_it_will_do(
    demo: tuple[AppContext, Filled], capsys: pytest.CaptureFixture[str]
) -> None:
    use_context(demo[0])

    with pytest.raises(InputRefused, match="not_empty"):
        command.main(["--months", "1"], standalone_mode=False)

    assert capsys.readouterr().out == ""


@pytest.mark.slow
def test_it_says_how_far_it_is_while_it_fills(tmp_path: Path) -> None:
    settings = read(
        {
            "TEAMKLIMAAT_DATABASE_URL": f"sqlite:///{tmp_path / 'a.db'}",
            "TEAMKLIMAAT_KEYS_DIR": str(tmp_path / "keys"),
            "TEAMKLIMAAT_SECRET_FILE": str(tmp_path / "secret"),
        }
    )
    context = build_context(settings)
    use_context(context)
    done = CliRunner().invoke(command, ["--months", "2"])
    use_context(None)
    context.engine.dispose()

    assert done.exit_code == 0
    assert done.stderr == "2 van 2 maanden\n"
    assert "maanden\n" not in done.stdout.partition("/pulse/")[2]
