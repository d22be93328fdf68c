"""The settings: one frozen object, read once from the environment, failing loudly."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from monitor.access import sso_rules
from monitor.access.sso_rules import SsoRules
from monitor.config import branding, mail_server, values
from monitor.config.branding import Branding
from monitor.config.folders import ROOT, data_folder, own_or_default, state_folder
from monitor.config.mail_server import MailServer
from monitor.config.values import DEFAULT_BASE_URL, PREFIX
from monitor.errors import SettingsRefused
from monitor.inputs import signs

__all__ = ["DEFAULT_BASE_URL", "PREFIX", "ROOT", "VARIABLES", "Settings", "read"]

VARIABLES = frozenset(
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
        "PING_URL",
    }
)
"""Every variable that is read, without the prefix ``TEAMKLIMAAT_``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the environment says, checked.

    ``keys_dir`` and ``secret_file`` lie outside the database and outside ``data_dir``: a thief
    of a backup must not get them with it.
    """

    database_url: str = field(repr=False)
    secret_file: Path
    keys_dir: Path
    data_dir: Path
    questionnaire_file: Path
    help_file: Path
    base_url: str
    smtp_url: str = field(repr=False)
    mail_from: str
    oidc_issuer: str
    oidc_client_id: str
    oidc_client_secret: str = field(repr=False)
    sso_file: Path
    sso_rules: SsoRules
    minimum: int
    language: str
    language_is_fixed: bool = False
    """Whether the environment names the language, so that it cannot be chosen on the pages."""
    organisation_name: str
    look_file: Path
    branding: Branding = field(repr=False)
    ping_url: str = field(repr=False)

    @property
    def mail_server(self) -> MailServer | None:
        """Where mail is handed in, or None where the app sends none."""
        return mail_server.parse(self.smtp_url) if self.smtp_url else None

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
    texts = _texts(environ)
    data, state = data_folder(environ), state_folder(environ)
    look_file = values.path(texts["LOOK_FILE"], data / "look.toml")
    own_branding = _branding(look_file, named=bool(texts["LOOK_FILE"]))
    values.check_provider(texts)
    values.check_mail(texts["SMTP_URL"], texts["MAIL_FROM"])
    sso_file = values.path(texts["SSO_FILE"], data / "sso.toml")
    return Settings(
        database_url=values.database_url(texts["DATABASE_URL"], data),
        secret_file=values.path(texts["SECRET_FILE"], state / "secret"),
        keys_dir=values.path(texts["KEYS_DIR"], state / "keys"),
        data_dir=data,
        questionnaire_file=own_or_default(data, "questionnaire.toml"),
        help_file=own_or_default(data, "help.toml"),
        base_url=values.base_url(texts["BASE_URL"]),
        smtp_url=texts["SMTP_URL"],
        mail_from=texts["MAIL_FROM"],
        oidc_issuer=texts["OIDC_ISSUER"],
        oidc_client_id=texts["OIDC_CLIENT_ID"],
        oidc_client_secret=texts["OIDC_CLIENT_SECRET"],
        sso_file=sso_file,
        sso_rules=_sso_rules(sso_file, texts),
        minimum=values.minimum(texts["MINIMUM"]),
        language=values.language(texts["LANGUAGE"]),
        language_is_fixed=bool(texts["LANGUAGE"]),
        organisation_name=texts["ORGANISATION_NAME"] or own_branding.name,
        look_file=look_file,
        branding=own_branding,
        ping_url=values.ping_url(texts["PING_URL"]),
    )


def _texts(environ: Mapping[str, str]) -> dict[str, str]:
    """The text of every setting, empty where it is not set."""
    stated = {
        name.removeprefix(PREFIX): text.strip()
        for name, text in environ.items()
        if name.startswith(PREFIX)
    }
    unknown = sorted(stated.keys() - VARIABLES)
    if unknown:
        raise SettingsRefused("settings.unknown", name=PREFIX + unknown[0])
    for name, text in sorted(stated.items()):
        if signs.has_invisible(text):
            raise SettingsRefused("settings.invisible", name=PREFIX + name)
    return dict.fromkeys(VARIABLES, "") | stated


def _sso_rules(file: Path, texts: Mapping[str, str]) -> SsoRules:
    if not file.is_file():
        if texts["SSO_FILE"]:
            raise SettingsRefused("sso.missing", name=str(file))
        return SsoRules()
    if not texts["OIDC_ISSUER"]:
        raise SettingsRefused("sso.alone", name=str(file))
    return sso_rules.load(file)


def _branding(file: Path, *, named: bool) -> Branding:
    """The branding in `file`, which must be there when a setting names it."""
    if named and not file.is_file():
        raise SettingsRefused("look.missing", name=str(file))
    return branding.read(file)
