"""A page that says a report is being made, that it is ready, or why it failed and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from monitor.context import current_context
from monitor.errors import InputRefused, Refusal
from monitor.web.account import cookies, redirects
from monitor.web.account.signed_in import person_of
from monitor.web.files import reports
from monitor.web.files.jobs import Job, Jobs, Report
from monitor.web.files.papers import run_paper
from monitor.web.files.reports import MakeReport, Order
from monitor.web.http.language import language_of, texts_of
from monitor.web.http.pages import refusal_text, respond
from monitor.web.http.threads import run_reader

HERE = "/downloads/verslagen"
REFRESH_SECONDS = 1
KEPT_SECONDS = 5 * 60.0
"""How long a report can be fetched after it was made."""
MOST = 40
"""Reports of all sessions together that are being made or kept."""
MOST_KEPT = 4
"""Reports of one session that are kept: nobody fills the place of others."""

OF_CHOICE = frozenset(
    {"report.nothing_released", "report.not_released", "report.no_unit", "report.unit"}
)
"""Refusals of what was chosen: asked for again it is refused again, and no server is at fault."""

_jobs = Jobs(most=MOST, most_kept=MOST_KEPT, kept_seconds=KEPT_SECONDS)


@dataclass(frozen=True, slots=True)
class _Permitted:
    """A request for a report of somebody who may have it."""

    request: Request
    session: str
    account: str
    order: Order
    make_report: MakeReport

    @property
    def kind(self) -> str:
        """The kind of the job of this report; a report in another language is another kind."""
        return repr((self.order, texts_of(self.request).language))

    def work(self, _report: Report) -> bytes:
        """Make the report; its progress is not known."""
        return self.make_report()

    def address(self, *parts: str) -> str:
        """An address beneath that of the report, with what was asked for."""
        return f"{'/'.join((HERE, self.order.kind, *parts))}?{self.order.query}"

    def redirect(self, *parts: str) -> Response:
        """Redirect to such an address, in the language that was chosen."""
        return RedirectResponse(language_of(self.request).keep(self.address(*parts)), 303)


async def begin(request: Request) -> Response:
    """Begin to make the report, and go to the page that shows how far it is."""
    permitted = await _permitted(request)
    if permitted is None:
        return RedirectResponse(redirects.SIGN_IN, 303)
    run = partial(run_paper, permitted.account)
    name = _jobs.start(permitted.session, permitted.kind, permitted.work, run)
    if name is None:
        return _page(permitted, Job("", "", is_over=True), InputRefused("report.too_many"))
    return permitted.redirect(name)


async def show_progress(request: Request) -> Response:
    """Whether the report is being made, is ready or failed."""
    permitted = await _permitted(request)
    if permitted is None:
        return RedirectResponse(redirects.SIGN_IN, 303)
    job = _job(permitted)
    if job is None:
        return permitted.redirect()
    return _page(permitted, job, job.refusal)


async def download(request: Request) -> Response:
    """The report, for the session that had it made and still may have it."""
    permitted = await _permitted(request)
    if permitted is None:
        return RedirectResponse(redirects.SIGN_IN, 303)
    job = _job(permitted)
    if job is None:  # it is kept for a few minutes, and its page may stay open longer
        return permitted.redirect()
    if job.result is None:
        raise HTTPException(404)
    return reports.as_file(permitted.order, job.result)


async def _permitted(request: Request) -> _Permitted | None:
    """The request, once who asks may have the report; None for nobody signed in."""
    context, person = current_context(), await person_of(request)
    session = cookies.session_token(request, context.settings)
    if person is None or session is None:
        return None
    order = Order.of(request)
    make_report = await run_reader(reports.prepare, context, person, order, texts_of(request))
    return _Permitted(request, session, person.account, order, make_report)


def _job(permitted: _Permitted) -> Job | None:
    return _jobs.find(permitted.session, permitted.kind, permitted.request.path_params["job"])


def _page(permitted: _Permitted, job: Job, refusal: Refusal | None) -> Response:
    request, is_failed = permitted.request, job.failed or refusal is not None
    name = request.path_params.get("job", "")
    return respond(
        request,
        "report_progress.html",
        (500 if job.failed else 422) if is_failed else 200,
        switch=False,
        kind=permitted.order.kind,
        failed=is_failed,
        reason=refusal_text(request, refusal) if refusal else "",
        may_retry=refusal is None or refusal.key not in OF_CHOICE,
        ready=job.result is not None,
        again=permitted.address(),
        file=permitted.address(name, "bestand"),
        refresh=0 if job.is_over else REFRESH_SECONDS,
    )


routes = [
    Route(HERE + "/{kind}", begin, methods=["GET"]),
    Route(HERE + "/{kind}/{job}", show_progress, methods=["GET"]),
    Route(HERE + "/{kind}/{job}/bestand", download, methods=["GET"]),
]
"""After the route of the files themselves, which end in ``.pdf``."""
