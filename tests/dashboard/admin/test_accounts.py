"""The page with the accounts."""

from __future__ import annotations

from datetime import datetime

import pytest

from monitor import clock
from monitor.access import accounts
from monitor.access.roles import Role
from monitor.context import AppContext
from monitor.dashboard import phrases
from monitor.locale import texts
from monitor.store import audit
from tests.dashboard.conftest import OpenPage, SignIn
from tests.dashboard.pages import field, fill, press, press_labelled, written

T = texts("nl")
PASSPHRASE = "vier losse natte eenden"


def test_somebody_is_invited_with_a_link_that_works_once(
    manage: OpenPage, context: AppContext
) -> None:
    page = manage("accounts")
    page.selectbox(key="invite-role").select(Role.LEIDINGGEVENDE.value).run()
    field(page, "selectbox", "invite", "unit").select("werk")
    fill(page, "invite", email="Noor@stad.example")

    link = page.code[0].value
    assert link.startswith(f"{context.settings.base_url}/welkom/")
    accounts.set_password(context.engine, link.rpartition("/")[2], PASSPHRASE, clock.now())
    listed = {account.email: account for account in accounts.listing(context.engine)}
    assert listed["noor@stad.example"].ready
    press_labelled(page, T("acc.link.hide"))
    assert not page.code


@pytest.mark.parametrize("role", [Role.LUISTERAAR, Role.TOEZICHT, Role.LEIDINGGEVENDE])
def test_roles_that_do_not_go_together_are_refused(
    manage: OpenPage, context: AppContext, role: Role
) -> None:
    page = manage("accounts")
    page.selectbox(key="invite-role").select(role.value).run()
    if role is Role.LEIDINGGEVENDE:
        field(page, "selectbox", "invite", "unit").select("werk")
    fill(page, "invite", email="beheerder@waterrijk.example")

    assert page.error
    assert not page.code
    assert field(page, "text_input", "invite", "email").value == "beheerder@waterrijk.example"


@pytest.mark.slow
def test_an_account_is_signed_out_starts_over_and_is_removed(
    manage: OpenPage, context: AppContext, sign_in: SignIn
) -> None:
    """While the organisation is set up, before anybody with the role toezicht has signed in."""
    email = "toezicht@waterrijk.example"
    sign_in("toezicht")
    page = manage("accounts")
    page.selectbox(key="account").select(email).run()

    press(page, f"end-{email}")
    press(page, f"over-{email}")
    assert T("rounds.tick_first") in written(page)
    field(page, "checkbox", f"over-{email}", "sure").check()
    press(page, f"over-{email}")
    assert "/welkom/" in page.code[0].value
    for form in (f"take-{email}-toezicht-None", f"remove-{email}"):
        field(page, "checkbox", form, "sure").check()
        press(page, form)

    assert email not in {account.email for account in accounts.listing(context.engine)}
    done = [entry.action for entry in audit.entries(context.engine)][:4]
    assert done == ["account.removed", "account.role_taken", "account.start_over",
                    "account.end_sessions"]  # fmt: skip


def test_the_last_beheerder_stays(manage: OpenPage, context: AppContext) -> None:
    email = "beheerder@waterrijk.example"
    page = manage("accounts")
    page.selectbox(key="account").select(email).run()
    field(page, "checkbox", f"remove-{email}", "sure").check()
    press(page, f"remove-{email}")

    assert page.error
    assert [account.email for account in accounts.listing(context.engine)] == [email]


def test_removing_the_first_account_is_advised_once_another_beheerder_is_ready(
    manage: OpenPage, context: AppContext, now: datetime
) -> None:
    warning = T("acc.first", email=phrases.escaped(accounts.FIRST))
    link = accounts.add(context.engine, accounts.FIRST, Role.BEHEERDER, None, "serve", now)
    accounts.set_password(context.engine, link, PASSPHRASE, now)
    assert warning not in written(manage("accounts"))

    link = accounts.add(context.engine, "els@stad.example", Role.BEHEERDER, None, "t", now)
    accounts.set_password(context.engine, link, PASSPHRASE, now)
    assert warning in written(manage("accounts"))
