"""The first page of a beheerder: the next round, mail, what waits, and the way to each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from monitor import clock
from monitor.access import pending_acts
from monitor.clock import local_day
from monitor.dashboard import markup, phrases, session
from monitor.dashboard.visit import Visit
from monitor.mail import route
from monitor.operations import checklist
from monitor.organisation import preferences
from monitor.organisation.preferences import Delivery
from monitor.pulse.rounds import rounds
from monitor.scheduler import schedule

TEMPLATES = ("organisatie", "leden", "aantallen")


@dataclass(frozen=True, slots=True)
class Status:
    """A card: what it is about, how it stands, and the page on which it is changed."""

    name: str
    words: str
    address: str
    needs_care: bool = False


def show(visit: Visit) -> None:
    """A card per subject, those that need care marked, and the templates of files."""
    t = visit.t
    st.title(t("page.welcome"), anchor=False)
    statuses = (_round(visit), _mail(visit), _waiting(visit), _missing(visit))
    st.markdown(t("start.care" if any(s.needs_care for s in statuses) else "start.well"))
    with st.container(key="start"):
        for status in statuses:
            _card(visit, status)
    st.header(t("start.templates"), anchor=False)
    st.html(_templates(visit))


def _card(visit: Visit, status: Status) -> None:
    t = visit.t
    with st.container(border=True, key=f"card-start-{status.name}", gap="xsmall"):
        mark = markup.text("span", t("start.look"), "tag") if status.needs_care else ""
        head = markup.element("h2", markup.text("span", t(f"start.{status.name}")) + mark)
        st.html(head + markup.text("p", status.words))
        session.page_link(status.address, t(f"start.{status.name}.open"), {})


def _round(visit: Visit) -> Status:
    """The round that is open, or when the next one opens."""
    t, engine = visit.t, visit.context.engine
    current = rounds.current_open(engine)
    chosen = preferences.read(engine)
    if current is not None:
        month = phrases.month(current.period, t)
        words = t("start.round.is_open", month=month)
        if current.closes_on is not None:
            words += " " + t("start.round.closes", day=phrases.day(current.closes_on, t))
        return Status("round", words, "rondes")
    if chosen.calendar:
        opens = local_day(schedule.next_opening(chosen, clock.now()))
        return Status("round", t("start.round.next", day=phrases.day(opens, t)), "rondes")
    return Status("round", t("start.round.none"), "rondes", needs_care=True)


def _mail(visit: Visit) -> Status:
    """How letters leave; that they cannot is a care only where they should."""
    t = visit.t
    used = route.in_use(visit.context)
    if used is not None:
        return Status("mail", t("start.mail.goes", host=used.server.host), "instellingen")
    wanted = preferences.read(visit.context.engine).delivery is Delivery.MAIL
    key = "start.mail.missing" if wanted else "start.mail.unused"
    return Status("mail", t(key), "instellingen", needs_care=wanted)


def _waiting(visit: Visit) -> Status:
    """The acts that wait for toezicht."""
    count = len(pending_acts.waiting(visit.context.engine))
    key = "start.waiting.some" if count else "start.waiting.nothing"
    words = visit.t(key, count=count) if count else visit.t(key)
    return Status("waiting", words, "accounts")


def _missing(visit: Visit) -> Status:
    """What has to be in order before the next round."""
    t = visit.t
    missing = checklist.missing(visit.context, clock.today())
    if not missing:
        return Status("ready", t("start.ready.yes"), "inrichten")
    items = phrases.listed([t(f"setup.item.{item.value}") for item in missing], t)
    return Status("ready", t("start.ready.no", items=items), "inrichten", needs_care=True)


def _templates(visit: Visit, names: Sequence[str] = TEMPLATES) -> str:
    """A link to each file to fill in, with the headings it must have."""
    t = visit.t
    query = "" if t.language == visit.context.settings.language else f"?taal={t.language}"
    items = "".join(
        markup.element(
            "li",
            markup.element(
                "a",
                markup.text("span", t(f"start.template.{name}")),
                href=f"/bestanden/sjabloon/{name}.csv{query}",
            ),
        )
        for name in names
    )
    return markup.element("ul", items, "templates")
