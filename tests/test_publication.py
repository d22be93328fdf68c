"""What a public body asks of software before it uses it: licence, metadata, papers that hold."""

from __future__ import annotations

import re
import subprocess
import tomllib
from typing import Any

import pytest
import yaml

import monitor
from monitor.access.accounts import LINK_HOURS
from monitor.config.settings import ROOT
from monitor.followup import retention
from monitor.klaagmuur import quarters
from monitor.locale import texts
from monitor.pulse.questionnaire import load
from monitor.reports.paper_text import PAPERS

TEXTS = ROOT / "monitor" / "defaults" / "texts"
PUBLICCODE: dict[str, Any] = yaml.safe_load((ROOT / "publiccode.yml").read_text("utf-8"))
MANDATORY = (
    "publiccodeYmlVersion",
    "name",
    "url",
    "platforms",
    "categories",
    "developmentStatus",
    "softwareType",
    "description",
    "legal",
    "maintenance",
    "localisation",
)
"""Top-level keys of the standard's core, as https://yml.publiccode.tools lists them."""
SCOPES = {"local-authorities", "employment", "society", "welfare"}
"""Those of the standard's list of scopes that fit; there is none called government."""
CATEGORIES = {"survey", "employee-management", "hr"}
"""Those of the standard's list of categories that fit."""
STATUSES = {"concept", "development", "beta", "stable", "obsolete"}


def test_the_metadata_has_what_the_standard_asks() -> None:
    assert [key for key in MANDATORY if not PUBLICCODE.get(key)] == []
    assert PUBLICCODE["softwareVersion"] == monitor.__version__
    assert PUBLICCODE["developmentStatus"] in STATUSES
    assert set(PUBLICCODE["categories"]) == CATEGORIES
    assert set(PUBLICCODE["intendedAudience"]["scope"]) <= SCOPES
    assert PUBLICCODE["softwareType"] == "standalone/web"
    assert PUBLICCODE["legal"]["license"] == "EUPL-1.2"
    assert PUBLICCODE["maintenance"]["contacts"]
    for described in PUBLICCODE["description"].values():
        assert len(described["shortDescription"]) <= 150
        assert 150 <= len(described["longDescription"]) <= 10_000
        assert described["features"]
    languages = {
        folder.name for folder in (ROOT / "monitor" / "locale").iterdir() if folder.is_dir()
    }
    assert set(PUBLICCODE["localisation"]["availableLanguages"]) == languages - {"__pycache__"}


def test_every_file_has_a_licence_whose_text_is_here() -> None:
    reuse = tomllib.loads((ROOT / "REUSE.toml").read_text("utf-8"))
    assert reuse["annotations"][0]["path"] == "**"
    named = {annotation["SPDX-License-Identifier"] for annotation in reuse["annotations"]}
    assert {file.stem for file in (ROOT / "LICENSES").iterdir()} == named
    licence = (ROOT / "LICENSE").read_text("utf-8")
    assert licence == (ROOT / "LICENSES" / "EUPL-1.2.txt").read_text("utf-8")
    assert "EUROPEAN UNION PUBLIC LICENCE v. 1.2" in licence


@pytest.mark.parametrize("name", PAPERS)
def test_every_paper_begins_with_its_title_and_marks_what_is_to_be_filled_in(name: str) -> None:
    text = (TEXTS / f"{name}.md").read_text("utf-8")
    assert text.startswith("# ")
    assert name == "uitleg" or re.search(r"\[[A-Z][A-Z ,]+", text)
    assert "negen" not in text.lower()  # the questionnaire says how many statements there are


def test_what_the_retention_schedule_promises_is_what_the_program_does() -> None:
    schedule = (TEXTS / "bewaarschema.md").read_text("utf-8")
    assert retention.YEARS == 2
    assert "twee jaar" in schedule
    assert "{link_uren}" in schedule
    assert LINK_HOURS > 0


def test_the_request_names_the_articles_and_a_day_to_stop() -> None:
    request = (TEXTS / "instemmingsverzoek.md").read_text("utf-8")
    for part in ("onder d", "onder i", "onder k", "onder l", "onderdeel g", "stopregel"):
        assert part in request
    for part in ("{over_leidinggevende}", "{opvolging}", "opvolging", "Woo", "kompas"):
        assert part in request


HELD = {
    section.partition("\n")[0]: section
    for section in re.split(r"^## ", (ROOT / "docs" / "PAPERS.md").read_text("utf-8"), flags=re.M)[
        1:
    ]
}
"""The promises of each paper, and the tests that hold them."""


@pytest.mark.parametrize("name", PAPERS)
def test_every_promise_in_a_paper_is_held_by_a_test_that_is_there(name: str) -> None:
    text, section = (TEXTS / f"{name}.md").read_text("utf-8"), HELD[name]
    rows = re.findall(r"^\| (?!the paper says|---)(.+) \| (.+) \|$", section, flags=re.M)
    others = re.findall(r'"([^"]+)"', section.rpartition("About the organisation")[2])
    quoted = [words for words, _ in rows] + others
    assert rows
    assert [words for words in quoted if words not in text] == []
    points = [line for line in text.splitlines() if line.startswith("- ")]
    assert [line for line in points if not any(words in line for words in quoted)] == []
    named = [re.findall(r"`(tests/[^`]+\.py)::(test_\w+)`", tests) for _, tests in rows]
    assert all(named)
    for file, test in (each for tests in named for each in tests):
        assert f"\ndef {test}(" in (ROOT / file).read_text("utf-8"), f"{file}::{test}"


def test_there_is_no_paper_without_its_promises() -> None:
    assert set(HELD) == set(PAPERS)


def test_no_statement_asks_after_health() -> None:
    for file in (ROOT / "monitor" / "defaults").glob("questionnaire*.toml"):
        words = " ".join(
            " ".join(question.text.values()).casefold()
            for theme in load(file).themes
            for question in theme.questions
        )
        for word in (
            "gezond",
            "ziek",
            "verzuim",
            "slaap",
            "slap",
            "stress",
            "burn",
            "health",
            "sick",
        ):
            assert word not in words, (file.name, word)


def test_beside_the_fields_it_says_who_may_ask_for_them() -> None:
    assert "Wet open overheid" in texts("nl")("agree.woo")


def test_a_vent_lives_as_long_as_the_papers_say() -> None:
    assert quarters.LIFETIMES == (7, 14, 30)
    assert quarters.MOST_EXTRA == 3
    for name in ("dpia", "bewaarschema"):
        text = (TEXTS / f"{name}.md").read_text("utf-8")
        assert (
            "7, 14 of 30 dagen naar keuze van de schrijver, plus hoogstens 3 willekeurige dagen"
            in text
        )


def test_the_bill_of_materials_is_made_of_what_is_locked() -> None:
    done = subprocess.run(
        ["make", "--dry-run", "sbom"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "cyclonedx-py requirements" in done.stdout
    assert "requirements.lock" in done.stdout
