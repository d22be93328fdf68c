"""An organisation's own branding: used everywhere, or refused in a sentence that says why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from monitor.config import branding, design, settings
from monitor.config.contrast import contrast, faults
from monitor.config.design import DARK, DESIGN, LIGHT
from monitor.config.folders import DEFAULTS
from monitor.context import AppContext, use_context
from monitor.errors import SettingsRefused
from monitor.locale import texts
from monitor.web.http import style
from tests.web.conftest import application, browser  # noqa: F401

PURPLE = '[light]\naccent = "#5B2A86"\naccent_soft = "#EFE6F7"\n'
DOT = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><circle r="1"/></svg>'


@pytest.fixture(autouse=True)
def _ours_again() -> Iterator[None]:
    yield
    design.use(DESIGN)


def written(folder: Path, text: str) -> Path:
    file = folder / "look.toml"
    file.write_text(text, "utf-8")
    return file


def test_contrast_is_measured_as_the_guidelines_say() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_our_own_look_passes_its_own_check(palette: design.Palette) -> None:
    assert list(faults(palette)) == []


def test_without_a_file_the_look_is_ours(tmp_path: Path) -> None:
    assert branding.read(tmp_path / "look.toml") == branding.Branding()


def test_the_example_is_a_good_one() -> None:
    assert branding.read(DEFAULTS / "examples" / "look.toml").design != DESIGN


def test_name_logo_and_colours_are_taken_over(tmp_path: Path) -> None:
    (tmp_path / "dot.svg").write_text(DOT, "utf-8")
    own = branding.read(written(tmp_path, f'name = "Waterrijk"\nlogo = "dot.svg"\n{PURPLE}'))

    assert own.name == "Waterrijk"
    assert own.logo.startswith("data:image/svg+xml;base64,")
    assert own.design.light == replace(LIGHT, accent="#5B2A86", accent_soft="#EFE6F7")
    assert own.design.dark == DARK


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[light]\naccent = "#E0B0FF"', "look.contrast"),
        ('[dark]\npaper = "#FFFFFF"', "look.contrast"),
        ('[light]\naccent = "paars"', "look.colour"),
        ('[light]\nlow = "#A8480F"', "look.key"),
        ('colour = "#5B2A86"', "look.key"),
        ('light = "#5B2A86"', "look.colour"),
        ("name = 3", "look.text"),
        ('logo = "nowhere.svg"', "look.logo"),
        ('logo = "look.toml"', "look.logo"),
        ("[light", "toml.syntax"),
    ],
)
def test_what_cannot_be_is_refused_in_words(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        branding.read(written(tmp_path, text))

    assert refused.value.key == key
    for language in ("nl", "en"):
        assert "{" not in texts(language)(key, **refused.value.words)


def test_a_heavy_logo_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dot.svg").write_text(DOT + " " * branding.LARGEST_LOGO, "utf-8")
    with pytest.raises(SettingsRefused, match=r"look\.logo"):
        branding.read(written(tmp_path, 'logo = "dot.svg"'))


def test_the_setting_points_at_the_file(tmp_path: Path) -> None:
    file = written(tmp_path, f'name = "Waterrijk"\n{PURPLE}')
    chosen = settings.read({"TEAMKLIMAAT_LOOK_FILE": str(file), "HOME": str(tmp_path)})
    assert chosen.organisation_name == "Waterrijk"
    with pytest.raises(SettingsRefused, match=r"look\.missing"):
        settings.read({"TEAMKLIMAAT_LOOK_FILE": str(tmp_path / "no"), "HOME": str(tmp_path)})


def test_the_staff_pages_wear_it_and_their_policy_allows_it(
    context: AppContext,
    browser: TestClient,  # noqa: F811
    tmp_path: Path,
) -> None:
    (tmp_path / "dot.svg").write_text(DOT, "utf-8")
    own = branding.read(written(tmp_path, f'logo = "dot.svg"\n{PURPLE}'))
    before = style.policy_sources()
    use_context(replace(context, settings=replace(context.settings, branding=own)))
    answer = browser.get("/pulse")

    assert "--accent:#5B2A86;" in answer.text
    assert f'<img src="{own.logo}" alt=""' in answer.text
    assert style.policy_sources() != before
    assert style.policy_sources() in answer.headers["content-security-policy"]
