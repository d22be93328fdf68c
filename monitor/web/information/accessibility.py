"""The accessibility statement: what was tested, and what does not work well."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor.web.http.pages import respond

UPSTREAM = "https://github.com/streamlit/streamlit/"


@dataclass(frozen=True, slots=True)
class Barrier:
    """Something that does not work well: its sentence, and its makers' thread about it."""

    name: str
    thread: str

    @property
    def address(self) -> str:
        """The address of the thread in which the makers of the framework discuss it."""
        return UPSTREAM + self.thread


BARRIERS = (
    Barrier("english", "issues/1353"),
    Barrier("menu", "pull/14563"),
    Barrier("structure", "issues/8399"),
    Barrier("tables", "issues/8399"),
    Barrier("charts", "issues/8399"),
)
TESTED = ("axe", "keyboard", "text", "phone", "contrast")


async def show_statement(request: Request) -> Response:
    """The page."""
    return respond(request, "accessibility.html", barriers=BARRIERS, tested=TESTED)


routes = [Route("/toegankelijkheid", show_statement, methods=["GET"])]
