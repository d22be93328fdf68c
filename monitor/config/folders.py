"""Where files are: the program's own, those an organisation makes its own, and its secrets."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
ROOT = PACKAGE.parent
"""The checkout, or the folder in which packages are installed."""
DEFAULTS = PACKAGE / "defaults"
"""Files that come with the program and that an organisation may replace, and examples."""
_NAME = "teamklimaat"
_OF_A_CHECKOUT = ("app.py", "pyproject.toml")


def data_folder(environ: Mapping[str, str]) -> Path:
    """The folder of what an organisation makes its own, and of its SQLite store.

    In a checkout this is ``data``; for an installed package the user's data folder, as in the
    XDG Base Directory Specification 0.8.
    """
    if all((ROOT / name).is_file() for name in _OF_A_CHECKOUT):
        return ROOT / "data"
    return _user_folder(environ, "XDG_DATA_HOME", Path(".local", "share"))


def state_folder(environ: Mapping[str, str]) -> Path:
    """The folder of keys and the secret: never beside the data, so that no backup takes them."""
    return _user_folder(environ, "XDG_STATE_HOME", Path(".local", "state"))


def own_or_default(data: Path, name: str) -> Path:
    """The organisation's own file in its `data` folder, or the program's where there is none."""
    own = data / name
    return own if own.is_file() else DEFAULTS / name


def _user_folder(environ: Mapping[str, str], variable: str, beneath_home: Path) -> Path:
    home = Path(environ.get("HOME") or Path.home())
    return Path(environ.get(variable) or home / beneath_home).absolute() / _NAME
