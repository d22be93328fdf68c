"""What the writing page needs to know of the klaagmuur today: who reads, and who may write."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from monitor.context import AppContext, current_context
from monitor.inputs.signs import as_read
from monitor.klaagmuur import access_word, contacts, key_pinning, luisteraars, readers
from monitor.klaagmuur.help import Contact
from monitor.klaagmuur.readers import Luisteraar
from monitor.store.engine import reading


@dataclass(frozen=True, slots=True)
class KlaagmuurToday:
    """The luisteraars, the access word and the help contacts.

    ``everyone`` are all luisteraars, ``active`` those who can be written to today, and
    ``announced`` those who will be soon.
    """

    today: date
    contacts: tuple[Contact, ...]
    everyone: tuple[Luisteraar, ...] = ()
    active: tuple[Luisteraar, ...] = ()
    announced: tuple[Luisteraar, ...] = ()
    access_word: str = ""

    def starts_on(self, luisteraar: Luisteraar) -> date:
        """The day from which vents are sealed to this luisteraar."""
        return readers.starts_on(luisteraar, self.everyone)

    def replaces(self, luisteraar: Luisteraar) -> bool:
        """Whether an announced key is a new one of a person, or a name, that had one before."""
        return any(
            each.id != luisteraar.id
            and (
                each.account == luisteraar.account or as_read(each.name) == as_read(luisteraar.name)
            )
            and self.starts_on(each) < self.starts_on(luisteraar)
            for each in self.everyone
        )

    def deputy(self, luisteraar: Luisteraar) -> Luisteraar | None:
        """The luisteraar who stands in for one who is away, if there is one."""
        if not luisteraar.is_absent(self.today):
            return None
        return readers.find(self.active, luisteraar.deputy)


def klaagmuur_today(context: AppContext, today: date) -> KlaagmuurToday:
    """The klaagmuur as the store knows it."""
    with reading(context.engine) as connection:
        stored, word = luisteraars.listed(connection), access_word.word_in(connection)
        help_contacts = contacts.shown_in(connection, context.settings.help_file)
    everyone = key_pinning.believed(context.keys, stored, today)
    return KlaagmuurToday(
        today=today,
        contacts=help_contacts,
        everyone=everyone,
        active=readers.active(everyone, today),
        announced=readers.announced(everyone, today),
        access_word=word,
    )


def without_store(today: date) -> KlaagmuurToday:
    """What can be shown while the store does not answer: where help is."""
    return KlaagmuurToday(today, contacts.shown_in(None, current_context().settings.help_file))
