"""Single settings: the text of an environment variable becomes a value, or is refused.

An empty text means that the variable is not set. All functions but `path` raise
:class:`SettingsRefused`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from monitor.config import mail_server
from monitor.config.mail_server import LOOPBACK
from monitor.errors import SettingsRefused
from monitor.locale import DEFAULT, languages

PREFIX = "TEAMKLIMAAT_"
SMALLEST_MINIMUM = 5
"""The fewest respondents behind any released figure; an organisation may ask for more."""
DEFAULT_BASE_URL = "http://localhost:8501"
PROVIDER = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")


def path(text: str, default: Path) -> Path:
    """A file or folder as an absolute path."""
    return Path(text).expanduser().absolute() if text else default


def database_url(text: str, data: Path) -> str:
    """The address of the store, as SQLAlchemy takes it; by default SQLite in the `data` folder."""
    if not text:
        return f"sqlite:///{data / 'teamklimaat.db'}"
    if text.startswith("sqlite:///"):
        file = text.removeprefix("sqlite:///")
        if not file or file.startswith(":memory:"):
            raise SettingsRefused("settings.database_memory")
        return f"sqlite:///{Path(file).absolute()}"
    for scheme in ("postgresql+psycopg://", "postgresql://", "postgres://"):
        if text.startswith(scheme):
            return "postgresql+psycopg://" + text.removeprefix(scheme)
    raise SettingsRefused("settings.database_kind")


def base_url(text: str) -> str:
    """The address at which people reach the app: scheme and host, without a slash at the end."""
    if not text:
        return DEFAULT_BASE_URL
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise SettingsRefused("settings.base_url", value=text)
    if parts.path.strip("/"):
        raise SettingsRefused("settings.base_url_path", value=text)
    return f"{parts.scheme}://{parts.netloc}"


def ping_url(text: str) -> str:
    """Where to tell that work was done, without a slash at the end; empty for nowhere."""
    parts = urlsplit(text)
    usable = parts.scheme in ("http", "https") and parts.hostname
    if text and (not usable or parts.query or parts.fragment or not text.isascii()):
        raise SettingsRefused("settings.ping_url")
    return text.rstrip("/")


def check_mail(smtp_url: str, mail_from: str) -> None:
    """Both settings usable, or neither set; checked here so that a slip shows at the start."""
    if smtp_url:
        mail_server.parse(smtp_url)
    if mail_from:
        mail_server.check_sender(mail_from)
    if bool(smtp_url) != bool(mail_from):
        raise SettingsRefused("settings.mail_half")


def check_provider(texts: Mapping[str, str]) -> None:
    """All three settings of single sign-on, or none, and nothing secret over an open line."""
    provider = {name: texts[name] for name in PROVIDER}
    if not any(provider.values()):
        return
    if not all(provider.values()):
        raise SettingsRefused("settings.oidc_half", names=", ".join(PREFIX + n for n in PROVIDER))
    issuer = provider["OIDC_ISSUER"]
    parts = urlsplit(issuer)
    if not _is_private(issuer) or not parts.netloc or parts.query or parts.fragment:
        raise SettingsRefused("settings.oidc_issuer", value=issuer)
    if not _is_private(base_url(texts["BASE_URL"])):
        raise SettingsRefused("settings.oidc_base_url")


def minimum(text: str) -> int:
    """The fewest respondents behind a figure."""
    if not text:
        return SMALLEST_MINIMUM
    if not text.isdecimal():
        raise SettingsRefused("settings.minimum", value=text)
    if int(text) < SMALLEST_MINIMUM:
        raise SettingsRefused("settings.minimum_low", value=text, smallest=SMALLEST_MINIMUM)
    return int(text)


def language(text: str) -> str:
    """The language of the pages and of the command line."""
    if text and text not in languages():
        raise SettingsRefused("settings.language", value=text, known=", ".join(languages()))
    return text or DEFAULT


def _is_private(url: str) -> bool:
    """Whether nobody on the way can read along."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
