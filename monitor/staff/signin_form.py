"""The sign-in form: with a passphrase, by way of the organisation, or both."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from monitor import wiring
from monitor.access import csrf
from monitor.errors import Refusal
from monitor.staff import visitor
from monitor.staff.pages import respond
from monitor.staff.visitor import language_asked, sentence


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
    house = wiring.current()
    nonce = visitor.nonce(request, house.settings)
    rules = house.settings.sso_rules
    response = respond(
        request,
        "signin_form.html",
        status,
        form_token=csrf.token(house.secret, nonce),
        onward=onward,
        email=email,
        error=sentence(request, error),
        notice=notice,
        out_there=visitor.OUT_THERE if out_there and house.settings.single_sign_on else None,
        asked=language_asked(request),
        path=visitor.SIGN_IN,
        by_organisation=visitor.BY_ORGANISATION if house.settings.single_sign_on else None,
        provider=rules.name,
        local=rules.local,
        switch=False,  # the page has its own links, which keep where the person is going
    )
    visitor.remember_nonce(response, nonce, house.settings)
    return response
