"""The store: engine, tables and migrations. Nothing in it ties a person to an answer."""

from monitor.store import access_tables, delivery_tables, klaagmuur_tables, tables

__all__ = ["access_tables", "delivery_tables", "klaagmuur_tables", "tables"]
