"""Fresh codes as a table or on paper: made in the answer, handed over once, kept nowhere."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from starlette.responses import Response
from starlette.routing import Route

from monitor import clock
from monitor.access.roles import Permission
from monitor.delivery import handout
from monitor.errors import InputRefused, Refusal, StoreBusy
from monitor.organisation.files import read_counts
from monitor.organisation.register import by_unit
from monitor.organisation.tree import Tree
from monitor.pulse import invitations, rounds
from monitor.pulse.rounds import Places, Round
from monitor.staff import words
from monitor.staff.desk import FIELD, Desk, behind_desk
from monitor.staff.language import language_of
from monitor.staff.multipart import Form, read_form
from monitor.staff.threads import aside, in_turn
from monitor.store.engine import reading
from monitor.wiring import House

MOST_FIELDS = 150
"""Units for which a number can be typed; an organisation with more hands in a file."""
AGAIN_SECONDS = 15.0
"""So long a second click on the same button gets the answer of the first."""
MOST_WAITING = 64


Choice = TypeVar("Choice", bound=StrEnum)


class Kind(StrEnum):
    """What the file is."""

    TABLE = "csv"
    PAPER = "pdf"


class Source(StrEnum):
    """For whom codes are made."""

    MEMBERS = "leden"
    NUMBERS = "aantallen"
    FILE = "bestand"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the page needs to know of the open round."""

    round: Round
    tree: Tree
    places: tuple[Places, ...]
    members: Mapping[str, tuple[str, ...]]

    @property
    def fresh(self) -> tuple[Places, ...]:
        """Units that have no codes yet."""
        return tuple(one for one in self.places if not one.issued)

    @property
    def invited(self) -> tuple[Places, ...]:
        """Units that have."""
        return tuple(one for one in self.places if one.issued)

    @property
    def listed(self) -> dict[str, tuple[str, ...]]:
        """The members of units without codes."""
        fresh = {one.unit for one in self.fresh}
        return {unit: emails for unit, emails in self.members.items() if unit in fresh}


async def show_invitations(desk: Desk) -> Response:
    """The form for codes of the open round."""
    return await _page(desk)


async def make_invitations(desk: Desk) -> Response:
    """Make codes for units that have none, and hand them over."""
    form = await read_form(desk.request)
    desk.check_form(form.fields.get(FIELD, ""))
    return await _once(desk, form, _invite)


async def make_replacements(desk: Desk) -> Response:
    """Replace the codes of one unit, and hand the new ones over."""
    form = await read_form(desk.request)
    desk.check_form(form.fields.get(FIELD, ""))
    return await _once(desk, form, _replace)


def _sheet(house: House) -> Sheet | None:
    found = rounds.current_open(house.engine)
    if found is None:
        return None
    with reading(house.engine) as connection:
        tree = rounds.frozen_tree(connection, found.period)
        places = rounds.places(connection, found.period)
    return Sheet(found, tree, places, by_unit(house.engine))


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes
    name: str
    kind: Kind

    def response(self) -> Response:
        types = {Kind.TABLE: "text/csv; charset=utf-8", Kind.PAPER: "application/pdf"}
        disposition = f'attachment; filename="{self.name}"'
        headers = {"content-type": types[self.kind], "content-disposition": disposition}
        return Response(self.content, headers=headers)


def _invite(house: House, actor: str, form: Form) -> _File:
    sheet = _open_sheet(house)
    source = _choice(Source, form.fields.get("voor", ""))
    emails: Mapping[str, tuple[str, ...]] = {}
    if source is Source.MEMBERS:
        emails = sheet.listed
        counts = {unit: len(listed) for unit, listed in emails.items()}
    elif source is Source.FILE:
        if form.upload is None:
            raise InputRefused("upload.nothing")
        counts = read_counts(form.upload.content, form.upload.name, sheet.tree)
    else:
        counts = _typed(sheet.fresh, form.fields)
    if not counts:
        raise InputRefused("invitations.nobody")
    kind = _choice(Kind, form.fields.get("soort", ""))
    made = invitations.invite(house, sheet.round.period, counts, actor, clock.now())
    return _written(house, sheet.round.period, made, emails, kind)


def _replace(house: House, actor: str, form: Form) -> _File:
    sheet = _open_sheet(house)
    kind = _choice(Kind, form.fields.get("soort", ""))
    place = form.fields.get("onderdeel", "")
    known = {str(at): one for at, one in enumerate(sheet.places) if one.issued}
    if place not in known:
        raise InputRefused("invitations.which")
    unit = known[place].unit
    number = _number(form.fields.get("aantal", ""))
    # A list of members says who is there now: newcomers are on it and leavers are not.
    emails = {unit: sheet.members[unit]} if not number and sheet.members.get(unit) else {}
    counts = {unit: len(emails[unit]) if emails else number}
    made = invitations.replace(house, sheet.round.period, counts, actor, clock.now())
    return _written(house, sheet.round.period, made, emails, kind)


def _written(
    house: House,
    period: str,
    made: tuple[invitations.Invitation, ...],
    emails: Mapping[str, tuple[str, ...]],
    kind: Kind,
) -> _File:
    if kind is Kind.TABLE:
        content = handout.table(house, made, emails)
    else:
        content = handout.paper(house, period, made, clock.today())
    return _File(content, f"uitnodigingen-{period}.{kind}", kind)


def _open_sheet(house: House) -> Sheet:
    sheet = _sheet(house)
    if sheet is None:
        raise InputRefused("invitations.no_round")
    return sheet


def _typed(fresh: Sequence[Places], fields: Mapping[str, str]) -> dict[str, int]:
    typed = {one.unit: _number(fields.get(f"n{at}", "")) for at, one in enumerate(fresh)}
    return {unit: number for unit, number in typed.items() if number}


def _number(typed: str) -> int:
    if not typed.strip():
        return 0
    if not typed.strip().isdecimal() or len(typed.strip()) > 4:
        raise InputRefused("invitations.number")
    return int(typed)


def _choice(kinds: type[Choice], given: str) -> Choice:
    try:
        return kinds(given)
    except ValueError:
        raise InputRefused("invitations.choose") from None


Make = Callable[[House, str, Form], _File]
_asked: dict[tuple[str, str], asyncio.Task[_File]] = {}


async def _once(desk: Desk, form: Form, make: Make) -> Response:
    """The file, made once however often the button was hit: a code is in one file only."""
    name = (desk.session, form.fields.get("eenmalig", ""))
    task = _asked.get(name)
    if task is None:
        task = asyncio.create_task(in_turn(make, desk.house, desk.person.email, form))
        if len(_asked) < MOST_WAITING:
            _asked[name] = task
            asyncio.get_running_loop().call_later(AGAIN_SECONDS, _asked.pop, name, None)
    try:
        # Whoever goes away must not take the answer from the second click with them.
        return (await asyncio.shield(task)).response()
    except Refusal as refusal:
        _asked.pop(name, None)
        if isinstance(refusal, StoreBusy):
            raise
        return await _page(desk, refusal)


async def _page(desk: Desk, refusal: Refusal | None = None) -> Response:
    sheet = await aside(_sheet, desk.house)
    language = language_of(desk.request)
    return desk.page(
        "invitations.html",
        422 if refusal else 200,
        errors=desk.sentences(refusal) if refusal else (),
        handed=sheet,
        month=words.month(sheet.round.period, language) if sheet else "",
        once=secrets.token_urlsafe(12),
        typed=sheet is not None and len(sheet.fresh) <= MOST_FIELDS,
        people=sum(map(len, sheet.listed.values())) if sheet else 0,
    )


routes = [
    Route(
        "/bestanden/uitnodigingen",
        behind_desk(Permission.MANAGE_ROUNDS, show_invitations),
        methods=["GET"],
    ),
    Route(
        "/bestanden/uitnodigingen",
        behind_desk(Permission.MANAGE_ROUNDS, make_invitations),
        methods=["POST"],
    ),
    Route(
        "/bestanden/uitnodigingen/vervangen",
        behind_desk(Permission.MANAGE_ROUNDS, make_replacements),
        methods=["POST"],
    ),
]
