"""What the tests of files share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from monitor.errors import FileRefused, InputRefused
from monitor.locale import texts

Faults = list[tuple[str, int]]


@pytest.fixture
def faults_of() -> Callable[[Callable[[], object]], Faults]:
    """Runs a reader that must refuse; gives each fault's name and line, all of them sayable."""

    def run(read: Callable[[], object]) -> Faults:
        with pytest.raises(InputRefused) as refusal:
            read()
        told = refusal.value
        for language in ("nl", "en"):
            said = texts(language)(told.key, **told.words)
            assert "{" not in said
        faults = told.faults if isinstance(told, FileRefused) else (told,)
        for fault in faults:
            for language in ("nl", "en"):
                assert texts(language)(fault.key, **fault.words).isprintable()
        return [(fault.key, int(str(fault.words.get("line", 0)))) for fault in faults]

    return run
