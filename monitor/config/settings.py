"""The settings: one frozen object, read once from the environment, failing loudly."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from monitor.access import sso_rules
from monitor.access.sso_rules import SsoRules
from monitor.config import branding as look
from monitor.config import mail_server as mailserver
from monitor.config.branding import Branding
from monitor.config.mail_server import LOOPBACK, MailServer
from monitor.errors import SettingsRefused
from monitor.locale import languages

ROOT = Path(__file__).resolve().parent.parent.parent
PREFIX = "TEAMKLIMAAT_"
LANGUAGES = languages()
SMALLEST_MINIMUM = 5
"""The fewest respondents behind any released figure; an organisation may ask for more."""
DEFAULT_BASE_URL = "http://localhost:8501"
PROVIDER = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
KNOWN = frozenset(
    {
        "DATABASE_URL",
        "SECRET_FILE",
        "KEYS_DIR",
        "BASE_URL",
        "SMTP_URL",
        "MAIL_FROM",
        "OIDC_ISSUER",
        "OIDC_CLIENT_ID",
        "OIDC_CLIENT_SECRET",
        "SSO_FILE",
        "MINIMUM",
        "LANGUAGE",
        "ORGANISATION_NAME",
        "LOOK_FILE",
    }
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says, checked.

    ``keys_dir`` and ``secret_file`` lie outside the database and outside ``data/``: whoever
    steals a backup must not get them with it.
    """

    database_url: str = field(repr=False)
    secret_file: Path
    keys_dir: Path
    base_url: str = DEFAULT_BASE_URL
    smtp_url: str = field(default="", repr=False)
    mail_from: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    sso_file: Path = ROOT / "data" / "sso.toml"
    sso_rules: SsoRules = field(default_factory=SsoRules)
    minimum: int = SMALLEST_MINIMUM
    language: str = "nl"
    organisation_name: str = ""
    look_file: Path = ROOT / "data" / "look.toml"
    look: Branding = field(default_factory=Branding, repr=False)
    questionnaire_file: Path = ROOT / "data" / "questionnaire.toml"

    @property
    def mail_server(self) -> MailServer | None:
        """Where mail is handed in, or None where the app sends none."""
        return mailserver.parse(self.smtp_url) if self.smtp_url else None

    @property
    def single_sign_on(self) -> bool:
        """Whether people may sign in by way of the organisation."""
        return bool(self.oidc_issuer)

    @property
    def secure(self) -> bool:
        """Whether people reach the app over https (cookies are then marked Secure)."""
        return self.base_url.startswith("https://")

    @property
    def database_file(self) -> Path | None:
        """The SQLite file, or None where another database is used."""
        scheme, _, rest = self.database_url.partition(":///")
        return Path(rest) if scheme == "sqlite" else None


def read(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and check the settings.

    Raises
    ------
    SettingsRefused
        On an unknown ``TEAMKLIMAAT_`` name, an unusable value or a contradiction.
    """
    given = {k.removeprefix(PREFIX): v.strip() for k, v in environ.items() if k.startswith(PREFIX)}
    unknown = sorted(given.keys() - KNOWN)
    if unknown:
        raise SettingsRefused("settings.unknown", name=PREFIX + unknown[0])
    look_file = _path(given.get("LOOK_FILE", ""), ROOT / "data" / "look.toml")
    own_look = _look(look_file, given)
    state, provider = _state_folder(environ), _provider(given)
    sso_file = _path(given.get("SSO_FILE", ""), ROOT / "data" / "sso.toml")
    smtp_url, mail_from = _mail(given.get("SMTP_URL", ""), given.get("MAIL_FROM", ""))
    return Settings(
        database_url=_database_url(given.get("DATABASE_URL", "")),
        secret_file=_path(given.get("SECRET_FILE", ""), state / "secret"),
        keys_dir=_path(given.get("KEYS_DIR", ""), state / "keys"),
        base_url=_base_url(given.get("BASE_URL", "")),
        smtp_url=smtp_url,
        mail_from=mail_from,
        oidc_issuer=provider["OIDC_ISSUER"],
        oidc_client_id=provider["OIDC_CLIENT_ID"],
        oidc_client_secret=provider["OIDC_CLIENT_SECRET"],
        sso_file=sso_file,
        sso_rules=_sso_rules(sso_file, given),
        minimum=_minimum(given.get("MINIMUM", "")),
        language=_language(given.get("LANGUAGE", "")),
        organisation_name=given.get("ORGANISATION_NAME", "") or own_look.name,
        look_file=look_file,
        look=own_look,
    )


def _state_folder(environ: Mapping[str, str]) -> Path:
    home = Path(environ.get("HOME") or Path.home())
    return Path(environ.get("XDG_STATE_HOME") or home / ".local" / "state") / "teamklimaat"


def _path(given: str, default: Path) -> Path:
    return Path(given).expanduser().absolute() if given else default


def _database_url(given: str) -> str:
    if not given:
        return f"sqlite:///{ROOT / 'data' / 'teamklimaat.db'}"
    if given.startswith("sqlite:///"):
        file = given.removeprefix("sqlite:///")
        if not file or file.startswith(":memory:"):
            raise SettingsRefused("settings.database_memory")
        return f"sqlite:///{Path(file).absolute()}"
    for scheme in ("postgresql+psycopg://", "postgresql://", "postgres://"):
        if given.startswith(scheme):
            return "postgresql+psycopg://" + given.removeprefix(scheme)
    raise SettingsRefused("settings.database_kind")


def _base_url(given: str) -> str:
    if not given:
        return DEFAULT_BASE_URL
    parts = urlsplit(given)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise SettingsRefused("settings.base_url", value=given)
    if parts.path.strip("/"):
        raise SettingsRefused("settings.base_url_path", value=given)
    return f"{parts.scheme}://{parts.netloc}"


def _mail(smtp_url: str, mail_from: str) -> tuple[str, str]:
    """Both settings, or neither; checked here, so that a slip shows at the start."""
    if smtp_url:
        mailserver.parse(smtp_url)
    if mail_from:
        mailserver.check_sender(mail_from)
    if bool(smtp_url) != bool(mail_from):
        raise SettingsRefused("settings.mail_half")
    return smtp_url, mail_from


def _provider(given: Mapping[str, str]) -> dict[str, str]:
    """All three settings, or none; and nothing secret over an open line."""
    values = {name: given.get(name, "") for name in PROVIDER}
    if not any(values.values()):
        return values
    if not all(values.values()):
        raise SettingsRefused("settings.oidc_half", names=", ".join(PREFIX + n for n in PROVIDER))
    issuer = values["OIDC_ISSUER"]
    parts = urlsplit(issuer)
    if not _private(issuer) or not parts.netloc or parts.query or parts.fragment:
        raise SettingsRefused("settings.oidc_issuer", value=issuer)
    if not _private(_base_url(given.get("BASE_URL", ""))):
        raise SettingsRefused("settings.oidc_base_url")
    return values


def _private(url: str) -> bool:
    """Whether nobody on the way can read along."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


def _sso_rules(file: Path, given: Mapping[str, str]) -> SsoRules:
    if not file.is_file():
        if given.get("SSO_FILE"):
            raise SettingsRefused("sso.missing", name=str(file))
        return SsoRules()
    if not given.get("OIDC_ISSUER"):
        raise SettingsRefused("sso.alone", name=str(file))
    try:
        return sso_rules.parse(file.read_text("utf-8"), file.name)
    except (OSError, UnicodeDecodeError):
        raise SettingsRefused("sso.unreadable", name=str(file)) from None


def _look(file: Path, given: Mapping[str, str]) -> Branding:
    if given.get("LOOK_FILE") and not file.is_file():
        raise SettingsRefused("look.missing", name=str(file))
    return look.read(file)


def _minimum(given: str) -> int:
    if not given:
        return SMALLEST_MINIMUM
    if not given.isdecimal():
        raise SettingsRefused("settings.minimum", value=given)
    if int(given) < SMALLEST_MINIMUM:
        raise SettingsRefused("settings.minimum_low", value=given, smallest=SMALLEST_MINIMUM)
    return int(given)


def _language(given: str) -> str:
    if given and given not in LANGUAGES:
        raise SettingsRefused("settings.language", value=given, known=", ".join(LANGUAGES))
    return given or "nl"
