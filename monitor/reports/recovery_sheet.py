"""The recovery sheet: one page to print, the only way in without the passphrase."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from babel.dates import format_date

from monitor.klaagmuur import receipts
from monitor.klaagmuur.luisteraars import NewKey
from monitor.klaagmuur.reader_key import fingerprint
from monitor.locale import Texts
from monitor.reports import typesetting

IN_ROW = 4
"""Groups of the code in a row."""


@dataclass(frozen=True, slots=True)
class RecoverySheet:
    """What is on the sheet."""

    name: str
    code: str = field(repr=False)
    fingerprint: str
    made_on: date

    @staticmethod
    def of(name: str, new: NewKey, today: date) -> RecoverySheet:
        """The sheet that belongs to a new key."""
        return RecoverySheet(name, new.recovery_code, fingerprint(new.key.public), today)


def pdf(sheet: RecoverySheet, t: Texts) -> bytes:
    """The sheet as a PDF of one page, without the server's address."""
    day = format_date(sheet.made_on, "d MMMM y", locale=t.language)
    groups = receipts.show(sheet.code).split("-")
    data = {
        "title": t("sheet.title"),
        "language": t.language,
        "owner": t("sheet.for", name=sheet.name, day=day),
        "code_title": t("sheet.code"),
        "groups": groups,
        "columns": IN_ROW,
        "group_column": t("sheet.group_column", column="{column}"),
        "count": t("sheet.groups", count=len(groups)),
        "sentences": [t(key) for key in ("sheet.use", "sheet.keep", "sheet.lost")],
        "fingerprint_title": t("klaagmuur.reader.fingerprint"),
        "fingerprint": sheet.fingerprint,
    }
    return typesetting.pdf("recovery_sheet", data, sheet.made_on)
