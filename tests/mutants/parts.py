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
    Part("sealing", ("pulse/count/sealing",), ("pulse/test_sealing",)),
    Part(
        "counting",
        ("pulse/count/counting", "pulse/count/box_check", "pulse/ballot/close_commitment"),
        (
            "pulse/test_counting",
            "pulse/test_box_check",
            "pulse/test_close_commitment",
            "promises/test_a_close_that_is_tried_again_counts_the_same",
            "pulse/test_answered_counts",
            "pulse/test_closing",
        ),
    ),
    Part(
        "release",
        (
            "pulse/disclosure/release",
            "pulse/disclosure/unit_tree",
            "pulse/disclosure/rounding",
            "pulse/disclosure/coverage",
            "pulse/disclosure/compact_arrays",
            "pulse/disclosure/suppression_risk",
            "bands",
        ),
        ("pulse/test_compact_arrays", "pulse/test_suppression_risk", "pulse/test_release"),
    ),
    Part(
        "ballot box",
        ("pulse/ballot/ballot_box", "pulse/ballot/casting", "pulse/ballot/code_lookup"),
        (
            "pulse/test_box_check",
            "pulse/test_ballot_box",
            "pulse/test_batcher",
            "pulse/test_answered_counts",
            "pulse/test_adoption",
        ),
    ),
    Part(
        "whole box",
        ("pulse/ballot/ballot_mac", "pulse/ballot/answered_counts", "pulse/ballot/adoption"),
        (
            "pulse/test_ballot_mac",
            "pulse/test_box_check",
            "pulse/test_answered_counts",
            "pulse/test_adoption",
            "promises/test_no_colleague_is_left_alone_in_the_box",
            "promises/test_write_access_to_the_store_brings_nobody_a_code",
        ),
    ),
    Part(
        "questionnaire",
        (
            "pulse/questionnaire",
            "pulse/questionnaire_changes",
            "pulse/questionnaire_checks",
            "pulse/periods",
        ),
        (
            "pulse/test_periods",
            "pulse/test_questionnaire",
            "pulse/test_questionnaire_changes",
            "pulse/test_questionnaire_file",
        ),
    ),
    Part(
        "codes",
        ("pulse/invitations/codes", "inputs/typed_codes", "klaagmuur/receipts"),
        ("pulse/test_codes", "klaagmuur/test_receipts", "inputs/test_typed_codes"),
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
        "control charts",
        ("climate/control_charts", "climate/panel_of_months", "climate/watched"),
        ("climate/test_control_charts", "climate/test_audience", "climate/test_results"),
    ),
    Part(
        "verdicts",
        ("climate/verdicts", "climate/trend_geometry"),
        ("climate/test_verdicts", "climate/test_trend_geometry", "climate/test_verdicts_of_lists"),
    ),
    Part(
        "audience",
        ("climate/audience", "access/own_units"),
        ("climate/test_audience", "promises/test_a_beheerder_alone_sees_no_result"),
    ),
    Part(
        "own series",
        ("climate/series_file",),
        ("climate/test_series_file", "commands/test_signals", "inputs/test_messy_files"),
    ),
    Part(
        "before and after",
        ("followup/before_after", "followup/others", "followup/pooled", "followup/sensitivity"),
        ("followup/test_before_after", "followup/test_pooled", "followup/test_estimates"),
    ),
    Part(
        "estimates",
        ("followup/estimates", "followup/comparisons", "followup/figures"),
        ("followup/test_figures", "followup/test_estimates", "followup/test_store"),
    ),
    Part(
        "occasions",
        ("followup/agenda", "followup/occasion", "followup/suggestion"),
        ("followup/test_agenda", "followup/test_occasion", "followup/test_suggestion"),
    ),
    Part(
        "readers",
        ("klaagmuur/readers", "klaagmuur/key_pinning"),
        (
            "klaagmuur/test_key_pinning",
            "klaagmuur/test_luisteraars",
            "promises/test_a_reader_cannot_be_slipped_in",
            "promises/test_a_key_ends_only_by_its_holder",
        ),
    ),
    Part(
        "themes",
        ("klaagmuur/themes", "klaagmuur/theme_tokens", "klaagmuur/token_codes"),
        (
            "klaagmuur/test_themes",
            "promises/test_a_theme_is_told_of_five_vents_only",
            "promises/test_a_withheld_theme_looks_like_one_under_five",
        ),
    ),
    Part(
        "klaagmuur",
        ("klaagmuur/content", "klaagmuur/rate_limit"),
        (
            "klaagmuur/test_envelope",
            "klaagmuur/test_vents",
            "promises/test_the_klaagmuur_is_not_shut_by_what_is_not_stored",
            "web/test_klaagmuur",
        ),
    ),
    Part("roles", ("access/roles",), ("access/test_roles", "access/test_accounts")),
    Part(
        "accounts",
        ("access/account_lookup", "access/sso_rules"),
        (
            "access/test_sso_rules",
            "access/test_accounts",
            "promises/test_write_access_moves_no_act_to_another_account",
        ),
    ),
    Part(
        "authenticated rows",
        (
            "store/signed_rows/guard",
            "store/signed_rows/manifest",
            "store/signed_rows/row_mac",
            "store/signed_rows/row_reading",
        ),
        (
            "store/test_row_reading",
            "store/test_signed_rows",
            "promises/test_write_access_to_the_store_changes_no_rule",
            "promises/test_write_access_to_the_store_lets_nobody_in",
        ),
    ),
    Part(
        "units and members",
        ("organisation/tree", "organisation/members"),
        (
            "organisation/test_tree",
            "organisation/test_register",
            "promises/test_write_access_to_the_store_brings_nobody_a_code",
        ),
    ),
    Part(
        "envelopes",
        ("pulse/ballot/envelope", "klaagmuur/envelope", "klaagmuur/reader_key"),
        ("pulse/test_envelope", "klaagmuur/test_envelope", "klaagmuur/test_reader_key"),
    ),
    Part("client data", ("inputs/client_data",), ("inputs/test_client_data",)),
)
