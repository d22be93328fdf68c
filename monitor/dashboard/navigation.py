"""What is around every page: navigation, language, signing out, and what guards an idle screen.

Every address of the dashboard is known on every run. Where somebody has no business, the page
behind it is a sentence saying so; the real page is not among the pages of that run at all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from html import escape

import streamlit as st

from monitor.context import AppContext
from monitor.dashboard import session
from monitor.dashboard.admin import (
    accounts,
    audit_log,
    contacts,
    health,
    members,
    organisation,
    preferences,
    questionnaires,
    rounds,
    setup,
)
from monitor.dashboard.admin.forms import keeps_accounts, organises, reads_log
from monitor.dashboard.idle_watch import watch
from monitor.dashboard.klaagmuur import inbox, reader_settings, themes
from monitor.dashboard.results import method, overview, questions, team, trend, units
from monitor.dashboard.session import Slot
from monitor.dashboard.visit import Visit, language
from monitor.locale import Texts, languages, own_name, texts
from monitor.operations import checklist


@dataclass(frozen=True, slots=True)
class DashboardPage:
    """One page: its address, the sentence that names it, what it shows, and for whom."""

    address: str
    show: Callable[[Visit], None]
    allowed: Callable[[Visit], bool]

    @property
    def title(self) -> str:
        """Name of the sentence with the page's title."""
        return f"page.{self.show.__module__.rpartition('.')[2]}"


def _sees_results(visit: Visit) -> bool:
    return visit.sees_results


def _compares(visit: Visit) -> bool:
    return len(visit.units) > 1


def _replies(visit: Visit) -> bool:
    return bool(visit.replies_to)


def _manages_rounds(visit: Visit) -> bool:
    return visit.manages_rounds


def _listens(visit: Visit) -> bool:
    return visit.listens


START = DashboardPage("", overview.show, _sees_results)
PLACES = (
    DashboardPage("verloop", trend.show, _sees_results),
    DashboardPage("vragen", questions.show, _sees_results),
    DashboardPage("onderdelen", units.show, _compares),
    DashboardPage(method.ADDRESS, method.show, _sees_results),
    DashboardPage("team", team.show, _replies),
    DashboardPage("rondes", rounds.show, _manages_rounds),
    DashboardPage("postvak", inbox.show, _listens),
    DashboardPage("luisteraar", reader_settings.show, _listens),
    DashboardPage("klaagmuurthemas", themes.show, themes.allowed),
    DashboardPage("inrichten", setup.show, organises),
    DashboardPage("organisatie", organisation.show, organises),
    DashboardPage("leden", members.show, organises),
    DashboardPage("accounts", accounts.show, keeps_accounts),
    DashboardPage("instellingen", preferences.show, organises),
    DashboardPage("hulplijnen", contacts.show, organises),
    DashboardPage("vragenlijsten", questionnaires.show, reads_log),
    DashboardPage("logboek", audit_log.show, reads_log),
    DashboardPage("gezondheid", health.show, organises),
)
"""The pages beside the first, in the order of the navigation."""
INBOX = next(at for at, place in enumerate(PLACES) if place.show is inbox.show)
"""Where a luisteraar lands who has nothing else to do here."""
SET_UP = next(at for at, place in enumerate(PLACES) if place.show is setup.show)
"""Where a beheerder lands until a first round has opened."""


def run(context: AppContext, visit: Visit | None) -> None:
    """Draw the page that was asked for, for this person or for nobody."""
    pages = _closed_pages(context) if visit is None else _pages(visit)
    page = st.navigation(pages, expanded=True)  # folded up, it speaks English
    st.set_page_config(f"{page.title} · {texts(language(context))('app.title')}")
    if visit is not None:
        _sidebar(visit)
        watch(context)
    page.run()


def _pages(visit: Visit) -> list[st.Page]:
    pages = [_page(place, visit) for place in PLACES]
    start: Callable[[], None] = partial(START.show if START.allowed(visit) else _welcome, visit)
    title = START.title if START.allowed(visit) else "page.welcome"
    if visit.listens and not START.allowed(visit):
        start = partial(st.switch_page, pages[INBOX])
    if organises(visit) and not checklist.is_over(visit.context):
        start = partial(st.switch_page, pages[SET_UP])
    return [st.Page(start, title=visit.t(title), default=True), *pages]


def _page(place: DashboardPage, visit: Visit) -> st.Page:
    allowed = place.allowed(visit)
    return st.Page(
        partial(place.show if allowed else _refused, visit),
        title=visit.t(place.title),
        url_path=place.address,
        visibility="visible" if allowed else "hidden",
    )


def _closed_pages(context: AppContext) -> list[st.Page]:
    t = texts(language(context))
    return [
        st.Page(
            partial(_sign_in, t, address),
            title=t("page.signed_out"),
            url_path=address,
            default=not address,
            visibility="hidden",
        )
        for address in ("", *(place.address for place in PLACES))
    ]


def _sidebar(visit: Visit) -> None:
    t = visit.t
    with st.sidebar:
        session.select(
            Slot.LANGUAGE,
            t("app.language"),
            languages(),
            own_name,
            preferred=t.language,
        )
        st.html(
            f"<p>{escape(t('app.signed_in_as'))}<br>{escape(visit.person.email)}</p>"
            f'<p><a href="/mijn-account">{escape(t("own.title"))}</a><br>'
            f'<a href="/afmelden">{escape(t("app.sign_out"))}</a></p>'
        )


def _sign_in(t: Texts, address: str) -> None:
    st.title(t("signed_out.title"), anchor=False)
    st.write(t("signed_out.text"))
    target = escape(f"/aanmelden?naar={session.here(address)}")
    st.html(f'<p><a class="button" href="{target}">{escape(t("signed_out.link"))}</a></p>')


def _refused(visit: Visit) -> None:
    st.title(visit.t("refused.title"), anchor=False)
    st.write(visit.t("refused.text"))


def _welcome(visit: Visit) -> None:
    st.title(visit.t("welcome.title"), anchor=False)
    if not visit.tree.units and not visit.listens:
        st.write(visit.t("welcome.no_organisation"))
    elif visit.manages_rounds:
        st.write(visit.t("welcome.rounds"))
    elif visit.listens:
        st.write(visit.t("welcome.luisteraar"))
    else:
        st.write(visit.t("welcome.nothing"))
