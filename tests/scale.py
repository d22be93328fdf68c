"""The number of samples of a test: few and seeded under ``make test``, many under ``make soak``."""

from __future__ import annotations

import os

from hypothesis import settings

SOAK = int(os.environ.get("SOAK", "1"))
"""The multiple of the samples of ``make test``; above 1 they depend on the seed."""


def samples(few: int) -> int:
    """The number of samples where ``make test`` takes `few`."""
    return few * SOAK


def set_up() -> None:
    """Configure Hypothesis: the same samples in every run, except under ``make soak``."""
    settings.register_profile(
        "teamklimaat", deadline=None, derandomize=SOAK == 1, max_examples=samples(100)
    )
    settings.load_profile("teamklimaat")
