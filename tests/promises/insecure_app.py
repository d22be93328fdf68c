"""The control: the same app with access control as it is often built.

The dashboard is guarded by a list of forbidden pages instead of allowed ones; downloads need a
session but no permission; a forbidden page is hidden from the navigation but still served; and the
units that somebody may see are cached without saying for whom.
"""

from functools import partial

import streamlit as st

from monitor.dashboard import navigation, visit
from monitor.web.files import permission
from monitor.web.http import dashboard_gate

FORBIDDEN = ("/rondes", "/accounts")

our_answer, our_current_visit = dashboard_gate._answer, visit.current_visit
cached: dict[str, tuple[str, ...]] = {}


async def answer(scope):
    return await our_answer(scope) if scope["path"].startswith(FORBIDDEN) else None


async def has_session(_request):
    return True


def page(entry, viewer):
    visibility = "visible" if entry.allowed(viewer) else "hidden"
    show = partial(entry.show, viewer)
    return st.Page(show, title=viewer.t(entry.title), url_path=entry.address, visibility=visibility)


def current_visit(context):
    real = our_current_visit(context)
    if real is None or not real.units:
        return real
    units = cached.setdefault("units", real.units)
    return visit.Visit(real.context, real.person, real.t, real.tree, real.results, units)


dashboard_gate._answer = answer
dashboard_gate._has_session = has_session
permission.may = lambda person, _permission: person is not None
navigation._page = page
visit.current_visit = current_visit

from app import app  # noqa: E402

__all__ = ["app"]
