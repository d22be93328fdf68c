"""The store: engine, tables and migrations. Nothing in it ties a person to an answer."""
