"""What ``app.py`` puts around the dashboard: the plain pages, the gate and the safe headers."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from monitor.web.account import login
from monitor.web.files import (
    audit_log,
    backups,
    conversations,
    documents,
    downloads,
    earlier_surveys,
    invitations,
    questionnaires,
    report_progress,
    reports,
    templates,
    uploads,
)
from monitor.web.followup import pages as reading_pages
from monitor.web.http import health
from monitor.web.http.dashboard_gate import DashboardGate
from monitor.web.http.error_pages import bare_status
from monitor.web.http.headers import SecurityHeaders
from monitor.web.http.lifespan import lifespan
from monitor.web.http.plain_pages import PlainPages
from monitor.web.information import accessibility, method, privacy
from monitor.web.klaagmuur import write
from monitor.web.pulse import pages as pulse_pages
from monitor.web.results import pages as results_pages

__all__ = ["exception_handlers", "lifespan", "middleware", "page_routes"]

page_routes: tuple[Route, ...] = (
    *pulse_pages.routes,
    *write.routes,
    *results_pages.routes,
    *reading_pages.routes,
    *privacy.routes,
    *accessibility.routes,
    *method.routes,
    *login.routes,
    *downloads.routes,
    *reports.routes,
    *report_progress.routes,
    *uploads.routes,
    *backups.routes,
    *earlier_surveys.routes,
    *questionnaires.routes,
    *audit_log.routes,
    *templates.routes,
    *invitations.routes,
    *documents.routes,
    *conversations.routes,
    *health.routes,
)
"""Every plain page."""
middleware = [
    Middleware(SecurityHeaders),
    Middleware(DashboardGate),
    Middleware(PlainPages, page_routes),
]
"""From the outside in; behind the last lies the dashboard."""
exception_handlers = {HTTPException: bare_status}
"""For what the dashboard's own addresses refuse; the plain pages answer for themselves."""
