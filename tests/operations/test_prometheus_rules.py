"""The rules we ship for Prometheus: silent about a sound installation, each fires at its trouble.

Of Prometheus' language only what the rules use is worked out here: figures of one scrape, `time()`,
comparisons, `and`, and the number of versions. That a rule waits (``for``) is not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

import pytest
import yaml

from monitor.config.settings import ROOT
from monitor.context import AppContext
from monitor.web.http import prometheus

MINUTE, DAY = 60, 86400
NAME = re.compile(r'up\{job="teamklimaat"\}|teamklimaat_\w+')
VERSIONS = "count(count by (version) (teamklimaat_info)) > 1"
RULES = {
    rule["alert"]: rule["expr"]
    for group in yaml.safe_load((ROOT / "deploy" / "prometheus-rules.yml").read_text())["groups"]
    for rule in group["rules"]
}
TROUBLE = {
    "TeamklimaatDown": ("up", 0),
    "TeamklimaatStoreUnreachable": ("store_reachable", 0),
    "TeamklimaatTickLate": ("last_tick_time_seconds", -1801),
    "TeamklimaatNightLate": ("last_night_time_seconds", -2.5 * DAY - 1),
    "TeamklimaatRoundOverdue": ("rounds_overdue", 1),
    "TeamklimaatRoundWithoutKey": ("rounds_without_key", 1),
    "TeamklimaatLettersStuck": ("letters_stuck", 1),
    "TeamklimaatLettersRefused": ("letters_refused", 10),
    "TeamklimaatSpaceShort": ("space_sufficient", 0),
    "TeamklimaatBackupLate": ("last_backup_time_seconds", -3 * DAY - 1),
    "TeamklimaatClockUnconfirmed": ("clock_unconfirmed", 1),
}
"""Per rule the figure that makes it fire; a negative one is so many seconds ago."""
JUST_SOUND = {
    "last_tick_time_seconds": -1800,
    "last_night_time_seconds": -2.5 * DAY,
    "last_backup_time_seconds": -3 * DAY,
    "letters_waiting": 500,
}


@pytest.fixture
def scrape(context: AppContext, now: datetime) -> dict[str, float]:
    """What a collector reads of a sound installation, by name."""
    figures = {figure.name: figure.value for figure in prometheus.figures(context, now)}
    recent = {name: -MINUTE for name in figures if name.startswith("last_")}
    return {"up": 1, **figures} | _at(now, recent)


def _at(now: datetime, changed: Mapping[str, float]) -> dict[str, float]:
    """The figures, those that are seconds ago as seconds since 1970."""
    return {
        name: now.timestamp() + number if number < 0 else number for name, number in changed.items()
    }


def fires(expression: str, scrape: Mapping[str, float], now: datetime) -> bool:
    """Whether a rule finds anything in one scrape; a figure that is not there is no trouble."""
    names = [
        name.partition("{")[0].removeprefix("teamklimaat_") for name in NAME.findall(expression)
    ]
    if not set(names) <= scrape.keys():
        return False
    numbers = iter(names)
    spelled = NAME.sub(lambda _: repr(scrape[next(numbers)]), expression)
    spelled = spelled.replace("time()", repr(now.timestamp()))
    assert re.fullmatch(r"[-+*<>=. 0-9e]+( and [-+*<>=. 0-9e]+)*", spelled), spelled
    return bool(eval(spelled, {"__builtins__": {}}))


def firing(scrape: Mapping[str, float], now: datetime) -> set[str]:
    """Every rule about one process that fires."""
    return {alert for alert, rule in RULES.items() if rule != VERSIONS and fires(rule, scrape, now)}


def test_a_sound_installation_is_no_alert(scrape: dict[str, float], now: datetime) -> None:
    assert firing(scrape, now) == set()
    assert firing(scrape | _at(now, JUST_SOUND), now) == set()
    assert firing(scrape | {"last_night_time_seconds": 0}, now) == set()  # not had one yet


def test_each_rule_fires_at_its_own_trouble_alone(scrape: dict[str, float], now: datetime) -> None:
    for alert, (name, number) in TROUBLE.items():
        assert firing(scrape | _at(now, {name: number}), now) == {alert}
    assert {*TROUBLE, "TeamklimaatVersionsDiffer"} == RULES.keys()
    assert RULES["TeamklimaatVersionsDiffer"] == VERSIONS


def test_a_backup_that_was_never_made_is_an_alert(scrape: dict[str, float], now: datetime) -> None:
    assert firing(scrape | {"last_backup_time_seconds": 0}, now) == {"TeamklimaatBackupLate"}


def test_without_its_store_only_that_is_told(scrape: dict[str, float], now: datetime) -> None:
    alone = {name: scrape[name] for name in ("up", "start_time_seconds", "info")}

    assert firing(alone | {"store_reachable": 0}, now) == {"TeamklimaatStoreUnreachable"}
