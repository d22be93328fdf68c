"""The sign-in form: with a passphrase, by way of the organisation, or both."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from monitor.access import csrf
from monitor.context import current_context
from monitor.errors import Refusal
from monitor.web.account import cookies, redirects
from monitor.web.http.pages import refusal_text, respond

NOTICES = {
    redirects.SIGNED_OUT: "signin.notice.signed_out",
    redirects.SIGNED_OUT_HERE: "signin.notice.signed_out_here",
    redirects.SIGNED_OUT_EVERYWHERE: "signin.notice.signed_out_there",
    redirects.CHOSEN: "signin.notice.chosen",
    redirects.TOO_LATE: "signin.notice.late",
}
"""What the form may say above itself, by the parameter in its address."""


def login_form(
    request: Request,
    status: int,
    *,
    onward: str,
    email: str = "",
    error: Refusal | None = None,
    notice: str = "",
) -> Response:
    """The page, with one sentence above the form at most."""
    context = current_context()
    settings = context.settings
    nonce = cookies.nonce_for_form(request, settings)
    response = respond(
        request,
        "signin_form.html",
        status,
        form_token=csrf.token(context.secret, nonce),
        onward=onward,
        email=email,
        error=refusal_text(request, error),
        notice=NOTICES.get(notice),
        offer_sign_out=settings.single_sign_on and notice == redirects.SIGNED_OUT_HERE,
        single_sign_on=settings.single_sign_on,
        provider=settings.sso_rules.name,
        local=settings.sso_rules.local,
        path=redirects.SIGN_IN,
        switch=False,  # the page has its own links, which keep where the person is going
    )
    cookies.set_nonce(response, nonce, settings)
    return response
