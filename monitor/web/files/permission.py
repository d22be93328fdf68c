"""Pages for files that come in and go out: only with a permission, only through our own forms.

Files pass through these pages and not through the dashboard, whose framework keeps uploads and
hands out downloads without asking who is there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.access import csrf
from monitor.access.roles import Permission, Person, may
from monitor.context import AppContext, current_context
from monitor.errors import FileRefused, Refusal
from monitor.locale import Phrase
from monitor.web.account import cookies, redirects
from monitor.web.account.own_form import is_own_form
from monitor.web.account.signed_in import person_of
from monitor.web.http.forms import Form, StaleForm
from monitor.web.http.language import texts_of
from monitor.web.http.pages import refusal_text, respond


@dataclass(frozen=True, slots=True)
class PermittedRequest:
    """A request of somebody who is signed in and holds the permission of the page."""

    request: Request
    context: AppContext
    person: Person
    session: str

    def respond(self, template: str, status: int = 200, **values: object) -> Response:
        """A page whose forms will be recognised as our own."""
        return respond(
            self.request,
            template,
            status,
            switch=self.request.method == "GET",
            form_token=csrf.token(self.context.secret, self.session),
            **values,
        )

    def check_form(self, form: Form) -> None:
        """Refuse (403) a form that was not filled in on our own page, in this session."""
        if not is_own_form(self.request, self.context, self.session, form):
            raise StaleForm

    def phrases(self, phrases: Iterable[Phrase]) -> tuple[str, ...]:
        """What is read of `phrases`, in the language of the page."""
        t = texts_of(self.request)
        return tuple(t(phrase.key, **phrase.words) for phrase in phrases)

    def refusal_texts(self, refusal: Refusal | None) -> tuple[str, ...]:
        """What is read of a refusal: one sentence, and one for each fault of a file."""
        if refusal is None:
            return ()
        faults = refusal.faults if isinstance(refusal, FileRefused) else ()
        return tuple(refusal_text(self.request, each) for each in (refusal, *faults))


Page = Callable[[PermittedRequest], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]


def require_permission(permission: Permission, page: Page) -> Endpoint:
    """`page` for people who hold `permission`; others are refused, or sign in first."""

    async def endpoint(request: Request) -> Response:
        context = current_context()
        person = await person_of(request)
        session = cookies.session_token(request, context.settings)
        if person is None or session is None:
            here = quote(request.scope["path"], safe="")
            return RedirectResponse(f"{redirects.SIGN_IN}?{redirects.NEXT}={here}", 303)
        if not may(person, permission):
            raise HTTPException(403)
        return await page(PermittedRequest(request, context, person, session))

    return endpoint
