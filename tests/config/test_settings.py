"""The settings: read once, failing loudly."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from monitor.config.folders import DEFAULTS, ROOT, own_or_default, state_folder
from monitor.config.settings import PREFIX, VARIABLES, read
from monitor.errors import SettingsRefused
from monitor.locale import languages, texts

HOME = {"HOME": "/home/sam"}


def given(**values: str) -> dict[str, str]:
    """An environment with these settings."""
    return HOME | {PREFIX + name: value for name, value in values.items()}


def test_nothing_needs_to_be_set() -> None:
    settings = read(HOME)
    assert settings.database_url == f"sqlite:///{ROOT / 'data' / 'teamklimaat.db'}"
    assert settings.database_file == ROOT / "data" / "teamklimaat.db"
    assert settings.keys_dir == Path("/home/sam/.local/state/teamklimaat/keys")
    assert settings.secret_file == Path("/home/sam/.local/state/teamklimaat/secret")
    assert settings.minimum == 5
    assert settings.language == "nl"
    assert settings.base_url == "http://localhost:8501"
    assert not settings.secure


def test_keys_lie_outside_the_data_folder_by_default() -> None:
    settings = read(HOME)
    assert not settings.keys_dir.is_relative_to(ROOT)
    assert not settings.secret_file.is_relative_to(ROOT)


def test_the_state_folder_of_the_desktop_is_followed() -> None:
    assert read({"XDG_STATE_HOME": "/srv/state"}).keys_dir == Path("/srv/state/teamklimaat/keys")


def test_an_address_loses_its_trailing_slash_and_https_makes_it_secure() -> None:
    settings = read(given(BASE_URL="https://klimaat.waterrijk.example/"))
    assert settings.base_url == "https://klimaat.waterrijk.example"
    assert settings.secure


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_gets_the_one_driver(scheme: str) -> None:
    settings = read(given(DATABASE_URL=f"{scheme}://db/klimaat"))
    assert settings.database_url == "postgresql+psycopg://db/klimaat"
    assert settings.database_file is None


def test_a_relative_file_is_made_absolute() -> None:
    file = read(given(DATABASE_URL="sqlite:///x.db")).database_file
    assert file == Path("x.db").absolute()


@pytest.mark.parametrize(
    ("name", "value", "key"),
    [
        ("LANGAUGE", "nl", "settings.unknown"),
        ("LANGUAGE", "fy", "settings.language"),
        ("MINIMUM", "4", "settings.minimum_low"),
        ("MINIMUM", "0", "settings.minimum_low"),
        ("MINIMUM", "-5", "settings.minimum"),
        ("MINIMUM", "five", "settings.minimum"),
        ("DATABASE_URL", "sqlite://", "settings.database_kind"),
        ("DATABASE_URL", "sqlite:///:memory:", "settings.database_memory"),
        ("DATABASE_URL", "mysql://db/klimaat", "settings.database_kind"),
        ("BASE_URL", "klimaat.example", "settings.base_url"),
        ("BASE_URL", "ftp://klimaat.example", "settings.base_url"),
        ("BASE_URL", "https://klimaat.example/app", "settings.base_url_path"),
    ],
)
def test_a_value_that_cannot_be_is_refused_in_words(name: str, value: str, key: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        read(given(**{name: value}))
    assert refused.value.key == key
    for language in languages():
        assert texts(language)(refused.value.key, **refused.value.words)


def test_the_minimum_may_be_raised() -> None:
    assert read(given(MINIMUM="8")).minimum == 8


def test_every_known_name_is_a_field() -> None:
    fields = {field.name for field in dataclasses.fields(read(HOME))}
    assert {name.lower() for name in VARIABLES} <= fields


def test_a_file_in_the_data_folder_goes_before_the_one_that_comes_along(tmp_path: Path) -> None:
    assert own_or_default(tmp_path, "help.toml") == DEFAULTS / "help.toml"
    own = tmp_path / "help.toml"
    own.touch()
    assert own_or_default(tmp_path, "help.toml") == own


def test_a_folder_that_is_named_relative_is_made_absolute() -> None:
    assert state_folder({"XDG_STATE_HOME": "state"}) == Path("state").absolute() / "teamklimaat"
