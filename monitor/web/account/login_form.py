"""The sign-in form: with a passphrase, by way of the organisation, or both."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from monitor.access import csrf
from monitor.context import current_context
from monitor.errors import Refusal
from monitor.web.account import auth_cookies
from monitor.web.account.auth_cookies import language_asked, sentence
from monitor.web.http.pages import respond


def sign_in_form(
    request: Request,
    status: int,
    *,
    onward: str,
    email: str = "",
    error: Refusal | None = None,
    notice: str | None = None,
    out_there: bool = False,
) -> Response:
    """The page, with one sentence above the form at most."""
    context = current_context()
    nonce = auth_cookies.nonce(request, context.settings)
    rules = context.settings.sso_rules
    response = respond(
        request,
        "signin_form.html",
        status,
        form_token=csrf.token(context.secret, nonce),
        onward=onward,
        email=email,
        error=sentence(request, error),
        notice=notice,
        out_there=auth_cookies.OUT_THERE if out_there and context.settings.single_sign_on else None,
        asked=language_asked(request),
        path=auth_cookies.SIGN_IN,
        by_organisation=auth_cookies.BY_ORGANISATION if context.settings.single_sign_on else None,
        provider=rules.name,
        local=rules.local,
        switch=False,  # the page has its own links, which keep where the person is going
    )
    auth_cookies.remember_nonce(response, nonce, context.settings)
    return response
