"""The text of small questionnaires, for tests that need few questions or know them by name."""

from __future__ import annotations

from collections.abc import Sequence

HEAD = """
version = "1"
scale = [{ nl = "1" }, { nl = "2" }, { nl = "3" }, { nl = "4" }, { nl = "5" }]
"""


def questionnaire_text(**themes: Sequence[str]) -> str:
    """A questionnaire file: the themes by their keys, each with the keys of its questions."""
    parts = [HEAD]
    for theme, questions in themes.items():
        parts.append(f'[[theme]]\nkey = "{theme}"\ntitle.nl = "{theme.capitalize()}"\n')
        parts += [
            f'[[theme.question]]\nkey = "{key}"\ntext.nl = "Het is {key}."\n' for key in questions
        ]
    return "".join(parts)
