"""Tables of the organisation, rounds, ballots, sealed results, accounts and the audit log.

What is deliberately *not* here: no time, address, sequence number or member on a ballot or an
envelope; no link between a ballot and an envelope; no answer sheet; no trace of who answered
after a round has closed. Every key in the ballot box is random and its tables have no hidden
row number (``WITHOUT ROWID``): SQLite's own would keep the order of arrival.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    false,
)

from monitor.store.schema import metadata, table

# -- organisation ---------------------------------------------------------------------------

unit = table(
    "unit",
    Column("key", String(64), primary_key=True),
    Column("parent", String(64), ForeignKey("unit.key"), nullable=True),
    Column("name", String(120), nullable=False),
    Column("position", Integer, nullable=False),  # place in tree order
    Column("closed", Boolean, nullable=False, default=False),
    # Raised to replace a results link that went astray.
    Column("link_version", Integer, nullable=False, default=0),
)

member = table(
    "member",
    Column("email", String(254), primary_key=True),
    Column("unit", String(64), ForeignKey("unit.key"), nullable=False, index=True),
)

# -- rounds ---------------------------------------------------------------------------------

questionnaire = table(
    "questionnaire",
    Column("digest", String(64), primary_key=True),
    Column("body", JSON, nullable=False),
)

survey_round = table(
    "survey_round",
    Column("period", String(7), primary_key=True),  # 2026-11
    Column("status", String(10), nullable=False),
    Column("opens_on", Date, nullable=False),
    Column("closes_on", Date, nullable=True),
    Column("minimum", Integer, nullable=False),
    Column("questionnaire", String(64), ForeignKey("questionnaire.digest"), nullable=False),
    Column("public_key", LargeBinary(32), nullable=True),  # none for imported history
    CheckConstraint("status IN ('open', 'closing', 'sealed', 'abandoned')", name="status"),
)

round_unit = table(
    # The tree as it was when the round opened; sealed months keep it.
    "round_unit",
    Column("period", String(7), ForeignKey("survey_round.period"), primary_key=True),
    Column("unit", String(64), primary_key=True),
    Column("parent", String(64), nullable=True),
    Column("name", String(120), nullable=False),
    Column("position", Integer, nullable=False),
    Column("invited", Integer, nullable=False, default=0),  # places: one a person
    Column("issued", Integer, nullable=False, default=0),  # codes ever made, replacements too
)

ballot = table(
    "ballot",
    Column("period", String(7), ForeignKey("survey_round.period"), primary_key=True),
    # Keyed with the round's secret: without the key folder a list of codes finds nothing here.
    Column("fingerprint", LargeBinary(32), primary_key=True),
    Column("unit", Integer, nullable=False),  # position in round_unit
    # How often the unit's codes had been replaced when this one was made.
    Column("edition", Integer, nullable=False, default=0, server_default="0"),
    # Used or replaced: the two look alike, so that replacing codes tells nobody who answered.
    Column("spent", Boolean, nullable=False, default=False),
    # Over all of the above and what became of the code, under a key of the round. None in a round
    # that an earlier version opened, until its ballots are signed.
    Column("mac", LargeBinary(16), nullable=True),
)

ballot_batch = table(
    # For each process that takes in answers, which batch it stored last: a crash in the middle of
    # a batch can be told from one before or after it. Says nothing of who or how many.
    "ballot_batch",
    Column("id", LargeBinary(16), primary_key=True),  # random
    Column("period", String(7), ForeignKey("survey_round.period"), nullable=False),
)

envelope = table(
    "envelope",
    Column("id", LargeBinary(16), primary_key=True),  # random
    Column("period", String(7), ForeignKey("survey_round.period"), nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),  # one size for all
)

# -- sealed results: every row stands for at least `minimum` people ---------------------------

atom = table(
    "atom",
    Column("period", String(7), ForeignKey("survey_round.period"), primary_key=True),
    Column("unit", String(64), primary_key=True),
    Column("pool", Boolean, primary_key=True),  # the leftovers of the units beneath `unit`
    Column("theme", String(40), primary_key=True),
    Column("question", String(40), primary_key=True),
    Column("n", Integer, nullable=False),
    # Sum of 0, 25, 50, 75, 100 per answer, clamped to 10..90 per person.
    Column("points", Integer, nullable=False),
)

class_atom = table(
    # Sums of atoms with at least 20 answers, no class of 1 or 2 people.
    "class_atom",
    Column("period", String(7), ForeignKey("survey_round.period"), primary_key=True),
    Column("unit", String(64), primary_key=True),
    Column("pool", Boolean, primary_key=True),
    Column("question", String(40), primary_key=True),
    Column("unfavourable", Integer, nullable=False),
    Column("neutral", Integer, nullable=False),
    Column("favourable", Integer, nullable=False),
)

spread = table(
    # Variance of people's theme scores around their unit's, whole organisation, two digits.
    "spread",
    Column("period", String(7), ForeignKey("survey_round.period"), primary_key=True),
    Column("theme", String(40), primary_key=True),
    Column("variance", Float, nullable=False),
)

signal = table(
    # Worked out when the month was sealed, and frozen with it.
    "signal",
    Column("period", String(7), ForeignKey("survey_round.period"), primary_key=True),
    Column("unit", String(64), primary_key=True),
    Column("theme", String(40), primary_key=True),
    # People who see many units at once are shown fewer signals than the unit itself.
    Column("audience", String(5), primary_key=True),
    Column("direction", String(4), nullable=False),
    Column("since", String(7), nullable=False),
    CheckConstraint("direction IN ('down', 'up')", name="direction"),
    CheckConstraint("audience IN ('team', 'above')", name="audience"),
)

released = table(
    # What was worked out of a sealed month, so that a start need not do it again. Disposable: made
    # anew when it is missing, altered, of other rules, or of other rows. In no backup.
    "released",
    Column("period", String(7), ForeignKey("survey_round.period"), primary_key=True),
    Column("rules", String(64), nullable=False),  # digest of the program that worked it out
    Column("atoms_digest", LargeBinary(32), nullable=False),  # of the rows it was worked out of
    Column("arrays", LargeBinary, nullable=False),
    Column("mac", LargeBinary(32), nullable=False),  # over all of the above
)

# -- access: moments are whole seconds since 1970 (UTC), which mean the same in every database -----

account = table(
    "account",
    Column("id", String(22), primary_key=True),  # random
    Column("email", String(254), nullable=False, unique=True),
    Column("password_hash", Text, nullable=True),
    Column("failures", Integer, nullable=False, default=0),
    Column("locked_until", BigInteger, nullable=True),
    # Set by the demo alone: its made-up people have no telephone to show codes.
    Column("exempt", Boolean, nullable=False, default=False, server_default=false()),
)

account_role = table(
    "account_role",
    Column("account", String(22), ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Column("role", String(20), primary_key=True),
    Column("unit", String(64), primary_key=True, default=""),  # empty: not bound to a unit
)

welcome_link = table(
    # One use, short life; the store keeps only a digest.
    "welcome_link",
    Column("digest", LargeBinary(32), primary_key=True),
    Column("account", String(22), ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
    Column("expires", BigInteger, nullable=False),
    # What the second person hands over beside the link, keyed with the link; none for a link that
    # the operator printed.
    Column("word", LargeBinary(32), nullable=True),
    Column("guesses", Integer, nullable=False, default=0, server_default="0"),
)

session = table(
    "session",
    Column("digest", LargeBinary(32), primary_key=True),
    Column(
        "account",
        String(22),
        ForeignKey("account.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("started", BigInteger, nullable=False),
    Column("last_seen", BigInteger, nullable=False),
)

audit = Table(
    # Who changed the set-up, and how; never what a colleague did.
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(254), nullable=False),
    Column("action", String(40), nullable=False),
    Column("detail", String(400), nullable=False, default=""),
)
