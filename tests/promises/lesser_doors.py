"""The control: the same context behind doors as others make them.

A guard that knows what to keep out, instead of what to let in; a counter that asks who is signed
in, and not for what; a page that is left out of the navigation, and is still there; and what one
person may see, remembered without who that was.
"""

from functools import partial

import streamlit as st

from monitor.dashboard import navigation, visit
from monitor.web.files import permission
from monitor.web.http import dashboard_gate

FORBIDDEN = ("/rondes", "/accounts")

answer_of_ours, enter_of_ours = dashboard_gate._answer, visit.current_visit
remembered: dict[str, tuple[str, ...]] = {}


async def answer(scope):
    return await answer_of_ours(scope) if scope["path"].startswith(FORBIDDEN) else None


async def has_session(_request):
    return True


def page(place, who):
    seen = "visible" if place.allowed(who) else "hidden"
    show = partial(place.show, who)
    return st.Page(show, title=who.t(place.title), url_path=place.address, visibility=seen)


def enter(context):
    found = enter_of_ours(context)
    if found is None or not found.units:
        return found
    units = remembered.setdefault("units", found.units)
    return visit.Visit(found.context, found.person, found.t, found.tree, found.results, units)


dashboard_gate._answer = answer
dashboard_gate._has_session = has_session
permission.may = lambda person, _permission: person is not None
navigation._page = page
visit.current_visit = enter

from app import app  # noqa: E402

__all__ = ["app"]
