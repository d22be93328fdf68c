"""What agreements of one kind did in this organisation, taken together; never of one team."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from monitor.dashboard import elements, phrases
from monitor.dashboard.visit import Visit
from monitor.followup import estimates, kinds
from monitor.followup.pooled import FEWEST_TEAMS, PooledFigure
from monitor.locale import formats
from monitor.pulse.questionnaire import in_language


def allowed(visit: Visit) -> bool:
    """Whether this person sees results, and there are enough full windows for any figure."""
    return visit.sees_results() and estimates.full_windows(visit.context.engine) >= FEWEST_TEAMS


def show(visit: Visit) -> None:
    """A card per kind of agreement, with a sentence per theme."""
    t = visit.t
    st.title(t("page.what_helps"), anchor=False)
    st.markdown(t("helps.intro", teams=FEWEST_TEAMS))
    figures = sorted(estimates.what_helps(visit.context.engine, visit.units).items())
    if not figures:
        elements.empty_state(visit, "helps.none", teams=str(FEWEST_TEAMS))
        return
    for kind, of_kind in groupby(figures, key=lambda item: item[0][0]):
        with st.container(border=True, key=f"card-helps-{kind}"):
            name = phrases.escaped(kinds.title(kind, t))
            st.markdown(f"**{name[0].upper()}{name[1:]}**")
            elements.bullets(_sentence(visit, theme, figure) for (_, theme), figure in of_kind)
    st.markdown(t("agreed.not_because"))


def _sentence(visit: Visit, theme: str, figure: PooledFigure) -> str:
    t = visit.t
    words = t(
        "helps.figure",
        theme=phrases.escaped(_title(visit, theme)),
        points=formats.signed(figure.points),
        low=formats.signed(figure.low),
        high=formats.signed(figure.high),
        actions=figure.actions,
    )
    return f"{words} {t('helps.perhaps_nothing')}" if figure.perhaps_nothing else words


def _title(visit: Visit, theme: str) -> str:
    latest = visit.results.latest
    themes = visit.results.questionnaire(latest).themes if latest else ()
    titles = {each.key: each.title for each in themes}
    return in_language(titles[theme], visit.t.language) if theme in titles else theme
