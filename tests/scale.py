"""How many samples a test takes: seeded and few under ``make test``, many under ``make soak``."""

from __future__ import annotations

import os

from hypothesis import settings

SOAK = int(os.environ.get("SOAK", "1"))
"""Times as many samples as ``make test`` takes; above 1 they differ with the seed."""


def samples(few: int) -> int:
    """The number of samples to take where the quick suite takes `few`."""
    return few * SOAK


def set_up() -> None:
    """Make hypothesis follow: the same samples every time, unless soaking."""
    settings.register_profile(
        "teamklimaat", deadline=None, derandomize=SOAK == 1, max_examples=samples(100)
    )
    settings.load_profile("teamklimaat")
