"""Tables of the second factor and of single sign-on.

What is deliberately *not* here: a second factor, a recovery code, a ticket or a state that a thief
of the database could use. Secrets are sealed with the installation's own secret, which is kept
elsewhere; of everything else there is only a digest.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Integer, LargeBinary, String

from monitor.store.schema import table


def _of_account(**kind: Any) -> Column[Any]:
    return Column("account", String(22), ForeignKey("account.id", ondelete="CASCADE"), **kind)


second_factor = table(
    "second_factor",
    _of_account(primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    # The half minute of the last code that was right: it and those before are refused.
    Column("last_step", BigInteger, nullable=False),
    Column("failures", Integer, nullable=False, default=0),
    Column("locked_until", BigInteger, nullable=True),
)

recovery_code = table(
    "recovery_code",
    _of_account(primary_key=True),
    Column("digest", LargeBinary(32), primary_key=True),  # keyed with the installation's secret
)

halfway = table(
    # Somebody whose passphrase was right, and who still has to show a code or set up codes.
    "halfway",
    Column("digest", LargeBinary(32), primary_key=True),
    _of_account(nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=True),  # the second factor being set up
    Column("expires", BigInteger, nullable=False),
)

known_device = table(
    # A device on which somebody signed in before, so that others cannot keep them out.
    "known_device",
    _of_account(primary_key=True),
    Column("digest", LargeBinary(32), primary_key=True),
    Column("used_on", Date, nullable=False),
    Column("failures", Integer, nullable=False, default=0),
    Column("locked_until", BigInteger, nullable=True),
)

sso_person = table(
    # Who somebody is to the organisation's provider: unlike an address, this never changes hands.
    "sso_person",
    Column("issuer", String(255), primary_key=True),
    Column("subject", String(255), primary_key=True),
    _of_account(nullable=False, index=True),
)
