"""The smallest files of an organisation that are right, and what is said of a wrong one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from monitor.errors import InputRefused
from monitor.followup.content_file import Table, parse
from monitor.locale import texts

METHODS = """
version = "1"
default_minutes = 30
rules = [{ nl = "Raad niet." }]
apart.nl = "Doe dat apart."
[opening]
title.nl = "Opening"
text.nl = "Je mag passen."
[close]
title.nl = "Afronden"
text.nl = "Wat neem ik mee?"

[[method]]
key = "praten"
title.nl = "Praten"
purpose.nl = "Samen praten."
people = [3, 8]
led_by.nl = "Een collega."
leader_may_lead = true
minutes = 10
guidance = [{ nl = "Let op de tijd." }]
avoid = [{ nl = "Stemmen." }]
not_when.nl = "Na een incident."
evidence.nl = "Onbekend."
origin.nl = "Eigen opzet."
[[method.source]]
name = "Een boek"
url = "https://example.org"
[[method.step]]
minutes = 4
part = "opening"
[[method.step]]
minutes = 6
title.nl = "Ronde"
text.nl = "Wat herken je?"

[[method]]
key = "luisteren"
title.nl = "Luisteren"
purpose.nl = "Samen luisteren."
people = [3, 8]
led_by.nl = "Een collega."
minutes = 5
guidance = [{ nl = "Let op de tijd." }]
avoid = [{ nl = "Stemmen." }]
not_when.nl = "Na een incident."
evidence.nl = "Onbekend."
origin.nl = "Eigen opzet."
source = []
step = [{ minutes = 5, part = "close" }]

[[method]]
key = "vragen"
title.nl = "Vragen"
purpose.nl = "Samen vragen."
people = [3, 8]
led_by.nl = "Een collega."
minutes = 5
guidance = [{ nl = "Let op de tijd." }]
avoid = [{ nl = "Stemmen." }]
not_when.nl = "Na een incident."
evidence.nl = "Onbekend."
origin.nl = "Eigen opzet."
source = []
step = [{ minutes = 5, part = "close" }]
"""
ADVICE = """
[[advice]]
when = "{when}"
ask.nl = "Wat veranderde er?"
methods = [{methods}]
levels = ["team"]
leader_must_not.nl = "Raden."
"""
THREE = '"praten", "luisteren", "vragen"'
OWN_METHODS = METHODS + "".join(
    ADVICE.format(when=when, methods="" if when == "aggression" else THREE)
    for when in ("falls", "several", "rises", "stable", "aggression")
)

OWN_DILEMMAS = """
version = "1"
law_of = 2026-07-01
introduction.nl = "Voor een gesprek."
own_values.nl = "Leg je kernwaarden ernaast."
meldcode_steps = [{ nl = "Overleg." }]
[meldcode]
text.nl = "Volg de meldcode."
source = "De meldcode"
[[principle]]
key = "zorg"
title.nl = "Zorg"
text.nl = "Zoek het uit."
source = "Awb 3:2"
[[dilemma]]
key = "haast"
title.nl = "Haast"
situation.nl = "Het is vijf uur."
choice.nl = "A of B?"
values = [{ nl = "snel" }, { nl = "goed" }]
involved = [{ nl = "jij" }]
questions = [{ nl = "Wat?" }, { nl = "Wie?" }, { nl = "Hoe?" }]
principles = ["zorg"]
no_answer = [{ nl = "Niets doen." }]
[[dilemma.law]]
text.nl = "Zoek het uit."
source = "Awb 3:2"
"""

OWN_CARDS = """
version = "1"
[[card]]
key = "kaart"
kind = "card"
title.nl = "Een kaart"
introduction.nl = "Om te lezen."
source = []
[[card.section]]
title.nl = "Doen"
lines = [{ nl = "Luister." }]
"""

Build = Callable[[Table], object]


def refusal(build: Build, name: str, text: str) -> InputRefused:
    with pytest.raises(InputRefused) as caught:
        build(parse(text, name))
    return caught.value


def changed(text: str, old: str, new: str) -> str:
    """`text` with the first `old` replaced."""
    assert old in text
    return text.replace(old, new, 1)


def sentence(refused: InputRefused, language: str = "nl") -> str:
    return texts(language)(refused.key, **refused.words)
