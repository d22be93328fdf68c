"""The pulse and the klaagmuur never meet: no row of one refers to a row of the other."""

from __future__ import annotations

from sqlalchemy import Table

from monitor.store import klaagmuur_tables
from monitor.store.schema import metadata

LEAST = {"luisteraar", "vent", "vent_note", "theme_token", "theme_release"}


def test_no_table_of_the_pulse_and_none_of_the_klaagmuur_refer_to_each_other() -> None:
    own = {each.name for each in vars(klaagmuur_tables).values() if isinstance(each, Table)}
    assert own >= LEAST
    for table in metadata.tables.values():
        for key in table.foreign_keys:
            other = key.column.table.name
            if table.name in own:
                assert other in own | {"account"}
            else:
                assert other not in own
