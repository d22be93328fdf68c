"""Whoever points signing in at a server of his own is seen: toezicht is mailed, and reads it.

It cannot be stopped, for whoever has the server has the app; it cannot be done unseen either.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from monitor.access import accounts, single_sign_on
from monitor.access.roles import Grant, Person, Role
from monitor.access.sso_rules import Rule, SsoRules
from monitor.context import AppContext
from monitor.errors import AccessRefused
from monitor.operations import server_parts
from monitor.operations.server_parts import CHANGED, Part
from monitor.pulse.rounds.questionnaire_in_use import FIRST
from monitor.store import audit
from monitor.store.delivery_tables import notice, setting
from monitor.store.engine import reading
from tests.promises import believing, intruder

OR = Person("x", "or@stad.example", (Grant(Role.TOEZICHT),))
BEA = Person("y", "bea@stad.example", (Grant(Role.BEHEERDER),))
PASSPHRASE = "vier losse natte eenden"
OURS, THEIRS = "https://id.stad.example", "https://id.elders.example"


def signing_in_at(context: AppContext, issuer: str, rules: SsoRules | None = None) -> AppContext:
    """The installation after a start with this provider in its environment."""
    settings = replace(
        context.settings,
        oidc_issuer=issuer,
        oidc_client_id="klimaat",
        sso_rules=rules or SsoRules(),
    )
    return replace(context, settings=settings)


@pytest.fixture
def town(context: AppContext, now: datetime) -> AppContext:
    """A town that signs in at its own provider, whose toezicht knows that."""
    started = signing_in_at(context, OURS)
    assert server_parts.note(started, now) == (Part.SIGN_ON,)  # while it was set up
    accounts.add_with_password(
        context.engine, OR.email, Role.TOEZICHT, None, PASSPHRASE, "test", now
    )
    return started


def mails(context: AppContext) -> int:
    """How many mails to toezicht wait."""
    with reading(context.engine) as connection:
        kinds = connection.scalars(select(notice.c.kind)).all()
    return kinds.count(CHANGED.name)


def unseen(context: AppContext) -> list[Part]:
    """What stands on the page of toezicht to be acknowledged."""
    return [each.part for each in server_parts.noted(context) if not each.seen]


def test_another_provider_is_mailed_and_stands_there_until_toezicht_has_seen_it(
    town: AppContext, now: datetime
) -> None:
    assert server_parts.note(town, now) == ()  # the control: nothing changed, nobody is mailed
    assert (mails(town), unseen(town)) == (0, [])

    later = now + timedelta(1)
    attacked = signing_in_at(town, THEIRS)
    claims = {"sub": "1", "email": OR.email, "email_verified": True}
    assert server_parts.note(attacked, later) == (Part.SIGN_ON,)
    # What it is for: at a server of one's own, anybody is whoever one likes.
    assert single_sign_on.enter(
        town.engine, town.secret, THEIRS, attacked.settings.sso_rules, claims, later
    )

    assert (mails(town), unseen(town)) == (1, [Part.SIGN_ON])
    assert "account.sign_on" in {entry.action for entry in audit.entries(town.engine)}
    # Putting it back is a change as well, and does not take the first one off the page.
    assert server_parts.note(signing_in_at(town, OURS), later) == (Part.SIGN_ON,)
    assert unseen(town) == [Part.SIGN_ON]


def test_a_group_rule_is_a_change_and_only_toezicht_acknowledges_the_very_one(
    town: AppContext, now: datetime
) -> None:
    rules = SsoRules(rules=(Rule("beheer", Role.TOEZICHT),))
    server_parts.note(signing_in_at(town, OURS, rules), now)
    (first,) = server_parts.noted(town)
    with pytest.raises(AccessRefused, match=r"act\.not_yours"):
        server_parts.acknowledge(town, first, BEA, now)
    server_parts.note(signing_in_at(town, OURS, replace(rules, email_checked=True)), now)
    with pytest.raises(AccessRefused, match=r"act\.gone"):
        server_parts.acknowledge(town, first, OR, now)
    assert unseen(town) == [Part.SIGN_ON]

    (second,) = server_parts.noted(town)
    server_parts.acknowledge(town, second, OR, now)
    assert unseen(town) == []


def test_a_questionnaire_that_cannot_be_read_keeps_nothing_else_untold(
    town: AppContext, now: datetime, tmp_path: Path
) -> None:
    def with_file(context: AppContext, file: Path) -> AppContext:
        return replace(context, settings=replace(context.settings, questionnaire_file=file))

    elsewhere = signing_in_at(town, THEIRS)
    missing = with_file(elsewhere, tmp_path / "questionnaire.toml")
    assert server_parts.note(missing, now) == (Part.SIGN_ON,)
    unreadable = with_file(town, tmp_path)  # a folder in its place
    assert server_parts.note(unreadable, now) == (Part.SIGN_ON, Part.QUESTIONNAIRE)


def test_mail_server_and_questionnaire_of_the_server_are_told_as_well(
    town: AppContext, now: datetime, tmp_path: Path
) -> None:
    own = tmp_path / "questionnaire.toml"
    own.write_bytes(FIRST.read_bytes())
    settings = replace(
        town.settings,
        smtp_url="smtps://klimaat:geheim@mail.elders.example",
        mail_from="klimaat@stad.example",
        questionnaire_file=own,
    )
    changed = replace(town, settings=settings)
    assert server_parts.note(changed, now) == (Part.MAIL, Part.QUESTIONNAIRE)

    own.write_bytes(FIRST.read_bytes() + b"# anders\n")
    other = settings.smtp_url.replace("geheim", "anders")
    # Another password brings mail nowhere else.
    changed = replace(town, settings=replace(settings, smtp_url=other))
    assert server_parts.note(changed, now) == (Part.QUESTIONNAIRE,)
    assert server_parts.note(town, now) == (Part.MAIL, Part.QUESTIONNAIRE)  # taken away again
    assert unseen(town) == [Part.MAIL, Part.QUESTIONNAIRE]


def test_who_writes_in_the_store_acknowledges_nothing(town: AppContext, now: datetime) -> None:
    attacked = signing_in_at(town, THEIRS)
    server_parts.note(attacked, now)
    key = setting.c.key == "operations.server_parts"
    with reading(town.engine) as connection:
        value = connection.scalar(select(setting.c.value).where(key))
    value["sign_on"]["seen"] = True
    with intruder.writing_in(town) as connection:
        connection.execute(update(setting).where(key).values(value=value))

    with believing.every_row():
        assert unseen(attacked) == []  # the control
    assert server_parts.note(attacked, now) == (Part.SIGN_ON,)
    assert unseen(attacked) == [Part.SIGN_ON]

    with intruder.writing_in(town) as connection:
        connection.execute(delete(setting).where(key))
    assert server_parts.note(attacked, now) == (Part.SIGN_ON,)
    assert unseen(attacked) == [Part.SIGN_ON]
