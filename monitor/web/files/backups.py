"""A backup to download: made while its page shows how far it is, sealed to the key of toezicht."""

from __future__ import annotations

from functools import partial

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from monitor import clock
from monitor.access.roles import Permission
from monitor.errors import InputRefused, Refusal
from monitor.locale import formats
from monitor.operations import backup_download, backup_key
from monitor.operations.backup_download import SealedBackup
from monitor.store import backup
from monitor.web.files.jobs import Job, Jobs
from monitor.web.files.permission import PermittedRequest, require_permission
from monitor.web.http.forms import form_of
from monitor.web.http.language import language_of
from monitor.web.http.threads import run_reader

HERE = "/bestanden/reservekopie"
KIND = "backup"
REFRESH_SECONDS = 2


def _throw_away(sealed: SealedBackup) -> None:
    sealed.folder.cleanup()


_jobs = Jobs(forget=_throw_away)


async def show_backup_form(permitted: PermittedRequest) -> Response:
    """How old the last backup is, and the button that makes one."""
    return await _page(permitted)


async def make_backup(permitted: PermittedRequest) -> Response:
    """Begin a backup, and go to the page that shows how far it is."""
    permitted.check_form(await form_of(permitted.request))
    if await run_reader(backup_key.current, permitted.context.engine) is None:
        return await _page(permitted, InputRefused("backup.no_key"))
    context, actor = permitted.context, permitted.person.email
    work = partial(backup_download.make, context, actor, clock.now())
    name = _jobs.start(permitted.session, KIND, work)
    if name is None:
        return await _page(permitted, InputRefused("backup.too_many"))
    return RedirectResponse(f"{HERE}/{name}", 303)


async def show_progress(permitted: PermittedRequest) -> Response:
    """How far the backup is; when it is ready, the link to it."""
    job = _job(permitted)
    if job.refusal is not None:
        return await _page(permitted, job.refusal)
    sealed: SealedBackup | None = job.result
    return permitted.respond(
        "backup_progress.html",
        500 if job.failed else 200,
        job=job,
        name=permitted.request.path_params["job"],
        file=sealed.name if sealed else "",
        refresh=0 if job.is_over else REFRESH_SECONDS,
    )


async def download_backup(permitted: PermittedRequest) -> Response:
    """The file, for the session that made it."""
    sealed: SealedBackup | None = _job(permitted).result
    if sealed is None:
        raise HTTPException(404)
    return FileResponse(sealed.file, filename=sealed.name, media_type="application/octet-stream")


def _job(permitted: PermittedRequest) -> Job:
    job = _jobs.find(permitted.session, KIND, permitted.request.path_params["job"])
    if job is None:
        raise HTTPException(404)
    return job


async def _page(permitted: PermittedRequest, refusal: Refusal | None = None) -> Response:
    engine, language = permitted.context.engine, language_of(permitted.request).code
    made_at = await run_reader(backup.last_made, engine)
    key = await run_reader(backup_key.current, engine)
    return permitted.respond(
        "backup_form.html",
        422 if refusal else 200,
        errors=permitted.refusal_texts(refusal),
        key=key,
        made_on=formats.day(key.made_on, language) if key else "",
        last=formats.day(clock.local_day(made_at), language) if made_at else "",
        days=(clock.today() - clock.local_day(made_at)).days if made_at else 0,
    )


_MAY = Permission.MANAGE_ORGANISATION
routes = [
    Route(HERE, require_permission(_MAY, show_backup_form), methods=["GET"]),
    Route(HERE, require_permission(_MAY, make_backup), methods=["POST"]),
    Route(HERE + "/{job}", require_permission(_MAY, show_progress), methods=["GET"]),
    Route(HERE + "/{job}/bestand", require_permission(_MAY, download_backup), methods=["GET"]),
]
