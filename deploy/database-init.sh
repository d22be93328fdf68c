#!/bin/sh
# Runs once, when the database's volume is empty: makes the app's own role, which owns its database
# and is no superuser. PostgreSQL is told not to count for it: counters that everybody may read move
# when a colleague answers (docs/GROW.md, "Let it not count"). Only a superuser may set that.
set -eu

psql -v ON_ERROR_STOP=1 -v password="$APP_PASSWORD" -U "$POSTGRES_USER" -d postgres <<'SQL'
CREATE ROLE teamklimaat LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
CREATE DATABASE teamklimaat OWNER teamklimaat ENCODING 'UTF8' TEMPLATE template0;
REVOKE CONNECT ON DATABASE teamklimaat FROM PUBLIC;
ALTER ROLE teamklimaat SET track_counts = off;
ALTER ROLE teamklimaat SET track_activities = off;
SQL
