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
from monitor.organisation.members import by_unit_if_genuine
from monitor.organisation.tree import Tree
from monitor.organisation.unit_files import Noted, read_counts, read_noted_counts
from monitor.pulse.invitations import handout, issue
from monitor.pulse.rounds import round_units, rounds
from monitor.pulse.rounds.round_units import UnitInvitations
from monitor.pulse.rounds.rounds import Round
from monitor.reports import slips
from monitor.store.engine import reading
from monitor.web.http.forms import Form

Choice = TypeVar("Choice", bound=StrEnum)
CONTENT = "inhoud"
"""The field with counts that were read of a file, as a table."""


class Kind(StrEnum):
    """What kind of file is made."""

    TABLE = "csv"
    EXCEL = "excel"
    """A table that a Dutch Excel opens with a double click."""
    PAPER = "pdf"
    MAIL = "mail"
    """No file: the app mails the members. Only where codes are replaced; first invitations are
    mailed from the page with the round."""


class Source(StrEnum):
    """Where the number of codes per unit comes from."""

    MEMBERS = "leden"
    NUMBERS = "aantallen"
    FILE = "bestand"


@dataclass(frozen=True, slots=True)
class OpenRound:
    """The open round, as far as the page needs to know it."""

    round: Round
    tree: Tree
    places: tuple[UnitInvitations, ...]
    members: Mapping[str, tuple[str, ...]]
    is_altered: bool
    """Whether somebody else changed the list of members, so that nobody on it is invited."""
    mails: bool
    """Whether the app can mail."""

    @property
    def fresh(self) -> tuple[UnitInvitations, ...]:
        """Units that have no codes yet."""
        return tuple(row for row in self.places if not row.issued)

    @property
    def invited(self) -> tuple[UnitInvitations, ...]:
        """Units that have codes."""
        return tuple(row for row in self.places if row.issued)

    @property
    def listed(self) -> dict[str, tuple[str, ...]]:
        """The members of units without codes."""
        fresh = {row.unit for row in self.fresh}
        return {unit: emails for unit, emails in self.members.items() if unit in fresh}


def read_open_round(context: AppContext) -> OpenRound | None:
    """The open round, if there is one."""
    open_round = rounds.current_open(context.engine)
    if open_round is None:
        return None
    with reading(context.engine) as connection:
        units = round_units.load(connection, open_round.period)
    members = by_unit_if_genuine(context.engine)
    return OpenRound(
        open_round,
        units.tree,
        units.invitations,
        members or {},  # codes on paper need no list
        members is None,
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
        paper = self.kind is Kind.PAPER
        content_type = "application/pdf" if paper else "text/csv; charset=utf-8"
        disposition = f'attachment; filename="{self.name}"'
        headers = {"content-type": content_type, "content-disposition": disposition}
        return Response(self.content, headers=headers)


@dataclass(frozen=True, slots=True)
class Mailed:
    """Letters with fresh codes that were queued."""

    letters: int

    def response(self) -> Response:
        """Back to the page, which says so."""
        return RedirectResponse(f"/bestanden/uitnodigingen?gemaild={self.letters}", 303)


def invite(context: AppContext, actor: str, form: Form) -> Handout:
    """Make codes for units that have none, as the form asks.

    Raises
    ------
    InputRefused, RoundRefused
        When something is missing in the form or cannot be done; no code has been made.
    """
    open_round = _require_open_round(context)
    source = _choice(Source, form.value("voor"))
    emails = open_round.listed if source is Source.MEMBERS else {}
    counts = _counts(open_round, source, form)
    if not counts:
        raise InputRefused("invitations.nobody")
    kind = _choice(Kind, form.value("soort"))
    if kind is Kind.MAIL:
        raise InputRefused("invitations.choose")
    period = open_round.round.period
    codes = issue.invite(context, period, counts, actor, clock.now())
    return _handout(context, period, codes, emails, kind)


def read_count_file(context: AppContext, form: Form) -> Noted[dict[str, int]] | None:
    """The counts in the file of the form, where there is something to tell about how it was read.

    Raises
    ------
    InputRefused
        When the file is missing or cannot be read, or codes are asked for somebody else.
    """
    source = _choice(Source, form.value("voor"))
    if source is not Source.FILE:
        if form.upload is not None:
            raise InputRefused("invitations.file_unused")
        return None
    if form.upload is None:
        raise InputRefused("upload.nothing")
    _choice(Kind, form.value("soort"))
    tree = _require_open_round(context).tree
    read = read_noted_counts(form.upload.content, form.upload.name, tree)
    return read if read.notes else None


def replace(context: AppContext, actor: str, form: Form) -> Handout | Mailed:
    """Replace the codes of one unit, as the form asks. Raises as :func:`invite`."""
    open_round = _require_open_round(context)
    kind = _choice(Kind, form.value("soort"))
    unit, period = _invited_unit(open_round, form.value("onderdeel")), open_round.round.period
    members = open_round.members.get(unit, ())
    if kind is Kind.MAIL:
        if not open_round.mails or not members:
            raise InputRefused("invitations.no_members")
        now = clock.now()
        queued = issue.mail(context, period, {unit: members}, actor, now, replacing=True)
        return Mailed(queued)
    count = _number(form.value("aantal"))
    # The list of members is of today: newcomers are on it and leavers are not.
    emails = {unit: members} if not count and members else {}
    counts = {unit: len(members) if emails else count}
    codes = issue.replace(context, period, counts, actor, clock.now())
    return _handout(context, period, codes, emails, kind)


def _invited_unit(open_round: OpenRound, place: str) -> str:
    """The unit that was chosen, by its place in the list on the page."""
    by_place = {str(n): row.unit for n, row in enumerate(open_round.places) if row.issued}
    if place not in by_place:
        raise InputRefused("invitations.which")
    return by_place[place]


def _handout(
    context: AppContext,
    period: str,
    codes: tuple[issue.Invitation, ...],
    emails: Mapping[str, tuple[str, ...]],
    kind: Kind,
) -> Handout:
    if kind is Kind.PAPER:
        content = slips.paper(context, period, codes, clock.today())
    else:
        content = handout.table(context, codes, emails, for_excel=kind is Kind.EXCEL)
    suffix = Kind.PAPER if kind is Kind.PAPER else Kind.TABLE
    return Handout(content, f"uitnodigingen-{period}.{suffix}", kind)


def _require_open_round(context: AppContext) -> OpenRound:
    open_round = read_open_round(context)
    if open_round is None:
        raise InputRefused("invitations.no_round")
    return open_round


def _counts(open_round: OpenRound, source: Source, form: Form) -> Mapping[str, int]:
    """How many codes each unit gets."""
    if source is Source.MEMBERS:
        return {unit: len(emails) for unit, emails in open_round.listed.items()}
    if source is Source.NUMBERS:
        return _typed_counts(open_round.fresh, form)
    if form.upload is None:
        # What was read of a file and then confirmed, as the page with it wrote it.
        return read_counts(form.value(CONTENT).encode(), "counts.csv", open_round.tree)
    return read_counts(form.upload.content, form.upload.name, open_round.tree)


def _typed_counts(fresh: Sequence[UnitInvitations], form: Form) -> dict[str, int]:
    counts = {row.unit: _number(form.value(f"n{place}")) for place, row in enumerate(fresh)}
    return {unit: count for unit, count in counts.items() if count}


def _number(text: str) -> int:
    if not text.strip():
        return 0
    if not text.strip().isdecimal() or len(text.strip()) > 4:
        raise InputRefused("invitations.number")
    return int(text)


def _choice(kinds: type[Choice], value: str) -> Choice:
    try:
        return kinds(value)
    except ValueError:
        raise InputRefused("invitations.choose") from None
