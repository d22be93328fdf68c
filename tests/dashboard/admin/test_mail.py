"""A beheerder without a shell sets up mail, tries it, and has one-time links mailed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from monitor import clock
from monitor.access import accounts
from monitor.access.roles import Role
from monitor.access.sso_rules import Rule, SsoRules
from monitor.config.mail_server import MailRoute, MailServer, Security
from monitor.context import AppContext, use_context
from monitor.errors import InputRefused
from monitor.locale import texts
from monitor.mail import route as mail_route
from monitor.store.engine import reading
from monitor.store.tables import welcome_link
from tests.dashboard.conftest import OpenPage
from tests.dashboard.pages import field, fill, press, shown, unescaped, written
from tests.live import free_port
from tests.mail.mailroom import Mailroom

T = texts("nl")
PASSPHRASE = "vier losse natte eenden"
SENDER = "klimaat@waterrijk.example"
GUEST = "noor@stad.example"


@pytest.fixture
def mailroom() -> Iterator[Mailroom]:
    """A real mail server."""
    with Mailroom.open() as server:
        yield server


def store_route(context: AppContext, port: int, user: str = "", password: str = "") -> None:
    """Have the app send its mail to this port."""
    server = MailServer(Security.NONE, "127.0.0.1", port, user, password)
    mail_route.choose(context, MailRoute(server, SENDER), "test", clock.now())


def test_a_mail_server_is_filled_in_tried_and_taken_away(
    manage: OpenPage, context: AppContext, mailroom: Mailroom
) -> None:
    page = manage("instellingen")
    assert T("set.mail.none") in written(page)

    field(page, "radio", "mailserver", "security").set_value(Security.NONE)
    fill(page, "mailserver", host="een server", sender=SENDER)
    assert T("mail.host") in unescaped(page)
    fill(page, "mailserver", host="127.0.0.1", port=str(mailroom.port))
    assert T("set.mail.kept") in unescaped(page)
    fill(page, "trial", to=GUEST)
    assert mailroom.to == {GUEST: 1}

    press(page, "no-mailserver")
    assert mail_route.stored(context) is None


@pytest.mark.slow
def test_an_empty_password_keeps_the_one_of_the_same_server_only(
    manage: OpenPage, context: AppContext
) -> None:
    store_route(context, 25, "klimaat", "geheim")
    page = manage("instellingen")
    assert "geheim" not in str(page)

    fill(page, "mailserver", sender="anders@waterrijk.example")
    route = mail_route.in_use(context)
    assert route is not None
    assert (route.sender, route.server.password) == ("anders@waterrijk.example", "geheim")

    fill(page, "mailserver", host="localhost")
    assert T("mail.sign_in_half") in unescaped(page)
    assert mail_route.in_use(context) == route


def mailed_token(context: AppContext, mailroom: Mailroom) -> str:
    """The token of the link in the last mail, which holds no check word."""
    body = mailroom.taken[-1].get_body(("plain",))
    assert body is not None
    link = re.search(rf"{re.escape(context.settings.base_url)}/welkom/(\S+)", body.get_content())
    assert link is not None
    return link[1]


def test_a_link_is_mailed_and_its_word_is_shown_to_who_had_it_made(
    manage: OpenPage, context: AppContext, mailroom: Mailroom
) -> None:
    store_route(context, mailroom.port)
    page = manage("accounts")
    page.selectbox(key="invite-role").select(Role.LUISTERAAR.value).run()
    fill(page, "invite", email=" Noor@stad.example ")

    word = page.code[0].value
    assert "/welkom/" not in shown(page) + word
    assert (mailroom.taken[0]["To"], mailroom.taken[0]["From"]) == (GUEST, SENDER)
    token, now = mailed_token(context, mailroom), clock.now()
    assert word not in str(mailroom.taken[0])
    for wrong in ("", "AAAAAA"):
        with pytest.raises(InputRefused, match=r"welcome\.word"):
            accounts.set_password(context.engine, token, PASSPHRASE, now, wrong)
    accounts.set_password(context.engine, token, PASSPHRASE, now, word.lower())

    page.selectbox(key="account").select(GUEST).run()
    field(page, "checkbox", f"over-{GUEST}", "sure").check()
    press(page, f"over-{GUEST}")
    assert page.code[0].value not in (word, token)
    assert len(mailroom.taken) == 2


def test_what_cannot_be_mailed_leaves_no_link(manage: OpenPage, context: AppContext) -> None:
    store_route(context, free_port())
    page = manage("accounts")
    page.selectbox(key="invite-role").select(Role.TOEZICHT.value).run()
    fill(page, "invite", email=GUEST)

    assert T("acc.not_mailed") in unescaped(page)
    assert not page.code
    with reading(context.engine) as connection:
        assert connection.scalars(select(welcome_link.c.word)).all() == [None]  # of "manage"


@pytest.mark.parametrize("by_groups", [False, True])
def test_where_passphrases_are_not_used_no_link_is_made(
    manage: OpenPage, context: AppContext, by_groups: bool
) -> None:
    rules = (Rule("or", Role.TOEZICHT),) if by_groups else ()
    settings = replace(context.settings, sso_rules=SsoRules(local=False, rules=rules))
    use_context(replace(context, settings=settings))
    page = manage("accounts")
    if by_groups:
        assert T("acc.by_groups") in written(page)
        return
    page.selectbox(key="invite-role").select(Role.TOEZICHT.value).run()
    fill(page, "invite", email=GUEST)

    assert not page.code
    assert T("acc.by_organisation", email=GUEST) in unescaped(page)
