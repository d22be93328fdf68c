"""Who can write in the store swaps addresses or hides roles for a moment, and gains nothing by it.

Whatever the app does in that moment it signs, so that it would last when the rows are put back as
they were. Each attack has a control in which it succeeds: with a program that believes its rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from monitor.access import (
    account_acts,
    account_lookup,
    accounts,
    link_words,
    overseers,
    pending_acts,
    single_sign_on,
)
from monitor.access.roles import Grant, Person, Role
from monitor.access.sso_rules import SsoRules
from monitor.context import AppContext
from monitor.errors import AccessRefused, InputRefused
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from monitor.store import signed_rows
from monitor.store.engine import writing
from monitor.store.signed_tables import row_manifest
from monitor.store.tables import account, account_role, round_unit, survey_round, welcome_link
from tests.conftest import NOW
from tests.promises import intruder
from tests.promises.conftest import CopyOf
from tests.promises.passphrases import good_hash

BEA, TOM, LEA, MOL = (f"{name}@stad.example" for name in ("bea", "tom", "lea", "mol"))
NEW = "nieuw@stad.example"
TREE = Tree((Unit("stad", None, "Stad"), Unit("wmo", "stad", "Wmo"), Unit("jeugd", "stad", "J")))


@dataclass(frozen=True)
class Town:
    """Bea is beheerder, Tom toezicht, Lea leads Jeugd; Mol leads Wmo and can write in the store."""

    context: AppContext
    now: datetime

    def grants(self, email: str) -> frozenset[Grant]:
        """What somebody may see, once every row is back in its place."""
        listing = accounts.listing(self.context.engine)
        return frozenset(g for each in listing if each.email == email for g in each.grants)

    @contextmanager
    def meanwhile(self, *statements: Any) -> Iterator[None]:
        """With these changes by somebody else, undone at the end row by row."""
        tables = (account, account_role, survey_round, round_unit, row_manifest)
        with intruder.writing_in(self.context) as connection:
            before = {table: connection.execute(select(table)).mappings().all() for table in tables}
            for statement in statements:
                connection.execute(statement)
            during = {table: connection.execute(select(table)).mappings().all() for table in tables}
        yield
        with intruder.writing_in(self.context) as connection:
            for table in (account, account_role, survey_round, round_unit):
                keys = table.primary_key.columns
                for row in before[table]:
                    if row not in during[table]:
                        same = [column == row[column.name] for column in keys]
                        connection.execute(update(table).where(*same).values(dict(row)))
                        if connection.execute(select(table).where(*same)).first() is None:
                            connection.execute(insert(table).values(dict(row)))
            kept = set(connection.scalars(select(row_manifest.c.kind)))
            for row in before[row_manifest]:
                if row["kind"] not in kept:
                    connection.execute(insert(row_manifest).values(dict(row)))


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
        (TOM, Role.TOEZICHT, None),
        (LEA, Role.LEIDINGGEVENDE, "jeugd"),
        (MOL, Role.LEIDINGGEVENDE, "wmo"),
    ):
        accounts.add(engine, email, role, unit, "t", now)
    with writing(engine) as connection:
        connection.execute(update(account).values(password_hash=good_hash()))
    questions = load(context.settings.questionnaire_file)
    rounds.open_round(context, "2026-11", questions, None, "test", now)


@pytest.fixture(params=[False, True], ids=["", "control"])
def succeeds(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the attack should succeed, against a program that asks less."""
    if request.param:
        monkeypatch.setattr(signed_rows, "is_genuine", lambda *_: True)
        monkeypatch.setattr(signed_rows, "split_ever", lambda *_: False)
        monkeypatch.setattr(overseers, "altered", lambda *_: False)
    return bool(request.param)


def has_address(of: str, address: str) -> Any:
    return update(account).where(account.c.email == of).values(email=address)


@pytest.mark.slow
def test_a_role_meant_for_somebody_new_is_not_given_to_who_took_that_address(
    town: Town, succeeds: bool
) -> None:
    """Bea proposes, Tom confirms, both in good faith; Mol has the new address for a moment."""
    engine = town.context.engine
    act = account_acts.give_role(NEW, Role.LEIDINGGEVENDE, "stad")
    assert not pending_acts.submit(engine, act, BEA, town.now).done
    (waiting,) = pending_acts.waiting(engine)
    (tom,) = (each for each in accounts.listing(engine) if each.email == TOM)
    with town.meanwhile(has_address(MOL, NEW)), suppress(InputRefused):
        pending_acts.confirm(engine, waiting.id, person(tom), town.now)

    assert (Grant(Role.LEIDINGGEVENDE, "stad") in town.grants(MOL)) == succeeds


def test_an_identity_at_the_provider_is_not_linked_to_who_had_its_address_for_a_moment(
    town: Town, succeeds: bool
) -> None:
    """Mol signs in for the first time while Lea's account has Mol's address, and again later."""
    engine, secret = town.context.engine, town.context.secret
    claims = {"sub": "mol", "email": "mol2@stad.example", "email_verified": True}

    def enter() -> bool:
        try:
            single_sign_on.enter(engine, secret, "https://p", SsoRules(), claims, town.now)
        except AccessRefused:
            return False
        return True

    with town.meanwhile(has_address(LEA, "mol2@stad.example")):
        assert not enter()
    assert enter() == succeeds


@pytest.mark.parametrize("hidden", [False, True], ids=["address", "address and role"])
def test_an_account_is_not_started_over_in_the_place_of_another(
    town: Town, succeeds: bool, hidden: bool
) -> None:
    """Bea starts over what looks like an account without roles, and Mol can read its mail."""
    engine, own = town.context.engine, "mol.prive@elders.example"
    with town.meanwhile(
        has_address(LEA, own),
        delete(account_role).where(account_role.c.unit == ("jeugd" if hidden else "")),
    ):
        outcome = None
        with suppress(InputRefused):
            outcome = pending_acts.submit(engine, account_acts.start_over(own), BEA, town.now)

    assert (outcome is not None and outcome.done) == (succeeds and hidden)
    if outcome is not None and outcome.link_for:
        token = accounts.new_link(engine, outcome.link_for, None, town.now)
        accounts.set_password(engine, token, "een andere lange zin", town.now)
        assert Grant(Role.LEIDINGGEVENDE, "jeugd") in town.grants(LEA)


ROUNDS_GONE = (
    delete(round_unit),
    delete(survey_round),
    delete(row_manifest).where(row_manifest.c.kind.like("round%")),
    update(account).where(account.c.email == TOM).values(password_hash=None),
)


def test_the_time_of_setting_up_is_not_brought_back(town: Town, succeeds: bool) -> None:
    """Without rounds, and with nobody who could confirm, a beheerder's acts were done at once."""
    act = account_acts.give_role(NEW, Role.LEIDINGGEVENDE, "stad")
    with town.meanwhile(*ROUNDS_GONE):
        done = pending_acts.submit(town.context.engine, act, BEA, town.now).done

    assert done == succeeds
    assert bool(town.grants(NEW)) == succeeds


def test_toezicht_that_was_made_unable_to_sign_in_still_confirms(
    context: AppContext, now: datetime, succeeds: bool
) -> None:
    """Before the first round as well."""
    import_tree(context.engine, TREE, "test", now)
    for email, role in ((BEA, Role.BEHEERDER), (TOM, Role.TOEZICHT)):
        accounts.add(context.engine, email, role, None, "t", now)
    with writing(context.engine) as connection:
        connection.execute(update(account).values(password_hash=good_hash()))
    act = account_acts.give_role(NEW, Role.LEIDINGGEVENDE, "stad")
    with Town(context, now).meanwhile(ROUNDS_GONE[-1]):
        assert pending_acts.submit(context.engine, act, BEA, now).done == succeeds


def test_the_word_of_a_link_cannot_be_taken_away_for_a_moment(town: Town, succeeds: bool) -> None:
    """Who reads Lea's mail has the link, and lacks the word that is on somebody's screen."""
    engine = town.context.engine
    (lea,) = account_ids(town, LEA)
    token = accounts.new_link(engine, lea, link_words.new_word(), town.now)
    with intruder.writing_in(town.context) as connection:
        connection.execute(update(welcome_link).values(word=None))

    if succeeds:
        link_words.check(engine, token, "")
    else:
        with pytest.raises(InputRefused, match=r"welcome\.word"):
            link_words.check(engine, token, "")


def account_ids(town: Town, email: str) -> tuple[str, ...]:
    with writing(town.context.engine) as connection:
        found = account_lookup.id_of(connection, [email])
    return () if found is None else (found,)


def person(summary: accounts.AccountSummary) -> Person:
    return Person("x", summary.email, summary.grants)
