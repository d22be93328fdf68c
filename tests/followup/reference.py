"""Before and after again, slowly and plainly: one series, straight from the formulas."""

from __future__ import annotations

from collections.abc import Sequence

Cell = tuple[float | None, int]


def slow_estimate(
    before: Sequence[Cell],
    after: Sequence[Cell],
    level: float | None,
    run: int,
    window: int,
    month_variance: float,
    within_variance: float,
) -> dict[str, float] | None:
    """The difference over the first `window` released months of `after`.

    The first `run` months of `before` led to a signal when there is a `level` before the change;
    without one the action was planned. None where nothing can be said.
    """

    def v(people: int) -> float:
        return month_variance + within_variance / people

    if level is None:
        released = [(x, n) for x, n in before if x is not None][-12:]
        if len(released) < 3:
            return None
        top = sum(x / v(n) for x, n in released)
        bottom = sum(1 / v(n) for _, n in released)
    else:
        months = [(x, n) for x, n in before[:run] if x is not None]
        if not months:
            return None
        y = sum(x / v(n) for x, n in months) / sum(1 / v(n) for _, n in months)
        side = 1 if level >= y else -1
        t = 0.0
        for j in range(1, len(months)):
            w1 = sum(1 / v(n) for _, n in months[:j])
            w2 = sum(1 / v(n) for _, n in months[j:])
            y1 = sum(x / v(n) for x, n in months[:j]) / w1
            y2 = sum(x / v(n) for x, n in months[j:]) / w2
            t = max(t, side * (y1 - y2) / (1 / w1 + 1 / w2) ** 0.5)
        if len(months) < 3:
            b0 = y + side * min(3, abs(level - y))
            v0 = max(5, 0.35 * abs(level - y)) ** 2
        else:
            b0 = y + side * min(abs(level - y), 8 - 4 * t)
            v0 = max(3, 0.4 * abs(level - y)) ** 2
        v0 *= max(1, t) ** 2
        top, bottom = b0 / v0, 1 / v0
        for x, n in before[run:]:
            if x is not None:
                top += x / v(n)
                bottom += 1 / v(n)
    b, vb = top / bottom, 1 / bottom
    counted = [(x, n) for x, n in after if x is not None][:window]
    if not counted:
        return None
    va = 1 / sum(1 / v(n) for _, n in counted)
    a = va * sum(x / v(n) for x, n in counted)
    d, variance = a - b, va + vb
    share = 25 / (25 + variance)
    return {
        "before": b,
        "before_variance": vb,
        "after": a,
        "after_variance": va,
        "difference": d,
        "low": d - 1.959964 * variance**0.5,
        "high": d + 1.959964 * variance**0.5,
        "cautious": share * d,
        "cautious_low": share * d - 1.959964 * (share * variance) ** 0.5,
        "cautious_high": share * d + 1.959964 * (share * variance) ** 0.5,
        "visible": 1.959964 * variance**0.5,
    }
