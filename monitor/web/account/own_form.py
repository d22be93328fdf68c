"""Whether a form was filled in on a page of ours, in the browser that sends it (CSRF)."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request

from monitor.access import csrf
from monitor.context import AppContext
from monitor.web.http.forms import Form, NotAForm, form_of

FORM_FIELD = "formulier"
"""The hidden field with the token that shows that a form is our own."""


async def form_or_empty(request: Request) -> Form:
    """The form of `request`; an empty one, which `is_own_form` refuses, for any other body.

    Raises
    ------
    HTTPException
        413, when it is larger than any form of ours.
    """
    try:
        return await form_of(request)
    except NotAForm:
        return Form()


def is_own_form(request: Request, context: AppContext, bound_to: str | None, form: Form) -> bool:
    """Whether `form` was filled in on a page of ours, in this very browser.

    Parameters
    ----------
    bound_to
        The session token, nonce or pending login that the browser sent as a cookie.
    """
    hosts = {request.headers.get("host", ""), urlsplit(context.settings.base_url).netloc}
    token = form.value(FORM_FIELD)
    return csrf.from_own_page(request.headers, hosts) and csrf.valid(
        context.secret, bound_to or "", token
    )
