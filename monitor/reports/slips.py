"""Paper slips: ten on a page, to be cut, folded and drawn from a bowl.

With slips not even the mail server knows who was invited. Each team starts on a page of its own,
its slips are in random order, and only the code tells one from another.
"""

from __future__ import annotations

import random
import secrets
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from babel.dates import format_date

from monitor.context import AppContext
from monitor.locale import Texts, texts
from monitor.pulse import periods
from monitor.pulse.invitations import codes
from monitor.pulse.invitations.issue import Invitation
from monitor.pulse.invitations.letter_text import promise
from monitor.pulse.rounds import round_units, rounds
from monitor.reports import qr, typesetting
from monitor.store.engine import reading

ON_A_PAGE = 10
LONGEST_TEAM = 72
"""Characters of a team's name: two lines."""


@dataclass(frozen=True, slots=True)
class Slip:
    """One code for somebody in a team."""

    team: str
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SlipTemplate:
    """What is the same on every slip of a round."""

    base_url: str
    language: str
    minimum: int
    period: str
    closes_on: date | None


def shuffled(slips: Sequence[Slip]) -> tuple[Slip, ...]:
    """The slips with the teams in the same order, and in random order within each team."""
    generator: random.Random = secrets.SystemRandom()
    teams: dict[str, list[Slip]] = {}
    for slip in slips:
        teams.setdefault(slip.team, []).append(slip)
    return tuple(
        slip for of_team in teams.values() for slip in generator.sample(of_team, len(of_team))
    )


def paper(
    context: AppContext, period: str, invitations: tuple[Invitation, ...], today: date
) -> bytes:
    """New codes as a PDF of slips to cut out, team by team, shuffled."""
    settings = context.settings
    with reading(context.engine) as connection:
        tree = round_units.frozen_tree(connection, period)
        round_ = rounds.find(connection, period)
    in_order = shuffled([Slip(tree.get(i.unit).name, i.code) for i in invitations])
    template = SlipTemplate(
        settings.base_url, settings.language, round_.minimum, period, round_.closes_on
    )
    return pdf(in_order, template, today)


def pdf(slips: Sequence[Slip], template: SlipTemplate, today: date) -> bytes:
    """The slips as a PDF of A4 pages, in the order given, each team on pages of its own."""
    t = texts(template.language)
    pages = [
        [_slip(slip, template, t) for slip in team[first : first + ON_A_PAGE]]
        for team in (list(group) for _, group in groupby(slips, key=lambda slip: slip.team))
        for first in range(0, len(team), ON_A_PAGE)
    ]
    data = {
        "title": f"{t('slip.title')} {template.period}",
        "language": template.language,
        "heading": t("slip.title"),
        "how": t("slip.how"),
        "address": template.base_url.partition("://")[2] + "/pulse",
        "until": _until(template, t),
        "promise": " ".join(promise(t, template.minimum)),
        "pages": pages,
    }
    return typesetting.pdf("slips", data, today)


def _slip(slip: Slip, template: SlipTemplate, t: Texts) -> dict[str, Any]:
    month = format_date(periods.first_day(template.period), "LLLL y", locale=template.language)
    shown = codes.show(slip.code)
    return {
        "team": f"{textwrap.shorten(slip.team, LONGEST_TEAM, placeholder='…')}, {month}",
        "code": shown,
        "alt": t("slip.qr", code=shown),
        "svg": qr.svg(f"{template.base_url}/pulse/{slip.code}"),
    }


def _until(template: SlipTemplate, t: Texts) -> str:
    if template.closes_on is None:
        return ""
    day = format_date(template.closes_on, "EEEE d MMMM", locale=template.language)
    return t("mail.until", day=day)
