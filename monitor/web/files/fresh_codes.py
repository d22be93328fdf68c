"""From a form to fresh codes: for whom, how many, and as what kind of file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from starlette.responses import RedirectResponse, Response

from monitor import clock
from monitor.context import AppContext
from monitor.errors import InputRefused
from monitor.mail import route
from monitor.organisation.register import by_unit
from monitor.organisation.tree import Tree
from monitor.organisation.unit_files import read_counts
from monitor.pulse.invitations import handout, issue
from monitor.pulse.rounds import round_units, rounds
from monitor.pulse.rounds.round_units import UnitInvitations
from monitor.pulse.rounds.rounds import Round
from monitor.store.engine import reading
from monitor.web.files.multipart import Form

Choice = TypeVar("Choice", bound=StrEnum)


class Kind(StrEnum):
    """What the file is."""

    TABLE = "csv"
    PAPER = "pdf"
    MAIL = "mail"
    """No file: the app mails the members. Only where codes are replaced; first invitations are
    mailed from the page with the round."""


class Source(StrEnum):
    """For whom codes are made."""

    MEMBERS = "leden"
    NUMBERS = "aantallen"
    FILE = "bestand"


@dataclass(frozen=True, slots=True)
class InvitationForm:
    """What the page needs to know of the open round."""

    round: Round
    tree: Tree
    places: tuple[UnitInvitations, ...]
    members: Mapping[str, tuple[str, ...]]
    mails: bool
    """Whether the app can mail."""

    @property
    def fresh(self) -> tuple[UnitInvitations, ...]:
        """Units that have no codes yet."""
        return tuple(one for one in self.places if not one.issued)

    @property
    def invited(self) -> tuple[UnitInvitations, ...]:
        """Units that have."""
        return tuple(one for one in self.places if one.issued)

    @property
    def listed(self) -> dict[str, tuple[str, ...]]:
        """The members of units without codes."""
        fresh = {one.unit for one in self.fresh}
        return {unit: emails for unit, emails in self.members.items() if unit in fresh}


def open_form(context: AppContext) -> InvitationForm | None:
    """The open round, if there is one."""
    found = rounds.current_open(context.engine)
    if found is None:
        return None
    with reading(context.engine) as connection:
        units = round_units.load(connection, found.period)
    return InvitationForm(
        found,
        units.tree,
        units.invitations,
        by_unit(context.engine),
        route.in_use(context) is not None,
    )


@dataclass(frozen=True, slots=True)
class Handout:
    """A file with fresh codes."""

    content: bytes = field(repr=False)
    name: str
    kind: Kind

    def response(self) -> Response:
        """The file, to be saved."""
        types = {Kind.TABLE: "text/csv; charset=utf-8", Kind.PAPER: "application/pdf"}
        disposition = f'attachment; filename="{self.name}"'
        headers = {"content-type": types[self.kind], "content-disposition": disposition}
        return Response(self.content, headers=headers)


@dataclass(frozen=True, slots=True)
class Mailed:
    """Letters with fresh codes that are on their way."""

    letters: int

    def response(self) -> Response:
        """Back to the page, which says so."""
        return RedirectResponse(f"/bestanden/uitnodigingen?gemaild={self.letters}", 303)


def invite(context: AppContext, actor: str, form: Form) -> Handout:
    """Make codes for units that have none, as the form asks.

    Raises
    ------
    InputRefused, RoundRefused
        When something is missing in it, or cannot be; no code has been made.
    """
    sheet = _sheet(context)
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
    if kind is Kind.MAIL:
        raise InputRefused("invitations.choose")
    made = issue.invite(context, sheet.round.period, counts, actor, clock.now())
    return _written(context, sheet.round.period, made, emails, kind)


def replace(context: AppContext, actor: str, form: Form) -> Handout | Mailed:
    """Replace the codes of one unit, as the form asks. Raises as :func:`invite`."""
    sheet = _sheet(context)
    kind = _choice(Kind, form.fields.get("soort", ""))
    place = form.fields.get("onderdeel", "")
    known = {str(at): one for at, one in enumerate(sheet.places) if one.issued}
    if place not in known:
        raise InputRefused("invitations.which")
    unit = known[place].unit
    if kind is Kind.MAIL:
        listed = sheet.members.get(unit, ())
        if not sheet.mails or not listed:
            raise InputRefused("invitations.no_members")
        period, now = sheet.round.period, clock.now()
        queued = issue.mail(context, period, {unit: listed}, actor, now, replacing=True)
        return Mailed(queued)
    number = _number(form.fields.get("aantal", ""))
    # A list of members says who is there now: newcomers are on it and leavers are not.
    emails = {unit: sheet.members[unit]} if not number and sheet.members.get(unit) else {}
    counts = {unit: len(emails[unit]) if emails else number}
    made = issue.replace(context, sheet.round.period, counts, actor, clock.now())
    return _written(context, sheet.round.period, made, emails, kind)


def _written(
    context: AppContext,
    period: str,
    made: tuple[issue.Invitation, ...],
    emails: Mapping[str, tuple[str, ...]],
    kind: Kind,
) -> Handout:
    if kind is Kind.TABLE:
        content = handout.table(context, made, emails)
    else:
        content = handout.paper(context, period, made, clock.today())
    return Handout(content, f"uitnodigingen-{period}.{kind}", kind)


def _sheet(context: AppContext) -> InvitationForm:
    sheet = open_form(context)
    if sheet is None:
        raise InputRefused("invitations.no_round")
    return sheet


def _typed(fresh: Sequence[UnitInvitations], fields: Mapping[str, str]) -> dict[str, int]:
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
