"""The files we ship for a real installation agree with the program."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from monitor.config.settings import PREFIX, ROOT, VARIABLES
from monitor.web.files import uploads
from monitor.web.http import forms, multipart
from monitor.web.http.paths import PLAIN_PAGES
from tests.needs import lacking

INSTALLED = "/opt/teamklimaat/bin/teamklimaat"
DEPLOY = ROOT / "deploy"
PROXY = (DEPLOY / "nginx.conf").read_text("utf-8")
CONTAINER = (DEPLOY / "Containerfile").read_text("utf-8")
UNITS = {file.name: file.read_text("utf-8") for file in (DEPLOY / "systemd").iterdir()}
HIDDEN = {"metrics", "readyz"}
"""Plain pages that the proxy shows to nobody."""
COMPOSE = (DEPLOY / "compose.yaml").read_text("utf-8")


def test_the_proxy_knows_every_staff_page_and_no_other() -> None:
    listed = re.findall(r"location ~\* \^/\(?([a-z|-]+)\)?\(/\|\$\)", PROXY)

    assert {name for names in listed for name in names.split("|")} == PLAIN_PAGES - HIDDEN
    assert "location ~* ^/(metrics|readyz) { return 404; }" in PROXY


def test_the_proxy_logs_no_address_no_path_and_no_error_about_a_request() -> None:
    formats = re.findall(r"log_format \w+ '([^']*)'", PROXY)

    assert formats == ["$status $request_method $request_time"]
    assert re.findall(r"access_log (\S+)", PROXY) == ["off;", "/dev/stdout"]
    assert re.findall(r"error_log \S+ (\w+);", PROXY) == ["crit", "emerg"]
    assert "$remote_addr" not in PROXY
    assert "$proxy_add_x_forwarded_for" not in PROXY


def test_the_proxy_leaves_it_to_the_app_to_say_that_something_is_too_large() -> None:
    (megabytes,) = re.findall(r"client_max_body_size (\d+)m;", PROXY)

    for limit in (forms.SMALL, forms.LONG_TEXT, multipart.WITH_FILE, uploads.WHOLE_LIST):
        assert limit.read < int(megabytes) * 1024 * 1024


def test_no_limit_of_the_proxy_counts_the_klaagmuur_by_itself() -> None:
    (zones,) = {
        tuple(re.findall(r"limit_req zone=(\w+)", block))
        for block in re.findall(r"location ~\*[^{]*klaagmuur[^{]*{([^}]*)}", PROXY)
    }

    assert zones == ("plain",)


@pytest.mark.parametrize("text", [CONTAINER, COMPOSE, *UNITS.values()])
def test_every_setting_exists(text: str) -> None:
    assert set(re.findall(rf"{PREFIX}([A-Z_]+)", text)) <= VARIABLES


def test_everything_copied_into_the_image_is_there() -> None:
    copied = re.findall(r"^COPY (?!--)(.+) \S+$", CONTAINER, re.MULTILINE)

    assert {"requirements.lock", "monitor"} <= set(copied)
    for sources in copied:
        for source in sources.split():
            assert list(ROOT.glob(source)), source


def test_the_image_runs_as_nobody_in_particular_and_says_how_it_is() -> None:
    assert re.search(r"^USER 10001:10001$", CONTAINER, re.MULTILINE)
    assert "/healthz" in CONTAINER
    assert "root" not in re.findall(r"^USER (\S+)", CONTAINER, re.MULTILINE)


def test_every_service_has_a_read_only_file_system_and_no_privileges() -> None:
    kinds = re.split(r"^(?:x-app|  proxy|  database):", COMPOSE, flags=re.MULTILINE)[1:]

    assert len(kinds) == 4  # the last is the volume of that name
    for kind in kinds[:3]:
        assert "read_only: true" in kind
        assert "cap_drop: [ALL]" in kind
        assert "no-new-privileges:true" in kind


def test_every_service_says_how_it_is_whatever_the_format_of_the_image() -> None:
    kinds = re.split(r"^(?:x-app|  proxy|  database):", COMPOSE, flags=re.MULTILINE)[1:4]

    assert all("healthcheck:" in kind for kind in kinds)
    (probe,) = set(re.findall(r"\"(import urllib[^\"]+)\"", COMPOSE + CONTAINER))
    assert "/healthz" in probe


def test_the_units_of_systemd_are_sound_and_close_everything_off(tmp_path: Path) -> None:
    for name, unit in UNITS.items():
        (tmp_path / name).write_text(unit.replace(INSTALLED, "/bin/true"), "utf-8")
        if name.endswith(".service"):
            assert INSTALLED in unit
            assert "User=teamklimaat" in unit
            for closed in ("ProtectSystem=strict", "NoNewPrivileges=yes", "LimitCORE=0"):
                assert f"\n{closed}\n" in unit
    program = shutil.which("systemd-analyze")
    if program is None:
        lacking("systemd is not installed on this machine: its units were only read")
    units = map(str, sorted(tmp_path.iterdir()))
    done = subprocess.run([program, "verify", *units], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_nightly_backup_keeps_thirty_days_and_only_once_the_new_one_is_there() -> None:
    unit = UNITS["teamklimaat-backup.service"]

    assert re.search(r"^ExecStart=.* backup ", unit, re.MULTILINE)
    assert re.search(r"^ExecStartPost=.* -mtime \+30 -delete$", unit, re.MULTILINE)
    assert "keys" not in "".join(re.findall(r"^ExecStart.*$", unit, re.MULTILINE))
    assert "OnCalendar=*-*-* 03:15:00" in UNITS["teamklimaat-backup.timer"]


def test_the_nightly_backup_does_what_its_unit_says(tmp_path: Path) -> None:
    program = tmp_path / "teamklimaat"
    program.write_text('#!/bin/sh\n[ "$1" = backup ] && touch "$2"\n')
    program.chmod(0o700)
    place = "/var/lib/teamklimaat-backups"
    for name, days in (("teamklimaat-old.db", 32), ("teamklimaat-kept.db", 29), ("other.db", 99)):
        (tmp_path / name).touch()
        then = time.time() - days * 86400
        os.utime(tmp_path / name, (then, then))
    unit = UNITS["teamklimaat-backup.service"].replace("%%", "%")  # as systemd reads it
    unit = unit.replace(INSTALLED, str(program)).replace(place, str(tmp_path))

    for line in re.findall(r"^ExecStart(?:Post)?=(.*)$", unit, re.MULTILINE):
        subprocess.run(shlex.split(line), check=True)

    made = {file.name for file in tmp_path.iterdir()} - {program.name}
    assert {"teamklimaat-kept.db", "other.db"} < made
    (new,) = made - {"teamklimaat-kept.db", "other.db"}
    assert re.fullmatch(r"teamklimaat-\d{4}-\d\d-\d\dT\d{6}\.db", new)


def test_the_app_is_not_the_superuser_of_the_database() -> None:
    (superuser,) = re.findall(r"POSTGRES_USER: (\w+)", COMPOSE)
    (role,) = re.findall(r"postgresql://(\w+)@", COMPOSE)

    assert superuser != role
    assert f"CREATE ROLE {role} LOGIN NOSUPERUSER" in (DEPLOY / "database-init.sh").read_text()
