"""The parts of the pure core, and the tests that must notice a change to each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """Modules that are changed, and the tests that are run on each change."""

    name: str
    modules: tuple[str, ...]
    """Without ``monitor/`` and ``.py``."""
    tests: tuple[str, ...]
    """Files, without ``tests/`` and ``.py``."""


PARTS = (
    Part(
        "sealing",
        ("pulse/count/sealing",),
        ("pulse/test_sealing",),
    ),
    Part(
        "counting",
        ("pulse/count/counting", "pulse/count/box_check"),
        ("pulse/test_counting", "pulse/test_answered_counts", "pulse/test_closing"),
    ),
    Part(
        "release",
        (
            "pulse/disclosure/release",
            "pulse/disclosure/unit_tree",
            "pulse/disclosure/rounding",
            "pulse/disclosure/coverage",
        ),
        ("pulse/test_release",),
    ),
    Part(
        "ballot box",
        ("pulse/ballot/ballot_box", "pulse/ballot/casting", "pulse/ballot/code_lookup"),
        ("pulse/test_ballot_box", "pulse/test_batcher", "pulse/test_answered_counts"),
    ),
    Part(
        "signals",
        (
            "climate/signals",
            "climate/cusum",
            "climate/noise",
            "climate/thresholds",
            "climate/scores",
        ),
        (
            "climate/test_signals",
            "climate/test_noise",
            "climate/test_scores",
            "climate/test_thresholds",
        ),
    ),
    Part(
        "verdicts",
        ("climate/verdicts", "climate/trend_geometry"),
        ("climate/test_verdicts", "climate/test_trend_geometry"),
    ),
    Part(
        "before and after",
        ("followup/before_after", "followup/others", "followup/pooled", "followup/sensitivity"),
        ("followup/test_before_after", "followup/test_pooled", "followup/test_estimates"),
    ),
    Part(
        "readers",
        ("klaagmuur/readers", "klaagmuur/key_pinning"),
        (
            "klaagmuur/test_key_pinning",
            "klaagmuur/test_luisteraars",
            "promises/test_a_reader_cannot_be_slipped_in",
        ),
    ),
    Part("roles", ("access/roles",), ("access/test_roles", "access/test_accounts")),
    Part(
        "envelopes",
        ("pulse/ballot/envelope", "klaagmuur/envelope", "klaagmuur/reader_key"),
        ("pulse/test_envelope", "klaagmuur/test_envelope", "klaagmuur/test_reader_key"),
    ),
    Part("client data", ("inputs/client_data",), ("inputs/test_client_data",)),
)
