"""Every refusal of the program, as one tree of exceptions.

A refusal carries the key of the sentence a person reads (in the language catalogs) and the words
to fill in. Where it is caught, the sentence is looked up in the reader's language.
"""

from __future__ import annotations


class Refusal(Exception):
    """A request that cannot be carried out; nothing was changed.

    Parameters
    ----------
    key
        Name of the sentence in the catalogs.
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
    """A file has faults; ``faults`` names each with its row, to correct all at once."""

    def __init__(self, key: str, faults: tuple[Refusal, ...], **words: object) -> None:
        super().__init__(key, **words)
        self.faults = faults


class RoundRefused(Refusal):
    """The round is not in a state in which this can be done."""


class RoundAltered(RoundRefused):
    """The store holds another round than this program left there: somebody else changed it.

    ``month`` is the round's: written out in a sentence, and as text what the log names.
    """

    def __init__(self, month: object) -> None:
        super().__init__("round.not_genuine", period=month)
        self.month = month


class KeyMissing(RoundRefused):
    """This process does not have the key of the round."""


class CodeRefused(Refusal):
    """An invitation code does not open an answer sheet."""


class CodeMalformed(CodeRefused):
    """Not a code at all: most likely a typing error."""


class CodeUnknown(CodeRefused):
    """Well formed, but of no open round."""


class CodeClosed(CodeRefused):
    """A code of a round that is closed or abandoned."""


class CodeSpent(CodeRefused):
    """A code that was used, or replaced by another."""


class MailRefused(Refusal):
    """The mail server takes no mail, whoever it is addressed to."""


class StoreBusy(Refusal):
    """The store is in use by others now; the person may try again."""


class StoreFailing(StoreBusy):
    """The disk is full, or the store is read-only, damaged or gone: somebody has to mend it."""


class AccessRefused(Refusal):
    """Not signed in, or not allowed."""
