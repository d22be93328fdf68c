"""What a month of a panel says when it is pointed at: a sentence a line."""

from __future__ import annotations

from monitor.climate.figures import Figure
from monitor.dashboard import phrases
from monitor.dashboard.charts.panel_content import Panel
from monitor.dashboard.charts.theme import values_of
from monitor.locale import Texts


def month_says(content: Panel, figure: Figure, t: Texts) -> str:
    """The month, the score with its margin, and whatever else is drawn there."""
    lines = [phrases.month(figure.period, t).capitalize() + ".", _score(content, figure, t)]
    if values_of(figure)[0] is not None:
        lines += _chance(content, figure, t)
        if figure.n_band:
            lines.append(t("tooltip.answers", band=phrases.band(figure.n_band, t)))
    lines += [
        t(f"tooltip.signal.{span.direction}")
        for span in content.spans
        if span.noticed == figure.period
    ]
    lines += [t(f"tooltip.{note}") for note in ("caution", "break") if note in figure.notes]
    lines += [
        t("tooltip.action", number=flag.number, title=flag.title.rstrip("."))
        for flag in content.flags
        if flag.start == figure.period
    ]
    return "\n".join(lines + _organisation(content, figure, t))


def _score(content: Panel, figure: Figure, t: Texts) -> str:
    if values_of(figure)[0] is None:
        return t("tooltip.withheld")
    return t(
        "tooltip.theme",
        theme=content.title,
        score=phrases.score(figure),
        low=figure.low,
        high=figure.high,
    )


def _chance(content: Panel, figure: Figure, t: Texts) -> list[str]:
    """Whether the score lies within what chance alone may do."""
    value, _, _ = values_of(figure)
    for limits in content.control_limits:
        if limits.period == figure.period and limits.low is not None and limits.high is not None:
            within = value is not None and limits.low <= value <= limits.high
            return [t("tooltip.within" if within else "tooltip.beyond")]
    return []


def _organisation(content: Panel, figure: Figure, t: Texts) -> list[str]:
    return [
        t("tooltip.organisation", score=phrases.score(whole))
        for whole in content.organisation
        if whole.period == figure.period and values_of(whole)[0] is not None
    ]
