"""``round``: open, invite, close, abandon."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import click

from monitor import clock, wiring
from monitor.climate import closing
from monitor.commands.output import write_rows
from monitor.errors import InputRefused, KeyMissing
from monitor.locale import texts
from monitor.organisation.files import read_counts
from monitor.organisation.plaintext import read_bytes
from monitor.organisation.register import members
from monitor.pulse import codes, invitations, rounds
from monitor.pulse.invitations import Invitation
from monitor.questionnaire import load
from monitor.store.engine import reading
from monitor.wiring import House

ACTOR = "cli"


@click.group("round")
def round_() -> None:
    """The monthly rounds."""


@round_.command("open")
@click.argument("period")
@click.option("--closes", "closes", metavar="DATE", help="2026-11-17")
def open_(period: str, closes: str | None) -> None:
    """Open the round of PERIOD (2026-11)."""
    house = wiring.current()
    questions = load(house.settings.questionnaire_file)
    made = rounds.open_round(house, period, questions, _day(closes), ACTOR, clock.now())
    _say(house, "round.opened", period=made.period)


@round_.command()
@click.argument("period")
@click.option("--csv", "out", type=click.Path(path_type=Path, dir_okay=False), metavar="OUT.csv")
@click.option("--count", "counted", multiple=True, metavar="UNIT=N")
@click.option("--counts", "file", type=click.Path(path_type=Path), metavar="FILE.csv")
@click.option("--replace", "first", metavar="UNIT ...")
@click.argument("more", nargs=-1, metavar="")
def invite(
    period: str,
    out: Path | None,
    counted: tuple[str, ...],
    file: Path | None,
    first: str | None,
    more: tuple[str, ...],
) -> None:
    """Make one code a person and write them to OUT.csv, for a mail merge."""
    house = wiring.current()
    replaced = () if first is None else (first, *more)
    if more and not replaced:
        raise InputRefused("invite.stray", value=more[0])
    if out is None:
        raise InputRefused("invite.no_output")
    if out.exists():
        raise InputRefused("invite.file_exists", file=out.name)
    emails = {} if counted or file else _emails(house)
    counts = _counts(house, period, counted, file) or {u: len(all_) for u, all_ in emails.items()}
    if replaced:
        counts = {unit: counts.get(unit, 0) for unit in replaced}
    if not counts:
        raise InputRefused("invite.how_many")
    # The file is made before the codes: when it cannot be written, no code has been issued.
    with out.open("x", encoding="utf-8", newline="") as handle:
        out.chmod(0o600)
        try:
            issue = invitations.replace if replaced else invitations.invite
            made = issue(house, period, counts, ACTOR, clock.now())
        except BaseException:
            out.unlink()
            raise
        columns, rows = _rows(house, made, {u: a for u, a in emails.items() if u in counts})
        write_rows(handle, columns, rows)
    _say(house, "round.invited", count=len(made), file=str(out))


@round_.command()
@click.argument("period")
def close(period: str) -> None:
    """Close the round and seal its results, now."""
    house = wiring.current()
    closed = closing.close(house, period, ACTOR, clock.now())
    _say(house, "round.closed", period=period)
    if closed.damaged:
        _say(house, "round.closed_damaged")


@round_.command()
@click.argument("period")
def abandon(period: str) -> None:
    """Give up a round: nothing of it is kept."""
    house = wiring.current()
    rounds.abandon(house, period, ACTOR, clock.now())
    _say(house, "round.abandoned", period=period)


@round_.command("list")
def list_() -> None:
    """Every round and its state."""
    house = wiring.current()
    t = texts(house.settings.language)
    for found in rounds.all_rounds(house.engine):
        state = str(found.status)
        if found.status is rounds.RoundStatus.OPEN and _lost(house, found):
            state = "lost"
        click.echo(f"{found.period}  {t(f'round.state.{state}')}")


def _lost(house: House, found: rounds.Round) -> bool:
    try:
        rounds.key_of(house.keys, found)
    except KeyMissing:
        return True
    return False


def _day(given: str | None) -> date | None:
    if given is None:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise InputRefused("round.day", value=given) from None


def _counts(
    house: House, period: str, counted: tuple[str, ...], file: Path | None
) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for pair in counted:
        unit, _, number = pair.rpartition("=")
        if not unit or not number.isdecimal():
            raise InputRefused("invite.count_shape", value=pair)
        counts[unit] = int(number)
    if file is not None:
        with reading(house.engine) as connection:
            tree = rounds.frozen_tree(connection, rounds.find(connection, period).period)
        counts |= read_counts(read_bytes(file), file.name, tree)
    return counts


def _emails(house: House) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for member in members(house.engine):
        found[member.unit] = (*found.get(member.unit, ()), member.email)
    return found


def _rows(
    house: House, made: tuple[Invitation, ...], emails: Mapping[str, tuple[str, ...]]
) -> tuple[list[str], list[list[str]]]:
    def row(invitation: Invitation) -> list[str]:
        link = f"{house.settings.base_url}/pulse/{invitation.code}"
        return [invitation.unit, codes.show(invitation.code), link]

    if not emails:
        return ["unit", "code", "link"], [row(invitation) for invitation in made]
    handed = invitations.for_members(made, emails)
    return ["unit", "code", "link", "email"], [[*row(i), email] for i, email in handed]


def _say(house: House, key: str, **words: object) -> None:
    click.echo(texts(house.settings.language)(key, **words))
