"""Acts that wait for toezicht, in words."""

from __future__ import annotations

from monitor.access import account_acts
from monitor.access.pending_acts import PendingAct
from monitor.config.mail_server import MailRoute, MailServer, Security
from monitor.dashboard import phrases
from monitor.dashboard.admin.grants import grant_name
from monitor.dashboard.visit import Visit
from monitor.locale import Texts
from monitor.mail import route_acts
from monitor.organisation import move_acts

MOST_NAMED = 12
"""Units that are named of all that come along."""
ROLE_KINDS = (account_acts.GIVE_ROLE.name, account_acts.TAKE_ROLE.name)


def sentence(visit: Visit, act: PendingAct) -> str:
    """What would be done."""
    return visit.t(f"act.{act.kind}{_variant(act)}", **_words(visit, act))


def seen_along(visit: Visit, act: PendingAct) -> str:
    """Which units come along: those beneath the one that is led or moved; empty for none.

    A unit that had another name in the latest sealed month is called by that one as well: it is
    under that name that others know it.
    """
    unit = _unit_of(act)
    if unit is None or unit not in visit.tree:
        return ""
    units = visit.tree.beneath(unit)
    names = [_known_as(visit, each) for each in units[:MOST_NAMED]]
    names += [visit.t("act.more", count=len(units) - MOST_NAMED)] if len(units) > MOST_NAMED else []
    return visit.t("act.along", units=", ".join(names))


def since(visit: Visit, act: PendingAct) -> str:
    """Who proposed it, and when, and from when a beheerder may do it without toezicht."""
    t = visit.t
    return t(
        "act.since",
        by=phrases.escaped(act.proposed_by),
        day=phrases.day(act.proposed_on, t),
        until=phrases.day(act.ripe_on, t),
    )


def _variant(act: PendingAct) -> str:
    is_no_route = act.kind == route_acts.ROUTE.name and act.payload["route"] is None
    return ".none" if is_no_route else ""


def _words(visit: Visit, act: PendingAct) -> dict[str, str]:
    words = {"about": phrases.escaped(act.about)}
    if act.kind in ROLE_KINDS:
        words["role"] = grant_name(account_acts.grant_of(act.payload), visit.tree, visit.t)
    if act.kind == move_acts.MOVE.name:
        words["about"] = _unit(visit, act.payload["key"])
        words["parent"] = _unit(visit, act.payload["parent"])
    if act.kind == route_acts.ROUTE.name and act.payload["route"] is not None:
        stored = act.payload["route"]
        server = MailServer(
            Security(stored["security"]), stored["host"], stored["port"], stored["user"]
        )
        words |= route_words(MailRoute(server, stored["sender"]), visit.t)
    return words


def route_words(route: MailRoute, t: Texts) -> dict[str, str]:
    """All that decides who can read the mail: with an own account on the same server one can."""
    server = route.server
    return {
        "host": phrases.escaped(server.host),
        "port": str(server.port),
        "security": t(f"act.mail.security.{server.security.name.lower()}"),
        "user": phrases.escaped(server.user) or phrases.NOTHING,
        "sender": phrases.escaped(route.sender),
    }


def _unit_of(act: PendingAct) -> str | None:
    """The unit of which somebody would see the months."""
    if act.kind == account_acts.GIVE_ROLE.name:
        return account_acts.grant_of(act.payload).unit
    return str(act.payload["key"]) if act.kind == move_acts.MOVE.name else None


def _known_as(visit: Visit, key: str) -> str:
    name, latest = visit.unit_name(key), visit.results.latest
    earlier = visit.results.tree(latest) if latest is not None else None
    if earlier is None or key not in earlier or earlier.get(key).name == name:
        return phrases.escaped(name)
    before = phrases.escaped(earlier.get(key).name)
    return visit.t("act.renamed", name=phrases.escaped(name), before=before)


def _unit(visit: Visit, key: str) -> str:
    return phrases.escaped(visit.unit_name(key) if key in visit.tree else key)
