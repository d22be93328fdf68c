"""Toezicht blanks a message to a team, on request, because it names a person.

Whoever asks has read the message on the team's page, and knows the team and the day. Toezicht types
both and does not choose from a list: which teams got messages is not for toezicht to see.
"""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from monitor.dashboard.admin.typed_days import LONGEST as LONGEST_DAY
from monitor.dashboard.admin.typed_days import parse_day
from monitor.dashboard.form import Form
from monitor.dashboard.visit import Visit
from monitor.errors import InputRefused
from monitor.followup import team_log
from monitor.followup.team_log import LineState
from monitor.inputs.signs import as_read

LONGEST_NAME = 120
PLACES = (1, 2, 3, 4, 5)
"""Which message of a day, counted from the top as on the team's page."""


def show(visit: Visit) -> None:
    """The team, the day and which message of that day; its text goes, its day stays."""
    t = visit.t
    st.title(t("page.line_blanking"), anchor=False)
    st.markdown(t("blank.text"))
    form = Form(visit, "blank")
    with form.fields():
        unit = form.text("unit", t("blank.unit"), longest=LONGEST_NAME)
        day = form.text("day", t("blank.day"), longest=LONGEST_DAY, placeholder="3-11-2026")
        place = form.select("place", t("blank.place"), PLACES, str)
        ticked = form.checkbox("sure", t("blank.sure"))
        sent = form.submit(t("blank.send"))

    def blank(actor: str, now: datetime) -> None:
        line = _line(visit, unit, day, place)
        team_log.blank(visit.context.engine, line, actor, now)

    if form.is_confirmed(sent, ticked):
        form.finish(blank, t("blank.done"))


def _line(visit: Visit, unit: str, typed_day: str, place: int) -> str:
    """The message that is meant.

    Raises
    ------
    InputRefused
        When no unit has that name, or no message of that day stands at that place.
    """
    named = [each.key for each in visit.tree.units if as_read(each.name) == as_read(unit)]
    written_on = parse_day(typed_day)
    lines = [
        [
            line
            for line in team_log.lines(visit.context.engine, key)
            if line.written_on == written_on
        ]
        for key in named
    ]
    candidates = [of_unit[place - 1] for of_unit in lines if len(of_unit) >= place]
    shown = [line for line in candidates if line.state is LineState.SHOWN]
    if len(shown) != 1:
        raise InputRefused("blank.not_found")
    return shown[0].id
