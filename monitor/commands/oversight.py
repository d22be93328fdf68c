"""Notices about commands: toezicht and the person concerned are mailed what the operator did."""

from __future__ import annotations

from monitor import clock
from monitor.access import accounts, oversight_mail
from monitor.context import AppContext
from monitor.store.engine import writing


def tell(context: AppContext, email: str | None = None) -> None:
    """Have toezicht mailed, once a day, and the owner of the account with this address.

    The command line is the operator's: nobody confirms what is done there, so it is mailed.
    """
    now = clock.now()
    with writing(context.engine) as connection:
        oversight_mail.tell_toezicht_of_operator(connection, now)
        if email is not None:
            oversight_mail.tell_owner(connection, accounts.normal_email(email), now)
