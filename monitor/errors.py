"""Every refusal the program can give, as one tree.

A refusal carries the key of the sentence a person reads (in the ``refusals`` catalog) and the
words to fill in. Where it is caught, the sentence is looked up in the reader's language.
"""

from __future__ import annotations


class Refusal(Exception):
    """Something was asked that cannot be done; nothing was changed.

    Parameters
    ----------
    key
        Name of the sentence in the ``refusals`` catalog.
    words
        Values for the placeholders in that sentence. Never an answer, a code or a vent.
    """

    def __init__(self, key: str, **words: object) -> None:
        super().__init__(key)
        self.key = key
        self.words = words


class SettingsRefused(Refusal):
    """The environment asks for something contradictory or unknown."""


class InputRefused(Refusal):
    """A file or an argument cannot be used as it is."""


class FileRefused(InputRefused):
    """A file has faults; ``faults`` names each with its row, so that all can be mended at once."""

    def __init__(self, key: str, faults: tuple[Refusal, ...], **words: object) -> None:
        super().__init__(key, **words)
        self.faults = faults


class RoundRefused(Refusal):
    """The round is not in a state in which this can be done."""


class KeyMissing(RoundRefused):
    """This process does not have the key of the round."""


class CodeRefused(Refusal):
    """An invitation code does not open a sheet."""


class CodeMalformed(CodeRefused):
    """Not a code at all: most likely a slip of the finger."""


class CodeUnknown(CodeRefused):
    """Well formed, but no open round knows it."""


class CodeClosed(CodeRefused):
    """It belongs to a round that is closed or abandoned."""


class CodeSpent(CodeRefused):
    """It was used, or replaced by another."""


class MailRefused(Refusal):
    """Mail cannot be handed in, for a reason that has nothing to do with one address."""


class StoreBusy(Refusal):
    """The store did not take it in now; the person may try again."""


class StoreFailing(StoreBusy):
    """The disk is full, or the store is read-only, damaged or gone: somebody has to mend it."""


class AccessRefused(Refusal):
    """Not signed in, or not allowed."""
