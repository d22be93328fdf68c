"""What the klaagmuur refuses, each with the sentence a person reads."""

from __future__ import annotations

from monitor.errors import Refusal


class VentRefused(Refusal):
    """Something is wrong with what was filled in; the text is given back."""


class KlaagmuurClosed(Refusal):
    """Nobody can read at this moment, so nothing is taken in."""


class KlaagmuurBusy(Refusal):
    """So much came in at once that this must wait; the text is given back."""


class ReceiptRefused(Refusal):
    """The receipt code opens nothing; whether it ever did is not told."""


class KeyRefused(Refusal):
    """A passphrase or recovery code does not open the luisteraar's key."""


class LuisteraarRefused(Refusal):
    """The set-up of a luisteraar cannot be changed like this."""
