"""Who opened the dashboard, and what this person may see: asked of the store on every run."""

from __future__ import annotations

from dataclasses import dataclass

from monitor import clock
from monitor.access import results_link, sessions
from monitor.access.own_units import own_units
from monitor.access.roles import Permission, Person, may, units_for, visible_units
from monitor.climate.results import Results, results
from monitor.context import AppContext
from monitor.dashboard import session
from monitor.locale import Texts, texts
from monitor.locale.preference import preferred
from monitor.organisation.register import current_tree
from monitor.organisation.team_links import link_versions
from monitor.organisation.tree import Tree


@dataclass(frozen=True, slots=True)
class Visit:
    """One run of the script for one person. Never kept: the next run asks again."""

    context: AppContext
    person: Person
    t: Texts
    tree: Tree
    results: Results
    units: tuple[str, ...]
    """Units whose results this person may see, in tree order."""

    @property
    def actor(self) -> str:
        """The address under which the audit log notes what this person changes."""
        return self.person.email

    @property
    def replies_to(self) -> tuple[str, ...]:
        """Units this person may write the line 'what was done with it' for."""
        led = units_for(self.person, Permission.REPLY_TO_TEAM, self.tree)
        return tuple(unit for unit in self.units if unit in led)

    def sees_results(self) -> bool:
        """Whether the pages with results are for this person."""
        return bool(self.units)

    def compares_units(self) -> bool:
        """Whether there is more than one unit to put side by side."""
        return len(self.units) > 1

    def replies(self) -> bool:
        """Whether this person writes to at least one team."""
        return bool(self.replies_to)

    def manages_rounds(self) -> bool:
        """Whether this person may close and abandon rounds."""
        return may(self.person, Permission.MANAGE_ROUNDS)

    def manages_organisation(self) -> bool:
        """Whether this person keeps units, members and settings."""
        return may(self.person, Permission.MANAGE_ORGANISATION)

    def keeps_backup_key(self) -> bool:
        """Whether this person keeps the key that opens downloaded backups."""
        return may(self.person, Permission.KEEP_BACKUP_KEY)

    def sees_backups(self) -> bool:
        """Whether this person makes backups, or keeps their key."""
        return self.manages_organisation() or self.keeps_backup_key()

    def manages_accounts(self) -> bool:
        """Whether this person gives and takes roles."""
        return may(self.person, Permission.MANAGE_ACCOUNTS)

    def confirms_acts(self) -> bool:
        """Whether this person confirms what a beheerder does."""
        return may(self.person, Permission.CONFIRM_ACTS)

    def reads_audit_log(self) -> bool:
        """Whether this person may read who changed the set-up."""
        return may(self.person, Permission.READ_AUDIT)

    def blanks_lines(self) -> bool:
        """Whether this person may take a message to a team away."""
        return may(self.person, Permission.BLANK_TEAM_LINES)

    def oversees(self) -> bool:
        """Whether this person looks at the whole without keeping the set-up: the works council."""
        return self.reads_audit_log() and not self.manages_organisation()

    def reads_vents(self) -> bool:
        """Whether this person reads what is written on the klaagmuur."""
        return may(self.person, Permission.READ_VENTS)

    @property
    def own_units(self) -> frozenset[str]:
        """The units that this person leads without another leidinggevende in between."""
        return self.results.own or frozenset()

    def team_page(self, unit: str) -> str:
        """The address of the unit's own results, to share with the team; empty when there is none.

        A closed unit has none, nor has one whose link was ended.
        """
        version = link_versions(self.context.engine).get(unit)
        if version is None:
            return ""
        token = results_link.token(self.context.secret, unit, version)
        return f"{self.context.settings.base_url}/resultaten/{token}"

    def unit_name(self, unit: str) -> str:
        """The unit's name of today."""
        return self.tree.get(unit).name


def current_visit(context: AppContext) -> Visit | None:
    """The visit of the person who is signed in; None when there is no session."""
    token = session.cookie(context.settings.secure)
    person = sessions.person(context.engine, token, clock.now())
    if person is None:
        return None
    tree = current_tree(context.engine)
    return Visit(
        context=context,
        person=person,
        t=texts(language(context)),
        tree=tree,
        results=results(context.engine).seen_by(own_units(context.engine, person, tree)),
        units=visible_units(person, tree),
    )


def language(context: AppContext) -> str:
    """The language chosen in this session, else the browser's, else the organisation's."""
    return (
        session.chosen(session.Slot.LANGUAGE)
        or preferred(session.browser_languages())
        or context.settings.language
    )
