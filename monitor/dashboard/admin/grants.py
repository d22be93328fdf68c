"""Roles of accounts in words, for the pages that name them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from monitor.access.accounts import AccountSummary
from monitor.access.roles import Grant
from monitor.dashboard import phrases
from monitor.locale import Texts
from monitor.organisation.tree import Tree


def grants_table(listing: Sequence[AccountSummary], tree: Tree, t: Texts) -> pd.DataFrame:
    """Addresses, their roles, and whether they have signed up."""
    rows = [
        (
            phrases.escaped(account.email),
            ", ".join(grant_name(grant, tree, t) for grant in account.grants) or t("acc.no_role"),
            t("acc.ready" if account.ready else "acc.waiting"),
        )
        for account in listing
    ]
    names = [t("acc.email"), t("acc.roles"), t("table.status")]
    return pd.DataFrame(rows, columns=names).set_index(names[0])


def grant_name(grant: Grant, tree: Tree, t: Texts) -> str:
    """A role, with the unit it is for."""
    role = t(f"role.{grant.role.value}")
    if grant.unit is None:
        return role
    unit = tree.get(grant.unit).name if grant.unit in tree else grant.unit
    return f"{role} {phrases.escaped(unit)}"
