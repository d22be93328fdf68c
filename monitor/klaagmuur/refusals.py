"""The klaagmuur's refusals; each carries the key of the sentence a person reads."""

from __future__ import annotations

from monitor.errors import Refusal


class VentRefused(Refusal):
    """Something is wrong with what was filled in; the text is given back."""


class KlaagmuurClosed(Refusal):
    """There is no luisteraar to read a vent, so none is accepted."""


class KlaagmuurBusy(Refusal):
    """Too much came in at once; the text is given back."""


class ReceiptRefused(Refusal):
    """The receipt code opens nothing; it is not said whether it ever did."""


class KeyRefused(Refusal):
    """A passphrase or recovery code does not open the luisteraar's key."""


class LuisteraarRefused(Refusal):
    """A change to a luisteraar, or to the klaagmuur's settings, is not allowed."""
