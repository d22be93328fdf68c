"""The entries of the audit log that the report to the works council counts, by what they are about.

Every entry that the program can make is in one of these groups, or in `NOT_COUNTED`.
"""

from __future__ import annotations

SETTINGS_CHANGED = frozenset(
    {
        "backup.key",
        "help.contacts",
        "history.import",
        "installation.language",
        "installation.minimum",
        "klaagmuur.access_word",
        "mail.no_server",
        "mail.server",
        "members.import",
        "organisation.consent",
        "organisation.edit",
        "organisation.import",
        "organisation.name",
        "preferences.change",
        "questionnaire.switch",
        "results_link.end",
        "results_link.renew",
        "team_log.blank",
    }
)
"""Entries of the log that change how the organisation uses the program."""
ACCOUNT_CHANGES = frozenset(
    {
        "account.linked",
        "account.removed",
        "account.role",
        "account.role_taken",
        "account.start_over",
    }
)
OPERATOR_ACTS = frozenset(
    {
        "account.sign_on",
        "clock.confirm",
        "mail.environment",
        "questionnaire.file",
        "round.accept_box",
        "store.accept_rows",
        "store.accept_secret",
        "store.adopted_rows",
        "store.restore",
    }
)
"""What only whoever runs the server can do."""
READER_CHANGES = {
    "made": ("luisteraar.first", "luisteraar.announce"),
    "signed": ("luisteraar.sign",),
    "objected": ("luisteraar.object",),
    "overruled": ("luisteraar.overrule",),
    "ended": ("luisteraar.end", "luisteraar.turn_down"),
}
"""What can happen to a key of a luisteraar, and the entries of the log that say so."""
DECISIONS = {
    "confirmed": ("act.confirmed",),
    "refused": ("act.refused",),
    "unconfirmed": ("act.unconfirmed",),
}
"""What became of acts that wait for toezicht."""
NOT_COUNTED = frozenset(
    {
        "account.codes_refused",
        "account.end_sessions",
        "account.link",
        "account.passphrase",
        "account.recovery_code",
        "account.recovery_codes",
        "account.second_factor",
        "act.acknowledged",
        "act.proposed",
        "act.withdrawn",
        "backup.download",
        "klaagmuur.themes_half_year",
        "klaagmuur.themes_quarter",
        "klaagmuur.word_guessed",
        "round.abandon",
        "round.close",
        "round.incomplete",
        "round.invite",
        "round.open",
        "round.remind",
        "round.replace",
    }
)
"""Entries that are reported elsewhere, or that people make about their own account."""
