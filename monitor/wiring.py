"""What one process works with: settings, store, key folder and secret, joined once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sqlalchemy import Engine

from monitor import design
from monitor import settings as settings_
from monitor.installation import secret_of
from monitor.keyfolder import KeyFolder
from monitor.organisation import facts
from monitor.settings import Settings
from monitor.store.engine import open_store
from monitor.store.migrate import migrate


@dataclass(frozen=True, slots=True)
class House:
    """The parts every door needs. Nothing in it belongs to one person."""

    settings: Settings
    engine: Engine
    keys: KeyFolder
    secret: bytes = field(repr=False)
    name: str = ""
    """What the organisation is called: as the environment says, else as chosen in the app."""


_current: list[House] = []


def build(settings: Settings) -> House:
    """Open the store (bringing it up to date), the key folder and the secret."""
    engine = open_store(settings.database_url)
    try:
        migrate(engine)
        return House(
            settings=settings,
            engine=engine,
            keys=KeyFolder(settings.keys_dir),
            secret=secret_of(engine, settings.secret_file),
            name=_name(settings, engine),
        )
    except BaseException:
        engine.dispose()
        raise


def current() -> House:
    """The process's own house, built from the environment at first use."""
    if not _current:
        use(build(settings_.read()))
    return _current[0]


def use(house: House | None) -> None:
    """Put another house in place (tests, the demo), or None to start afresh."""
    _current[:] = [] if house is None else [house]
    design.use(design.DESIGN if house is None else house.settings.look.design)


def refresh() -> None:
    """Take over a name that was chosen meanwhile, here or in another process."""
    house = current()
    name = _name(house.settings, house.engine)
    if name != house.name:
        use(replace(house, name=name))


def _name(settings: Settings, engine: Engine) -> str:
    return settings.organisation_name or facts.name(engine)
