"""The counter where files come in and go out: only for who is signed in and may, on own forms.

Files pass through here and not through the dashboard, whose framework keeps what was uploaded and
hands out downloads without asking who is there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.access import csrf
from monitor.access.roles import Permission, Person, may
from monitor.context import AppContext, current_context
from monitor.errors import FileRefused, Refusal
from monitor.locale import texts
from monitor.web.account import auth_cookies
from monitor.web.http.language import language_of
from monitor.web.http.pages import respond

FIELD = "formulier"
"""The hidden field that shows that a form is our own."""


@dataclass(frozen=True, slots=True)
class FileRequest:
    """One request of somebody who may be here."""

    request: Request
    context: AppContext
    person: Person
    session: str

    def page(self, template: str, status: int = 200, **values: object) -> Response:
        """A page whose forms are known as our own."""
        return respond(
            self.request,
            template,
            status,
            switch=self.request.method == "GET",
            form_token=csrf.token(self.context.secret, self.session),
            asked=auth_cookies.language_asked(self.request),
            **values,
        )

    def check_form(self, token: str) -> None:
        """Refuse (403) a form that was not filled in on our own page, in this session."""
        if not auth_cookies.is_own_form(self.request, self.context, self.session, token):
            raise HTTPException(403)

    def sentences(self, refusal: Refusal) -> tuple[str, ...]:
        """What is read of a refusal: one sentence, and one for each fault of a file."""
        t = texts(language_of(self.request))
        faults = refusal.faults if isinstance(refusal, FileRefused) else ()
        return tuple(t(one.key, **one.words) for one in (refusal, *faults))


Page = Callable[[FileRequest], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]


def require_permission(permission: Permission, page: Page) -> Endpoint:
    """`page`, for whoever is signed in and holds `permission`; others sign in, or are refused."""

    async def endpoint(request: Request) -> Response:
        context = current_context()
        person = await auth_cookies.person_of(request)
        session = auth_cookies.session_token(request, context.settings)
        if person is None or session is None:
            return RedirectResponse(f"/aanmelden?naar={quote(request.scope['path'], safe='')}", 303)
        if not may(person, permission):
            raise HTTPException(403)
        return await page(FileRequest(request, context, person, session))

    return endpoint
