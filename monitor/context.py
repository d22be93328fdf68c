"""The application context: settings, store, key folder and secret, joined once a process."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sqlalchemy import Engine

from monitor.config import design
from monitor.config.settings import Settings, read
from monitor.locale import languages
from monitor.store import derived_keys, installation_choices, stored_settings
from monitor.store.engine import open_store, reading
from monitor.store.key_folder import KeyFolder
from monitor.store.migrate import migrate
from monitor.store.secret_mark import secret_of
from monitor.store.signed_rows import RowGuard, attach
from monitor.store.signed_rows.adoption import adopt
from monitor.store.stored_settings import StoredSetting


@dataclass(frozen=True, slots=True)
class AppContext:
    """What every page and command needs. Nothing in it belongs to one person."""

    settings: Settings
    engine: Engine
    keys: KeyFolder
    secret: bytes = field(repr=False)
    name: str = ""
    """The organisation's name: from the environment, or as filled in on the pages."""


_current: list[AppContext] = []


def build_context(settings: Settings) -> AppContext:
    """Open the store (bringing it up to date), the key folder and the secret."""
    engine = open_store(settings.database_url)
    try:
        migrate(engine)
        keys = KeyFolder(settings.keys_dir)
        secret = secret_of(engine, settings.secret_file)
        derived_keys.remember(engine, secret)
        row_guard = RowGuard.of(secret, keys)
        attach(engine, row_guard)
        adopt(engine, row_guard)
        return AppContext(
            settings=_with_choices(settings, engine, keys),
            engine=engine,
            keys=keys,
            secret=secret,
            name=_name(settings, engine),
        )
    except BaseException:
        engine.dispose()
        raise


def current_context() -> AppContext:
    """The process's own context, built from the environment at first use."""
    if not _current:
        use_context(build_context(read()))
    return _current[0]


def use_context(context: AppContext | None) -> None:
    """Put another context in place (tests, the demo); None to build it anew at next use."""
    _current[:] = [] if context is None else [context]
    design.use(design.DESIGN if context is None else context.settings.branding.design)


def refresh_context() -> None:
    """Take over what was chosen on the pages, here or in another process: the organisation's name,
    the language and the minimum."""
    context = current_context()
    name = _name(context.settings, context.engine)
    settings = _with_choices(context.settings, context.engine, context.keys)
    if (name, settings) != (context.name, context.settings):
        use_context(replace(context, name=name, settings=settings))


def _with_choices(settings: Settings, engine: Engine, keys: KeyFolder) -> Settings:
    """The settings, with what was chosen on the pages where the environment leaves room for it."""
    chosen = "" if settings.language_is_fixed else installation_choices.language(engine)
    return replace(
        settings,
        language=chosen if chosen in languages() else settings.language,
        minimum=installation_choices.minimum(engine, keys, settings.minimum),
    )


def _name(settings: Settings, engine: Engine) -> str:
    if settings.organisation_name:
        return settings.organisation_name
    with reading(engine) as connection:
        return str(stored_settings.get(connection, StoredSetting.ORGANISATION_NAME) or "")
