"""The navigation around every page: the pages of this person, the language, signing out.

Every address of the dashboard is known on every run. Where a page is not for this person, a
sentence that says so stands in its place; the page itself is not among the pages of that run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape

import streamlit as st

from monitor.context import AppContext
from monitor.dashboard import page_style, session, stand_ins
from monitor.dashboard.admin import (
    accounts,
    audit_log,
    backups,
    contacts,
    health,
    members,
    organisation,
    preferences,
    questionnaires,
    rounds,
    setup,
    start,
    toezicht,
)
from monitor.dashboard.followup import (
    agreements,
    conversation,
    line_blanking,
    requests,
    what_helps,
)
from monitor.dashboard.idle_watch import check_session
from monitor.dashboard.klaagmuur import inbox, reader_settings, theme_counts, themes
from monitor.dashboard.results import (
    method,
    oversight,
    overview,
    questions,
    reports,
    team,
    trend,
    units,
)
from monitor.dashboard.session import Slot
from monitor.dashboard.visit import Visit, language
from monitor.locale import Texts, languages, own_name, texts
from monitor.operations import checklist


@dataclass(frozen=True, slots=True)
class DashboardPage:
    """One page: its address, the function that draws it, and whom it is for."""

    address: str
    show: Callable[[Visit], None]
    allowed: Callable[[Visit], bool]
    group: str = "menu.manage"
    """Name of the sentence over this part of the menu."""
    is_wide: bool = False
    """Whether the page uses the width of a desktop: those with figures do."""

    @property
    def title(self) -> str:
        """Name of the sentence with the page's title: that of the module."""
        return f"page.{self.show.__module__.rpartition('.')[2]}"


LOOK, DO, LISTEN, MANAGE, OVERSEE, MORE = (
    f"menu.{part}" for part in ("look", "do", "klaagmuur", "manage", "oversee", "more")
)
PARTS = (LOOK, DO, LISTEN, MANAGE, OVERSEE, MORE)
"""The parts of the menu, in their order."""
START = DashboardPage("", overview.show, Visit.sees_results, LOOK, is_wide=True)
PAGES = (
    DashboardPage("verloop", trend.show, Visit.sees_results, LOOK, is_wide=True),
    DashboardPage("onderdelen", units.show, Visit.compares_units, LOOK, is_wide=True),
    DashboardPage("vragen", questions.show, Visit.sees_results, LOOK, is_wide=True),
    DashboardPage("gesprek", conversation.show, Visit.replies, DO, is_wide=True),
    DashboardPage("afspraken", agreements.show, Visit.replies, DO),
    DashboardPage("team", team.show, Visit.replies, DO),
    DashboardPage("verzoeken", requests.show, requests.allowed, DO),
    DashboardPage("postvak", inbox.show, Visit.reads_vents, LISTEN),
    DashboardPage("themastellen", theme_counts.show, Visit.reads_vents, LISTEN),
    DashboardPage("luisteraar", reader_settings.show, Visit.reads_vents, LISTEN),
    DashboardPage("klaagmuurthemas", themes.show, themes.allowed, LISTEN),
    DashboardPage("rondes", rounds.show, Visit.manages_rounds, MANAGE),
    DashboardPage(setup.ADDRESS, setup.show, Visit.manages_organisation, MANAGE, is_wide=True),
    DashboardPage("organisatie", organisation.show, Visit.manages_organisation, MANAGE),
    DashboardPage("leden", members.show, Visit.manages_organisation, MANAGE),
    DashboardPage("accounts", accounts.show, Visit.manages_accounts, MANAGE),
    DashboardPage("instellingen", preferences.show, Visit.manages_organisation, MANAGE),
    DashboardPage("hulplijnen", contacts.show, Visit.manages_organisation, MANAGE),
    DashboardPage("gezondheid", health.show, Visit.manages_organisation, MANAGE),
    DashboardPage("toezicht", toezicht.show, Visit.confirms_acts, OVERSEE),
    DashboardPage("deelname", oversight.show, Visit.oversees, OVERSEE),
    DashboardPage("vragenlijsten", questionnaires.show, Visit.reads_audit_log, OVERSEE),
    DashboardPage("logboek", audit_log.show, Visit.reads_audit_log, OVERSEE),
    DashboardPage("berichten", line_blanking.show, Visit.blanks_lines, OVERSEE),
    DashboardPage("reservekopie", backups.show, Visit.sees_backups, OVERSEE),
    DashboardPage("wathelpt", what_helps.show, what_helps.allowed, MORE),
    DashboardPage("verslagen", reports.show, reports.allowed, MORE),
    DashboardPage(method.ADDRESS, method.show, Visit.sees_results, MORE),
)
"""The pages beside the first, in the order of the navigation."""


def run(context: AppContext, visit: Visit | None) -> None:
    """Draw the page at the address that was opened; without a visit, the way to sign in."""
    pages = _signed_out_pages(context) if visit is None else _menu(visit)
    page = st.navigation(pages, expanded=True)  # a folded menu has a button in English
    wide = {each.address for each in (START, *PAGES) if each.is_wide}
    st.set_page_config(
        f"{page.title} · {texts(language(context))('app.title')}",
        layout="wide" if page.url_path in wide and visit is not None else "centered",
    )
    if visit is not None:
        _sidebar(visit)
        check_session(context)
    page.run()


def _pages(visit: Visit, onward: Callable[[Visit], None] | None) -> list[st.Page]:
    """The pages, the first one ahead; `onward` is the page that this one only leads to."""
    pages = [_page(page, visit) for page in PAGES]
    sees_start = START.allowed(visit)
    first: Callable[[], None] = partial(START.show if sees_start else _welcome, visit)
    if onward is not None:
        first = partial(st.switch_page, pages[_position(onward)])
    return [
        st.Page(
            first,
            title=visit.t(START.title if sees_start else "page.welcome"),
            default=True,
            visibility="visible" if onward is None else "hidden",
        ),
        *pages,
    ]


def _onward(visit: Visit) -> Callable[[Visit], None] | None:
    """The page that the first address only leads to, for whom it has nothing of its own."""
    if visit.manages_organisation() and not checklist.is_over(visit.context):
        return setup.show
    return inbox.show if visit.reads_vents() and not START.allowed(visit) else None


def _menu(visit: Visit) -> list[st.Page]:
    """The pages of this person by part of the menu; those of others are known, and hidden."""
    onward = _onward(visit)
    described = sorted(
        zip((START, *PAGES), _pages(visit, onward), strict=True),
        key=lambda pair: PARTS.index(pair[0].group),
    )
    shown = [
        page.group
        for page, _ in described
        if (onward is None if page is START else page.allowed(visit))
    ]
    _name_parts(shown, visit.t)
    return [page for _, page in described]


def _name_parts(shown: Sequence[str], t: Texts) -> None:
    """The name of each part above its first page.

    By a style rule: the framework's own sections put what is no list item into the list, and fold
    up in English.
    """
    firsts = {group: shown.index(group) + 1 for group in dict.fromkeys(shown)}
    rules = "".join(
        f'[data-testid="stSidebarNavItems"]>li:nth-child({place})::before'
        f'{{content:"{page_style.css_string(t(group))}"}}'
        for group, place in firsts.items()
    )
    st.html(f"<style>{rules}</style>")


def _position(show: Callable[[Visit], None]) -> int:
    return next(position for position, page in enumerate(PAGES) if page.show is show)


def _page(page: DashboardPage, visit: Visit) -> st.Page:
    allowed = page.allowed(visit)
    return st.Page(
        partial(page.show if allowed else stand_ins.refused, visit),
        title=visit.t(page.title),
        url_path=page.address,
        visibility="visible" if allowed else "hidden",
    )


def _signed_out_pages(context: AppContext) -> list[st.Page]:
    t = texts(language(context))
    return [
        st.Page(
            partial(stand_ins.sign_in, t, address),
            title=t("page.signed_out"),
            url_path=address,
            default=not address,
            visibility="hidden",
        )
        for address in ("", *(page.address for page in PAGES))
    ]


def _sidebar(visit: Visit) -> None:
    t = visit.t
    email = escape(visit.person.email).replace("@", "<wbr>@")  # else it breaks within a word
    with st.sidebar:
        session.select(
            Slot.LANGUAGE,
            t("app.language"),
            languages(),
            own_name,
            preferred=t.language,
        )
        st.html(
            f"<p>{escape(t('app.signed_in_as'))}<br>{email}</p>"
            f'<p><a href="/mijn-account">{escape(t("own.title"))}</a><br>'
            f'<a href="/afmelden">{escape(t("app.sign_out"))}</a></p>'
        )


def _welcome(visit: Visit) -> None:
    if visit.manages_organisation() and visit.tree.units:
        start.show(visit)
        return
    st.title(visit.t("welcome.title"), anchor=False)
    if not visit.tree.units and not visit.reads_vents():
        st.write(visit.t("welcome.no_organisation"))
    elif visit.manages_rounds():
        st.write(visit.t("welcome.rounds"))
    elif visit.reads_vents():
        st.write(visit.t("welcome.luisteraar"))
    else:
        st.write(visit.t("welcome.nothing"))
