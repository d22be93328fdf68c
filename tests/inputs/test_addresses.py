"""One rule for addresses, for members, accounts and whoever signs in."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import insert, select

from monitor.access import accounts, removal
from monitor.access.roles import Role
from monitor.context import AppContext
from monitor.errors import InputRefused
from monitor.inputs.addresses import clean_address, is_address
from monitor.organisation.tree import Tree, Unit
from monitor.organisation.unit_files import read_members
from monitor.store.engine import reading, writing
from monitor.store.tables import account

PLAIN = "noor.kok@stad.example"
UNWRAPPED = [
    "Noor.Kok@Stad.example",
    "  noor.kok@stad.example\t",
    "noor.kok@stad.example;",
    "noor.kok@stad.example,",
    "noor.kok@stad.example.",
    "<noor.kok@stad.example>",
    "<noor.kok@stad.example>;",
    "mailto:noor.kok@stad.example",
    "MAILTO:noor.kok@stad.example?subject=hoi",
    "<mailto:noor.kok@stad.example>",
    "\u200bnoor.kok@stad.example\ufeff",
    "noor.kok\u00ad@stad.example",
    "\u00a0noor.kok@stad.example\u202f",
    "noor\u2011x@stad.example",
]
REFUSED = [
    "noor@w..example",
    "noor@.example",
    "noor..kok@stad.example",
    "n\u043e\u043er@stad.example",
    "noor@st\u0430d.example",
    "noor@stad.\u0435xample",
    "noor@stad_oost.example",
    "noor@stad.1",
    "noor@stad-.example",
    "noor@stad",
    "noor kok@stad.example",
    "noor@stad.example; omar@stad.example",
    "\u202enoor@stad.example",
]


def expected(typed: str) -> str:
    """The address a person means."""
    return "noor-x@stad.example" if "\u2011" in typed else PLAIN


@pytest.mark.parametrize("typed", UNWRAPPED)
def test_what_a_paste_brings_along_is_taken_off(
    typed: str, context: AppContext, now: datetime
) -> None:
    tree = Tree((Unit("stad", None, "Stad"),))
    accounts.add(context.engine, typed, Role.TOEZICHT, None, "test", now)
    (member,) = read_members(f'unit,email\nstad,"{typed}"\n'.encode(), "leden.csv", tree)

    assert [entry.email for entry in accounts.listing(context.engine)] == [expected(typed)]
    assert member.email == expected(typed)


@pytest.mark.parametrize("typed", REFUSED)
def test_an_address_nobody_could_sign_in_with_is_refused(
    typed: str, context: AppContext, now: datetime
) -> None:
    assert not is_address(clean_address(typed))
    with pytest.raises(InputRefused):
        accounts.add(context.engine, typed, Role.TOEZICHT, None, "test", now)
    with pytest.raises(InputRefused):
        read_members(
            f'unit,email\nstad,"{typed}"\n'.encode(),
            "leden.csv",
            Tree((Unit("stad", None, "Stad"),)),
        )


@pytest.mark.parametrize("older", ["noor@stad.example;", "noor@st\u00e4d.example"])
def test_an_account_from_before_the_rule_can_be_removed(
    older: str, context: AppContext, now: datetime
) -> None:
    accounts.add(context.engine, "noor@stad.example", Role.TOEZICHT, None, "test", now)
    with writing(context.engine) as connection:
        connection.execute(insert(account).values(id="older", email=older))

    removal.remove(context.engine, older, "test", now)

    with reading(context.engine) as connection:
        assert list(connection.scalars(select(account.c.email))) == ["noor@stad.example"]
