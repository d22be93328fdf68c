"""The dilemma cards: situations from the work, with what the law says and no solution."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from monitor.followup.content_file import Table, Text, read
from monitor.followup.methods import Source

FILE = "dilemmas.toml"
MOST_WORDS = 90
"""Words in a situation, in each language."""
LONGEST_SITUATION = 800
LONGEST_TITLE = 60
LONGEST_LINE = 300
QUESTIONS = 3


@dataclass(frozen=True, slots=True)
class Law:
    """What the law allows or demands, and where that stands."""

    text: Text
    source: Source


@dataclass(frozen=True, slots=True)
class Principle:
    """A principle of good administration."""

    key: str
    title: Text
    law: Law


@dataclass(frozen=True, slots=True)
class Dilemma:
    """A situation in which two good things collide.

    ``meldcode_first``: children or violence are concerned, so the reporting code goes before any
    conversation.
    """

    key: str
    title: Text
    situation: Text
    choice: Text
    values: tuple[Text, Text]
    involved: tuple[Text, ...]
    questions: tuple[Text, ...]
    law: tuple[Law, ...]
    principles: tuple[Principle, ...]
    meldcode_first: bool
    no_answer: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class DilemmaBook:
    """All cards; ``law_of`` is the day whose texts of the law were read."""

    version: str
    law_of: date
    introduction: Text
    own_values: Text
    meldcode: Law
    meldcode_steps: tuple[Text, ...]
    principles: tuple[Principle, ...]
    dilemmas: tuple[Dilemma, ...]


def load(folder: Path | None = None) -> DilemmaBook:
    """The cards of the organisation in `folder`, or those that come with the program.

    Raises
    ------
    InputRefused
        When the file is wrong; the sentence names line, card and how to mend it.
    """
    return build(read(FILE, folder))


def build(top: Table) -> DilemmaBook:
    """The cards in a file that was read.

    Raises
    ------
    InputRefused
        At the first thing that is wrong.
    """
    required = ("version", "law_of", "introduction", "own_values", "meldcode", "meldcode_steps")
    top.only((*required, "principle", "dilemma"))
    used: set[str] = set()
    principles = tuple(_principle(table, used) for table in top.tables("principle", 1, 20))
    cards: set[str] = set()
    return DilemmaBook(
        version=top.line("version", 20),
        law_of=_day(top, "law_of"),
        introduction=top.text("introduction", LONGEST_LINE),
        own_values=top.text("own_values", LONGEST_LINE),
        meldcode=_law(top.table("meldcode")),
        meldcode_steps=top.texts("meldcode_steps", 1, 10, LONGEST_LINE),
        principles=principles,
        dilemmas=tuple(
            _dilemma(table, cards, principles) for table in top.tables("dilemma", 1, 60)
        ),
    )


def _day(table: Table, field: str) -> date:
    value = table.fields[field]
    if type(value) is not date:  # a datetime is a date too
        raise table.refused("followup.day", field)
    return value


def _law(table: Table) -> Law:
    table.only(("text", "source"), ("url",))
    return Law(table.text("text", LONGEST_LINE), _cited(table))


def _cited(table: Table) -> Source:
    return Source(table.line("source", LONGEST_LINE), table.address("url"))


def _principle(table: Table, used: set[str]) -> Principle:
    table.only(("key", "title", "text", "source"), ("url",))
    law = Law(table.text("text", LONGEST_LINE), _cited(table))
    return Principle(table.key(used), table.text("title", LONGEST_TITLE), law)


def _dilemma(table: Table, used: set[str], principles: tuple[Principle, ...]) -> Dilemma:
    required = ("key", "title", "situation", "choice", "values", "involved", "questions", "law")
    table.only((*required, "principles", "no_answer"), ("meldcode_first",))
    by_key = {principle.key: principle for principle in principles}
    first, second = table.texts("values", 2, 2, LONGEST_TITLE)
    return Dilemma(
        key=table.key(used),
        title=table.text("title", LONGEST_TITLE),
        situation=_situation(table),
        choice=table.text("choice", LONGEST_LINE),
        values=(first, second),
        involved=table.texts("involved", 1, 10, LONGEST_TITLE),
        questions=table.texts("questions", QUESTIONS, QUESTIONS, LONGEST_LINE),
        law=tuple(_law(item) for item in table.tables("law", 1, 8)),
        principles=tuple(by_key[word] for word in table.choices("principles", by_key, 1, 7)),
        meldcode_first=table.flag("meldcode_first"),
        no_answer=table.texts("no_answer", 1, 6, LONGEST_LINE),
    )


def _situation(table: Table) -> Text:
    situation = table.text("situation", LONGEST_SITUATION)
    for language, text in situation.items():
        if (count := len(text.split())) > MOST_WORDS:
            words = {"language": language, "count": count, "most": MOST_WORDS}
            raise table.refused("followup.words", "situation", **words)
    return situation
