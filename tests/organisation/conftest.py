"""Reading the faults of a refused file."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from monitor.errors import FileRefused, InputRefused
from monitor.locale import texts

Faults = list[tuple[str, int]]


@pytest.fixture
def faults_of() -> Callable[[Callable[[], object]], Faults]:
    """Runs a reader that must refuse; returns each fault's key and line.

    Every fault must have a sentence, in both languages.
    """

    def run(read: Callable[[], object]) -> Faults:
        with pytest.raises(InputRefused) as caught:
            read()
        refusal = caught.value
        for language in ("nl", "en"):
            assert "{" not in texts(language)(refusal.key, **refusal.words)
        faults = refusal.faults if isinstance(refusal, FileRefused) else (refusal,)
        for fault in faults:
            for language in ("nl", "en"):
                assert texts(language)(fault.key, **fault.words).isprintable()
        return [(fault.key, int(str(fault.words.get("line", 0)))) for fault in faults]

    return run
