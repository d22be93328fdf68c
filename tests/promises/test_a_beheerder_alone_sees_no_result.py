"""A beheerder alone sees no result and reads no vent: it takes toezicht as well.

Each attack was tried against the program of before, in which the functions of the operator stood
behind the pages; the controls use those.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Table, delete, insert, select, true, update

from monitor import clock
from monitor.access import (
    account_acts,
    accounts,
    credential_reset,
    login,
    pending_acts,
    sessions,
    single_sign_on,
)
from monitor.access.act_kinds import Act
from monitor.access.own_units import own_units
from monitor.access.roles import Grant, Permission, Person, Role, may, visible_units
from monitor.access.sso_rules import Rule, SsoRules
from monitor.config.mail_server import MailRoute, MailServer, Security
from monitor.config.settings import ROOT
from monitor.context import AppContext
from monitor.errors import AccessRefused, InputRefused
from monitor.mail import route as mail_route
from monitor.mail import route_acts
from monitor.organisation import edits, move_acts
from monitor.organisation.register import current_tree, edit_tree, import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.rounds import questionnaire_acts, questionnaire_in_use, rounds
from monitor.pulse.rounds.questionnaire_in_use import in_use, ours
from monitor.store import notices
from monitor.store.delivery_tables import notice
from monitor.store.engine import reading, writing
from monitor.store.oversight_tables import pending_act
from monitor.store.tables import account, account_role
from tests.conftest import NOW
from tests.promises.conftest import CopyOf
from tests.promises.passphrases import GOOD, good_hash

BEA, OWN = "bea@stad.example", "bea.prive@elders.example"
OR, LEA, SAM = "or@stad.example", "lea@stad.example", "sam@stad.example"
ANN, BOB = "ann@stad.example", "bob@stad.example"
TREE = Tree(
    (
        Unit("stad", None, "Stad"),
        Unit("wmo", "stad", "Wmo"),
        Unit("oost", "wmo", "Oost"),
        Unit("jeugd", "stad", "Jeugd"),
    )
)


@dataclass(frozen=True)
class Town:
    """A town that runs: Bea is beheerder, the works council is toezicht, Lea leads Jeugd."""

    context: AppContext
    now: datetime

    def person(self, email: str) -> Person:
        """Whoever has this address, with today's roles."""
        (account,) = [each for each in accounts.listing(self.context.engine) if each.email == email]
        return Person("x", email, account.grants)

    def attempt(self, act: Act, actor: str = BEA) -> bool:
        """Try an act on the pages; whether it was done at once."""
        return pending_acts.submit(self.context.engine, act, actor, self.now).done

    def sees(self, email: str) -> bool:
        """Whether somebody with this address sees any result, or reads vents."""
        known = {each.email for each in accounts.listing(self.context.engine)}
        if email not in known:
            return False
        person = self.person(email)
        tree = current_tree(self.context.engine)
        return bool(visible_units(person, tree)) or may(person, Permission.READ_VENTS)


@pytest.fixture
def town(copy_of: CopyOf, now: datetime) -> Town:
    """A town in which a round was opened."""
    context, _ = copy_of(_fill)
    return Town(context, now)


def _fill(context: AppContext) -> None:
    engine, now = context.engine, NOW
    import_tree(engine, TREE, "test", now)
    for email, role, unit in (
        (BEA, Role.BEHEERDER, None),
        (OR, Role.TOEZICHT, None),
        (LEA, Role.LEIDINGGEVENDE, "jeugd"),
        (SAM, Role.LUISTERAAR, None),
    ):
        accounts.add(engine, email, role, unit, "t", now)
    with writing(engine) as connection:
        connection.execute(update(account).values(password_hash=good_hash()))
    rounds.open_round(context, "2026-11", in_use(context), None, "test", now)


@pytest.mark.slow
@pytest.mark.parametrize("role", [Role.LEIDINGGEVENDE, Role.TOEZICHT, Role.LUISTERAAR])
def test_a_beheerder_gives_himself_no_other_role(town: Town, role: Role) -> None:
    unit = "stad" if role is Role.LEIDINGGEVENDE else None

    with pytest.raises(InputRefused, match=r"account\.roles_apart"):
        town.attempt(account_acts.give_role(BEA, role, unit))

    assert pending_acts.waiting(town.context.engine) == ()
    assert not town.sees(BEA)


@pytest.mark.parametrize("role", [Role.LEIDINGGEVENDE, Role.TOEZICHT, Role.LUISTERAAR])
def test_a_new_account_to_a_private_address_waits_and_is_not_confirmed_by_who_proposed_it(
    town: Town, role: Role
) -> None:
    unit = "stad" if role is Role.LEIDINGGEVENDE else None
    assert not town.attempt(account_acts.give_role(OWN, role, unit))
    assert not town.sees(OWN)
    (act,) = pending_acts.waiting(town.context.engine)
    engine, almost = town.context.engine, town.now + timedelta(13)

    with pytest.raises(AccessRefused, match=r"act\.not_yours"):
        pending_acts.confirm(engine, act.id, town.person(BEA), town.now)
    with pytest.raises(AccessRefused, match=r"act\.too_early"):
        pending_acts.carry_out(engine, act.id, town.person(BEA), almost)
    assert not town.sees(OWN)

    # Toezicht and the person concerned are told; both of them together can.
    pending_acts.confirm(engine, act.id, town.person(OR), town.now)
    assert town.sees(OWN)


@pytest.mark.parametrize("role", [Role.LEIDINGGEVENDE, Role.TOEZICHT, Role.LUISTERAAR])
def test_the_control_with_the_functions_of_the_operator_it_is_done_at_once(
    town: Town, role: Role
) -> None:
    unit = "stad" if role is Role.LEIDINGGEVENDE else None
    token = accounts.add(town.context.engine, OWN, role, unit, BEA, town.now)
    accounts.set_password(town.context.engine, token, GOOD, town.now)
    assert town.sees(OWN)


def test_a_second_beheerder_is_no_second_pair_of_eyes(town: Town) -> None:
    engine = town.context.engine
    second = Person("y", OWN, (Grant(Role.BEHEERDER),))
    assert not town.attempt(account_acts.give_role(OWN, Role.BEHEERDER, None))

    town.attempt(account_acts.give_role("x@elders.example", Role.LEIDINGGEVENDE, "stad"))
    for act in pending_acts.waiting(engine):
        with pytest.raises(AccessRefused, match=r"act\.not_yours"):
            pending_acts.confirm(engine, act.id, second, town.now)
        with pytest.raises(AccessRefused, match=r"act\.not_yours"):
            pending_acts.refuse(engine, act.id, second, town.now)


@pytest.mark.parametrize("email", [LEA, OR, SAM])
def test_an_account_that_sees_or_confirms_is_not_reset_by_a_beheerder_alone(
    town: Town, email: str
) -> None:
    engine, secret = town.context.engine, town.context.secret
    assert not town.attempt(account_acts.start_over(email))

    # The passphrase still works, and whoever it is may say that it was not asked for.
    assert login.check_passphrase_step(engine, secret, email, GOOD, town.now)
    (act,) = pending_acts.waiting(engine)
    with reading(engine) as connection:
        mailed = set(connection.scalars(select(notice.c.account)))
        concerned = connection.scalar(select(account.c.id).where(account.c.email == email))
    assert concerned in mailed
    pending_acts.refuse(engine, act.id, town.person(email), town.now)
    assert pending_acts.waiting(engine) == ()


def test_the_control_a_reset_by_the_operator_takes_the_account(town: Town) -> None:
    engine, secret = town.context.engine, town.context.secret
    token = credential_reset.reset(engine, LEA, BEA, town.now)
    accounts.set_password(engine, token, "een andere lange zin", town.now)
    assert login.check_passphrase_step(engine, secret, LEA, "een andere lange zin", town.now)


def test_nobody_but_the_person_and_toezicht_refuses_and_a_role_is_refused_by_toezicht_only(
    town: Town,
) -> None:
    engine = town.context.engine
    town.attempt(account_acts.take_role(LEA, Role.LEIDINGGEVENDE, "jeugd"))
    (act,) = pending_acts.waiting(engine)
    for email in (LEA, SAM, BEA):
        with pytest.raises(AccessRefused, match=r"act\.not_yours"):
            pending_acts.refuse(engine, act.id, town.person(email), town.now)
    pending_acts.refuse(engine, act.id, town.person(OR), town.now)


def test_toezicht_that_says_nothing_holds_up_two_weeks_and_is_told(town: Town) -> None:
    engine = town.context.engine
    town.attempt(account_acts.give_role(OWN, Role.LEIDINGGEVENDE, "jeugd"))
    (act,) = pending_acts.waiting(engine)
    later = town.now + timedelta(14)

    outcome = pending_acts.carry_out(engine, act.id, town.person(BEA), later)

    assert outcome.done
    assert outcome.link_for
    with reading(engine) as connection:
        kinds = set(connection.scalars(select(notice.c.kind)))
    assert {"access.waiting", "access.unconfirmed"} <= kinds
    assert all(notices.kind_named(kind) for kind in kinds)


def test_a_clock_that_runs_ahead_brings_nothing_nearer(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.attempt(account_acts.give_role(OWN, Role.LEIDINGGEVENDE, "stad"))
    (act,) = pending_acts.waiting(town.context.engine)
    monkeypatch.setattr(pending_acts.nights, "is_far_ahead", lambda _engine, _today: True)

    with pytest.raises(AccessRefused, match=r"act\.clock"):
        pending_acts.carry_out(
            town.context.engine, act.id, town.person(BEA), town.now + timedelta(60)
        )


def test_a_proposal_dated_back_in_the_store_does_not_wait_any_more(town: Town) -> None:
    engine, bea = town.context.engine, town.person(BEA)
    town.attempt(account_acts.give_role(OWN, Role.LEIDINGGEVENDE, "stad"))
    (act,) = pending_acts.waiting(engine)
    long_ago = int((town.now - timedelta(20)).timestamp())
    with engine.begin() as connection:  # past the program, as who can write in the store
        connection.execute(update(pending_act).values(proposed_at=long_ago))

    with pytest.raises(AccessRefused, match=r"act\.gone"):
        pending_acts.carry_out(engine, act.id, bea, town.now)
    assert not town.sees(OWN)

    # The control: twenty days after a proposal that nobody touched it is done.
    town.attempt(account_acts.give_role("x@elders.example", Role.LEIDINGGEVENDE, "stad"))
    (act,) = pending_acts.waiting(engine)
    assert pending_acts.carry_out(engine, act.id, bea, town.now + timedelta(20)).done


def test_the_last_toezicht_is_not_removed_by_anybody(town: Town) -> None:
    for act in (account_acts.take_role(OR, Role.TOEZICHT, None), account_acts.remove(OR)):
        with pytest.raises(InputRefused, match=r"account\.last_toezicht"):
            town.attempt(act)


def test_mail_does_not_go_to_a_server_of_ones_own(town: Town) -> None:
    context = town.context
    server = MailServer(Security.NONE, "127.0.0.1", 2525, "klimaat", "geheim")
    route = MailRoute(server, "klimaat@stad.example")
    mail_route.choose(context, route, "cli", town.now)

    own = replace(route, server=replace(server, host="mail.elders.example"))
    assert not town.attempt(route_acts.choose(context, own))
    assert not town.attempt(route_acts.forget(server.host))
    assert mail_route.in_use(context) == route
    # Another password for the same server gives nobody the mail.
    same = replace(route, server=replace(server, password="nieuw"))
    assert town.attempt(route_acts.choose(context, same))
    assert mail_route.in_use(context) == same

    waiting = {act.about: act for act in pending_acts.waiting(context.engine)}
    act = waiting["mail.elders.example"]
    pending_acts.confirm(context.engine, act.id, town.person(OR), town.now)
    assert mail_route.in_use(context) == own


def test_a_unit_moved_for_a_minute_gives_nobody_its_history(town: Town) -> None:
    engine = town.context.engine
    assert not town.attempt(move_acts.move("oost", "jeugd"))
    assert "oost" not in visible_units(town.person(LEA), current_tree(engine))
    moved = edits.moved(current_tree(engine), "oost", "jeugd")
    with pytest.raises(InputRefused, match=r"org\.gives_history"):
        import_tree(engine, moved, BEA, town.now, check=move_acts.refuse_gains)
    # Where nobody gains anything it is done at once.
    assert town.attempt(move_acts.move("oost", "stad"))

    (act,) = pending_acts.waiting(engine)
    pending_acts.confirm(engine, act.id, town.person(OR), town.now)
    assert "oost" in visible_units(town.person(LEA), current_tree(engine))


def test_the_control_a_unit_moved_by_the_operator_shows_its_history(town: Town) -> None:
    engine = town.context.engine
    edit_tree(engine, lambda tree: edits.moved(tree, "oost", "jeugd"), "move", BEA, town.now)
    assert "oost" in visible_units(town.person(LEA), current_tree(engine))


def leads(town: Town, email: str, unit: str) -> None:
    """Somebody leads a unit, by the operator's hand."""
    accounts.add(town.context.engine, email, Role.LEIDINGGEVENDE, unit, "cli", town.now)


def reads_of_their_leader(town: Town, email: str) -> frozenset[str]:
    """The units whose statements on their own leidinggevende somebody reads."""
    engine = town.context.engine
    return own_units(engine, town.person(email), current_tree(engine))


def test_a_move_takes_no_leidinggevende_out_of_between_for_a_minute(town: Town) -> None:
    """Bob leads the whole and sees Oost already, not what it says of Ann, who leads Wmo."""
    engine = town.context.engine
    leads(town, ANN, "wmo")
    leads(town, BOB, "stad")
    assert "oost" not in reads_of_their_leader(town, BOB)

    assert not town.attempt(move_acts.move("oost", "stad"))
    moved = edits.moved(current_tree(engine), "oost", "stad")
    with pytest.raises(InputRefused, match=r"org\.gives_history"):
        import_tree(engine, moved, BEA, town.now, check=move_acts.refuse_gains)
    assert "oost" not in reads_of_their_leader(town, BOB)

    # The control: the same move by the operator, and when toezicht confirms it.
    (act,) = pending_acts.waiting(engine)
    pending_acts.confirm(engine, act.id, town.person(OR), town.now)
    assert "oost" in reads_of_their_leader(town, BOB)


@pytest.mark.parametrize("way", ["role", "move"])
def test_nothing_is_put_into_what_toezicht_is_about_to_confirm(town: Town, way: str) -> None:
    """Propose something empty, and fill it while it waits."""
    engine = town.context.engine
    edit_tree(engine, partial(edits.added, name="Leeg", parent="wmo"), "add", BEA, town.now)
    act = (
        account_acts.give_role(OWN, Role.LEIDINGGEVENDE, "leeg")
        if way == "role"
        else move_acts.move("leeg", "jeugd")
    )
    # The control: before anything waits it is done at once, and seen by toezicht when it is asked.
    assert town.attempt(move_acts.move("oost", "leeg"))
    assert town.attempt(move_acts.move("oost", "wmo"))
    assert not town.attempt(act)

    assert not town.attempt(move_acts.move("oost", "leeg"))
    with pytest.raises(InputRefused, match=r"org\.gives_history"):
        moved = edits.moved(current_tree(engine), "oost", "leeg")
        import_tree(engine, moved, BEA, town.now, check=move_acts.refuse_gains)
    waiting = next(each for each in pending_acts.waiting(engine) if each.payload == act.payload)
    pending_acts.confirm(engine, waiting.id, town.person(OR), town.now)
    assert not any(
        "oost" in visible_units(town.person(each), current_tree(engine))
        for each in (OWN, LEA)
        if town.sees(each)
    )


@pytest.mark.parametrize("table", [account_role, pending_act])
def test_a_row_taken_away_for_a_moment_lets_no_unit_move_unseen(town: Town, table: Table) -> None:
    """Whoever writes in the store as well takes away who leads, or what waits, and puts it back."""
    engine = town.context.engine
    edit_tree(engine, partial(edits.added, name="Leeg", parent="wmo"), "add", BEA, town.now)
    assert not town.attempt(account_acts.give_role(OWN, Role.LEIDINGGEVENDE, "leeg"))
    target = "jeugd" if table is account_role else "leeg"
    where = account_role.c.unit == "jeugd" if table is account_role else true()
    with engine.begin() as connection:  # past the program
        rows = [dict(row._mapping) for row in connection.execute(select(table).where(where))]
        connection.execute(delete(table).where(where))
    assert rows

    assert not town.attempt(move_acts.move("oost", target))

    with engine.begin() as connection:
        connection.execute(insert(table), rows)
    assert not town.sees(OWN)
    assert "oost" not in visible_units(town.person(LEA), current_tree(engine))


def test_other_questions_are_not_asked_by_a_beheerder_alone(town: Town) -> None:
    context, engine = town.context, town.context.engine
    leading = replace(ours("2026-1"), version="eigen-1")
    before = in_use(context)
    assert not town.attempt(questionnaire_acts.choose(context, leading))
    assert in_use(context) == before
    (act,) = pending_acts.waiting(engine)
    with pytest.raises(AccessRefused, match=r"act\.not_yours"):
        pending_acts.confirm(engine, act.id, town.person(BEA), town.now)
    assert in_use(context) == before

    pending_acts.confirm(engine, act.id, town.person(OR), town.now)
    assert in_use(context) == leading
    (round_,) = rounds.all_rounds(engine)
    assert round_.questionnaire == before.digest


def test_the_control_the_operator_chooses_other_questions_at_once(town: Town) -> None:
    with writing(town.context.engine) as connection:
        questionnaire_in_use.choose(connection, ours("2026-1"), "", BEA, town.now)
    assert in_use(town.context) == ours("2026-1")


@pytest.mark.parametrize("other", [Role.TOEZICHT, Role.LUISTERAAR, Role.LEIDINGGEVENDE])
def test_single_sign_on_gives_a_beheerder_no_other_role(town: Town, other: Role) -> None:
    unit = "stad" if other is Role.LEIDINGGEVENDE else None
    rules = SsoRules(rules=(Rule("beheer", Role.BEHEERDER), Rule("anders", other, unit)))
    claims = {"sub": "1", "email": OWN, "email_verified": True, "groups": ["beheer", "anders"]}
    engine, secret = town.context.engine, town.context.secret

    with pytest.raises(AccessRefused, match=r"sso\.roles_apart"):
        single_sign_on.enter(engine, secret, "https://id.example", rules, claims, town.now)
    assert not town.sees(OWN)

    # The control: the other group alone gives what belongs to it.
    alone = claims | {"groups": ["anders"]}
    assert single_sign_on.enter(engine, secret, "https://id.example", rules, alone, town.now)
    assert town.sees(OWN)


def told(town: Town) -> set[tuple[str, str]]:
    """Which kinds of mail wait, and for whom."""
    with reading(town.context.engine) as connection:
        rows = connection.execute(
            select(notice.c.kind, account.c.email).join(account, account.c.id == notice.c.account)
        ).all()
    return {(row.kind, row.email) for row in rows}


def test_a_group_at_the_provider_gives_no_role_unseen(town: Town) -> None:
    """Whoever runs the provider puts a second address of his own in the group of a department."""
    rules = SsoRules(rules=(Rule("wmo", Role.LEIDINGGEVENDE, "wmo"),))
    claims = {"sub": "1", "email": OWN, "email_verified": True, "groups": ["wmo"]}
    engine, secret, issuer = town.context.engine, town.context.secret, "https://id.example"

    single_sign_on.enter(engine, secret, issuer, rules, claims, town.now)
    assert town.sees(OWN)
    assert {("access.by_groups", OR), ("access.changed", OWN)} <= told(town)

    # The control: signing in again changes nothing, and tells nobody.
    with writing(engine) as connection:
        connection.execute(delete(notice))
    single_sign_on.enter(engine, secret, issuer, rules, claims, town.now + timedelta(1))
    assert told(town) == set()


def test_another_identity_for_an_account_in_use_is_told_to_its_owner(town: Town) -> None:
    engine, secret = town.context.engine, town.context.secret
    claims = {"sub": "1", "email": LEA, "email_verified": True}
    accounts.add(engine, OWN, Role.LEIDINGGEVENDE, "oost", "cli", town.now)

    single_sign_on.enter(engine, secret, "https://elders.example", SsoRules(), claims, town.now)
    assert ("access.changed", LEA) in told(town)
    # The control: the first way into an account that was only just made is told to nobody.
    first = claims | {"sub": "2", "email": OWN}
    single_sign_on.enter(engine, secret, "https://elders.example", SsoRules(), first, town.now)
    assert ("access.changed", OWN) not in told(town)


def test_of_two_people_who_decide_at_once_one_does(town: Town) -> None:
    engine = town.context.engine
    town.attempt(account_acts.give_role(OWN, Role.LEIDINGGEVENDE, "jeugd"))
    (act,) = pending_acts.waiting(engine)
    pending_acts.refuse(engine, act.id, town.person(OR), town.now)

    with pytest.raises(AccessRefused, match=r"act\.gone"):
        pending_acts.confirm(engine, act.id, town.person(OR), town.now)
    assert not town.sees(OWN)


def test_what_is_no_longer_possible_stays_until_it_is_refused(town: Town) -> None:
    engine = town.context.engine
    town.attempt(account_acts.give_role(OWN, Role.LEIDINGGEVENDE, "jeugd"))
    accounts.add(engine, OWN, Role.LUISTERAAR, None, "cli", town.now)
    (act,) = pending_acts.waiting(engine)

    with pytest.raises(InputRefused, match=r"account\.roles_apart"):
        pending_acts.confirm(engine, act.id, town.person(OR), town.now)
    assert pending_acts.waiting(engine) == (act,)


NAMED_SO = ("contacts.py", "inbox.py", "bulk_removal.py")


def test_no_page_does_what_only_the_operator_may() -> None:
    """The functions without a second pair of eyes stand behind no page."""
    forbidden = (
        "accounts.add(", "accounts.add,", "credential_reset", "removal.", "mail_route.choose",
        "mail_route.forget", "role_giving", "grants.give", "edits.moved",
    )  # fmt: skip
    pages = [*(ROOT / "monitor" / "dashboard").rglob("*.py"), *(ROOT / "monitor/web").rglob("*.py")]
    assert len(pages) > 50
    found = [
        (page.name, name) for page in pages for name in forbidden if name in page.read_text("utf-8")
    ]
    # Buttons called "removal" take a help contact away, or vents out of the inbox.
    assert [each for each in found if each[0] not in NAMED_SO] == []


def test_before_anybody_can_confirm_and_before_a_round_acts_are_done_at_once(
    context: AppContext, now: datetime
) -> None:
    """Setting up: there is nothing to see yet; what was done is listed for toezicht."""
    import_tree(context.engine, TREE, "test", now)
    accounts.add_with_password(context.engine, BEA, Role.BEHEERDER, None, GOOD, "t", now)
    act = account_acts.give_role(OR, Role.TOEZICHT, None)
    assert pending_acts.submit(context.engine, act, BEA, now).done

    token = accounts.add(context.engine, OR, Role.TOEZICHT, None, "t", now)
    accounts.set_password(context.engine, token, GOOD, now)
    later = account_acts.give_role(OWN, Role.TOEZICHT, None)
    assert not pending_acts.submit(context.engine, later, BEA, now).done
    assert clock.local_day(now) < pending_acts.waiting(context.engine)[0].ripe_on


def test_an_organisation_without_toezicht_waits_too(town: Town) -> None:
    """An installation of before: who is toezicht is not chosen by a beheerder in one click."""
    engine = town.context.engine
    with reading(engine) as connection:
        assert pending_acts.oversight(connection).on
    other = account_acts.give_role(OWN, Role.TOEZICHT, None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pending_acts.overseers, "ready", lambda _connection: frozenset())
        assert not town.attempt(other)
    assert sessions.person(engine, None, town.now) is None
