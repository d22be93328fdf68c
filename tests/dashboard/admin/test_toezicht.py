"""Toezicht confirms what a beheerder does: both pages, as two people see them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import datetime, timedelta
from unittest.mock import Mock

import pytest
from sqlalchemy import select, update
from streamlit.testing.v1 import AppTest

from monitor import clock
from monitor.access import account_acts, accounts, pending_acts, sessions
from monitor.access.roles import Grant, Person, Role
from monitor.access.sso_rules import Rule, SsoRules
from monitor.context import AppContext, current_context, use_context
from monitor.dashboard import phrases
from monitor.dashboard.admin import act_words, server_settings
from monitor.locale import texts
from monitor.operations import server_parts
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree
from monitor.pulse.rounds import questionnaire_acts, rounds
from monitor.pulse.rounds.questionnaire_in_use import in_use, ours
from monitor.store import audit
from monitor.store.engine import writing
from monitor.store.tables import account, survey_round
from tests.dashboard.admin.test_mail import mailed_token, store_route
from tests.dashboard.conftest import TREE, OpenPage
from tests.dashboard.pages import field, fill, press, readable, title, unescaped
from tests.mail.mailroom import Mailroom
from tests.promises import intruder

T = texts("nl")
PASSPHRASE = "vier losse natte eenden"
BEA, OR = "bea@waterrijk.example", "or@waterrijk.example"
GUEST = "noor@waterrijk.example"
Pages = Callable[[str, str], AppTest]


@pytest.fixture
def pages(context: AppContext, open_page: OpenPage, now: datetime) -> Pages:
    """``pages(BEA, "accounts")``: a page for Bea, the beheerder, or for toezicht, who is ready."""
    import_tree(context.engine, TREE, "test", now)
    for email, role in ((BEA, Role.BEHEERDER), (OR, Role.TOEZICHT)):
        accounts.add_with_password(context.engine, email, role, None, PASSPHRASE, "test", now)

    def open_as(email: str, address: str) -> AppTest:
        with writing(context.engine) as connection:
            by_email = select(account.c.id).where(account.c.email == email)
            account_id = connection.execute(by_email).scalar_one()
            token = sessions.start(connection, account_id, clock.now())
        return open_page(token, address)

    return open_as


def propose(page: AppTest, unit: str = "werk") -> AppTest:
    """Invite the guest as leidinggevende of the unit."""
    page.selectbox(key="invite-role").select(Role.LEIDINGGEVENDE.value).run()
    field(page, "selectbox", "invite", "unit").select(unit)
    return fill(page, "invite", email=GUEST)


def roles_of(context: AppContext, email: str) -> set[Grant]:
    """The roles of the account with this address; none when there is none."""
    return {
        grant
        for summary in accounts.listing(context.engine)
        if summary.email == email
        for grant in summary.grants
    }


@pytest.mark.mail
def test_a_role_waits_until_toezicht_confirms_and_the_word_is_shown_to_toezicht(
    pages: Pages, context: AppContext
) -> None:
    with Mailroom.open() as mailroom:
        store_route(context, mailroom.port)
        page = propose(pages(BEA, "accounts"))
        assert T("act.waits", days=14) in unescaped(page)
        assert roles_of(context, GUEST) == set()
        assert mailroom.taken == []
        (act,) = pending_acts.waiting(context.engine)

        confirming = pages(OR, "toezicht")
        assert title(confirming) == T("page.toezicht")
        assert GUEST in unescaped(confirming)
        units = "Werk en Inkomen, Werk *Noord*, Team 1"
        assert T("act.along", units=units) in unescaped(confirming)
        press(confirming, f"confirm-{act.id}")

        assert roles_of(context, GUEST) == {Grant(Role.LEIDINGGEVENDE, "werk")}
        word, token = confirming.code[0].value, mailed_token(context, mailroom)
        accounts.set_password(context.engine, token, PASSPHRASE, clock.now(), word)
    assert pending_acts.waiting(context.engine) == ()
    entries = [(e.actor, e.action) for e in audit.entries(context.engine)]
    assert (OR, "act.confirmed") in entries
    assert (BEA, "act.proposed") in entries


def test_a_unit_renamed_for_the_occasion_is_called_by_its_earlier_name_as_well() -> None:
    renamed = Tree((replace(TREE.units[0], name="Stagiairs"), *TREE.units[1:]))
    root, below = TREE.units[0].key, tuple(unit.key for unit in TREE.units[1:])
    visit = Mock(
        tree=renamed,
        unit_name=lambda key: renamed.get(key).name,
        results=Mock(latest="2026-10", tree=lambda _period: TREE),
        t=T,
    )
    payload = {"email": GUEST, "role": "leidinggevende", "unit": root}
    act = Mock(kind=account_acts.GIVE_ROLE.name, payload=payload)

    before, now = (phrases.escaped(tree.get(root).name) for tree in (TREE, renamed))
    names = [phrases.escaped(TREE.get(key).name) for key in below]
    units = ", ".join([T("act.renamed", name=now, before=before), *names])
    assert act_words.seen_along(visit, act) == T("act.along", units=units)


@pytest.mark.slow
def test_toezicht_refuses_and_nothing_changes(pages: Pages, context: AppContext) -> None:
    propose(pages(BEA, "accounts"))
    (act,) = pending_acts.waiting(context.engine)

    page = press(pages(OR, "toezicht"), f"refuse-{act.id}")

    assert T("toezicht.refused") in unescaped(page)
    assert pending_acts.waiting(context.engine) == ()
    assert roles_of(context, GUEST) == set()


@pytest.mark.slow
def test_after_two_weeks_a_beheerder_carries_it_out_or_takes_it_back(
    pages: Pages, context: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = propose(pages(BEA, "accounts"))
    (act,) = pending_acts.waiting(context.engine)
    assert not [each for each in page.button if str(each.key).startswith("carry-out")]
    later = clock.now() + timedelta(14)
    monkeypatch.setattr(clock, "now", lambda: later)
    monkeypatch.setattr(clock, "today", lambda: clock.local_day(later))

    page = press(pages(BEA, "accounts"), f"carry-out-{act.id}")
    assert T("acc.no_mail", email=GUEST) in unescaped(page)
    assert roles_of(context, GUEST) == {Grant(Role.LEIDINGGEVENDE, "werk")}

    propose(pages(BEA, "accounts"), "jeugd")
    (act,) = pending_acts.waiting(context.engine)
    press(pages(BEA, "accounts"), f"withdraw-{act.id}")
    assert pending_acts.waiting(context.engine) == ()


@pytest.mark.slow
def test_a_mail_server_of_ones_own_waits_for_toezicht(pages: Pages, context: AppContext) -> None:
    page = fill(
        pages(BEA, "instellingen"),
        "mailserver",
        host="mail.elders.example",
        port="587",
        user="bea-zelf",
        password="geheim",
        sender="klimaat@elders.example",
    )

    assert T("act.waits", days=14) in unescaped(page)
    (act,) = pending_acts.waiting(context.engine)
    assert act.about == "mail.elders.example"
    read = unescaped(pages(OR, "toezicht"))
    # Also on the organisation's own server, an account of one's own keeps what was sent.
    for part in ("mail.elders.example", "587", "STARTTLS", "bea-zelf", "klimaat@elders.example"):
        assert part in read
    assert "geheim" not in read

    pending_acts.confirm(
        context.engine, act.id, Person("x", OR, (Grant(Role.TOEZICHT),)), clock.now()
    )
    assert any("bea-zelf@mail.elders" in each.detail for each in audit.entries(context.engine))


@pytest.mark.slow
def test_another_questionnaire_is_read_by_toezicht_before_it_is_asked(
    pages: Pages, context: AppContext, now: datetime
) -> None:
    assert T("chooser.link") in readable(pages(BEA, "vragenlijsten"))
    act = questionnaire_acts.choose(context, ours("2026-1"))
    assert not pending_acts.submit(context.engine, act, BEA, now).done
    assert T("asked.waiting", acts="2026-1") in unescaped(pages(OR, "vragenlijsten"))

    page = pages(OR, "toezicht")
    text = unescaped(page)
    assert T("act.questionnaire.switch", about="2026-1") in text
    for key in ("change.restarts", "change.removed", "act.ask.questionnaire.switch"):
        assert T(key) in text
    assert "stoom kon afblazen" in text
    (waiting,) = pending_acts.waiting(context.engine)
    press(page, f"confirm-{waiting.id}")
    assert in_use(context).version == "2026-1"
    assert T("chooser.link") not in readable(pages(OR, "vragenlijsten"))


@pytest.mark.slow
def test_toezicht_is_told_beside_an_act_that_somebody_else_changed_the_last_round(
    pages: Pages, context: AppContext, now: datetime
) -> None:
    act = questionnaire_acts.choose(context, ours("2026-1"))
    pending_acts.submit(context.engine, act, BEA, now)
    rounds.open_round(context, "2026-11", ours("2026-2"), None, "test", now)
    with intruder.writing_in(context) as connection:
        connection.execute(update(survey_round).values(minimum=1))

    page = pages(OR, "toezicht")

    assert phrases.escaped(T("round.not_genuine", period="november 2026")) in {
        e.value for e in page.error
    }
    assert T("toezicht.roles.text") in readable(page)  # the rest of the page goes on


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_setting_of_single_sign_on_that_is_mailed_of_has_a_sentence(language: str) -> None:
    t, before = texts(language), SsoRules()
    other = SsoRules(
        name="Stad*",
        local=False,
        email_checked=True,
        second_factor=True,
        email_claim="upn",
        groups_claim="rollen",
        scopes=("openid", "groups"),
    )
    shown = list(server_settings._sign_on(before, t))
    for each in fields(SsoRules):
        if each.name == "rules":  # listed beneath, one by one
            continue
        changed = replace(before, **{each.name: getattr(other, each.name)})
        differing = set(server_settings._sign_on(changed, t)) - set(shown)
        assert len(differing) == 1, each.name
    assert any("Stad\\*" in sentence for sentence in server_settings._sign_on(other, t))


def test_what_is_set_on_the_server_is_read_by_toezicht(
    pages: Pages, context: AppContext, now: datetime
) -> None:
    rules = SsoRules(
        rules=(Rule("G-wmo", Role.LEIDINGGEVENDE, "werk"), Rule("G-or", Role.TOEZICHT))
    )
    settings = replace(
        context.settings,
        oidc_issuer="https://id.elders.example",
        oidc_client_id="klimaat-7",
        sso_rules=rules,
        smtp_url="smtp+starttls://bea-zelf:geheim@mail.elders.example:2525",
        mail_from="klimaat@elders.example",
    )
    use_context(replace(context, settings=settings))
    server_parts.note(current_context(), now)

    page = pages(OR, "toezicht")
    text = unescaped(page)
    assert "https://id.elders.example" in text
    assert T("server_part.rule", group="G-or", role=T("role.toezicht")) in text
    assert "G-wmo" in text
    assert T("sso_setting.second_factor.off") in text
    # All of what toezicht is told the change of: each part decides who gets in or reads the mail.
    for part in ("klimaat-7", "mail.elders.example", "2525", "STARTTLS", "bea-zelf"):
        assert part in text
    assert "geheim" not in text
    assert T("server_part.changed", day="3 november 2026") in text
    for part in ("sign_on", "mail"):
        press(page, f"seen-{part}")

    text = unescaped(pages(OR, "toezicht"))
    assert T("server_part.changed", day="3 november 2026") not in text
    assert "https://id.elders.example" in text
