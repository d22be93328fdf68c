"""The help contacts of the made-up municipality, beside the national ones."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.clock import local_day
from monitor.context import AppContext
from monitor.klaagmuur import contacts, help
from monitor.klaagmuur.help import Need

NUMBER = "0999 123 456"
"""Made up: no area code in the Netherlands begins with 0999."""
CHECKED = timedelta(20)
NAMES = {
    Need.AGGRESSION: {
        "nl": "Meldpunt agressie: nazorg en, als je wilt, aangifte namens de gemeente",
        "en": "Aggression desk: aftercare and, if you wish, a report to the police",
    },
    Need.INTEGRITY: {
        "nl": "Meldregeling, bij de vertrouwenspersoon integriteit",
        "en": "Reporting scheme, through the integrity counsellor",
    },
    Need.TALK: {
        "nl": "Vertrouwenspersoon of bedrijfsmaatschappelijk werk",
        "en": "Confidential counsellor or company social work",
    },
}


def fill(context: AppContext, actor: str, now: datetime) -> None:
    """Store a contact of the municipality's own for every need that has to have one."""
    checked_on = local_day(now) - CHECKED
    own = [help.contact(need, names, NUMBER, "", checked_on) for need, names in NAMES.items()]
    national = help.load(context.settings.help_file)
    contacts.keep(context.engine, (*own, *national), actor, now)
