"""The forms of conversation a team can choose from, each with an agenda in minutes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from monitor.followup.advice import Advice, all_advice
from monitor.followup.content_file import Table, Text, read

FILE = "methods.toml"
LONGEST_TITLE = 60
LONGEST_LINE = 200
LONGEST_STEP = 300
MOST_MINUTES = 240
LARGEST_GROUP = 200
_REQUIRED = (
    "key",
    "title",
    "purpose",
    "people",
    "led_by",
    "minutes",
    "guidance",
    "avoid",
    "not_when",
    "evidence",
    "origin",
    "source",
    "step",
)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a claim or a step comes from; ``url`` may be empty."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Step:
    """A part of the agenda."""

    minutes: int
    title: Text
    text: Text


@dataclass(frozen=True, slots=True)
class Method:
    """A form of conversation.

    ``people`` are the smallest and largest group; ``origin`` says where the steps come from,
    ``evidence`` what is known of the outcome; ``prompts`` are questions to choose from.
    """

    key: str
    title: Text
    purpose: Text
    people: tuple[int, int]
    led_by: Text
    leader_may_lead: bool
    trained: bool
    minutes: int
    rhythm: Text | None
    steps: tuple[Step, ...]
    guidance: tuple[Text, ...]
    avoid: tuple[Text, ...]
    not_when: Text
    evidence: Text
    origin: Text
    sources: tuple[Source, ...]
    prompts: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class MethodBook:
    """The rules of every conversation, the methods, and what follows from which outcome.

    ``rules`` are what the leidinggevende must not do; ``apart`` is said after them.
    """

    version: str
    default_minutes: int
    rules: tuple[Text, ...]
    apart: Text
    methods: tuple[Method, ...]
    advice: tuple[Advice, ...]

    def method(self, key: str) -> Method:
        """The method with that key.

        Raises
        ------
        KeyError
            When there is none.
        """
        return {method.key: method for method in self.methods}[key]


def load(folder: Path | None = None) -> MethodBook:
    """The methods of the organisation in `folder`, or those that come with the program.

    Raises
    ------
    InputRefused
        When the file is wrong; the sentence names line, method and how to mend it.
    """
    return build(read(FILE, folder))


def build(top: Table) -> MethodBook:
    """The methods in a file that was read.

    Raises
    ------
    InputRefused
        At the first thing that is wrong.
    """
    required = ("version", "default_minutes", "rules", "apart", "opening", "close")
    top.only((*required, "method", "advice"))
    shared = {part: _shared(top.table(part)) for part in ("opening", "close")}
    used: set[str] = set()
    methods = tuple(_method(table, used, shared) for table in top.tables("method", 1, 40))
    return MethodBook(
        version=top.line("version", 20),
        default_minutes=top.number("default_minutes", 5, MOST_MINUTES),
        rules=top.texts("rules", 1, 12, LONGEST_LINE),
        apart=top.text("apart", LONGEST_LINE),
        methods=methods,
        advice=all_advice(top, [method.key for method in methods]),
    )


def source(table: Table) -> Source:
    """A source: a name, and a web address where there is one."""
    table.only(("name",), ("url",))
    return Source(table.line("name", LONGEST_STEP), table.address("url"))


def _shared(table: Table) -> tuple[Text, Text]:
    table.only(("title", "text"))
    return table.text("title", LONGEST_TITLE), table.text("text", LONGEST_STEP)


def _method(table: Table, used: set[str], shared: Mapping[str, tuple[Text, Text]]) -> Method:
    table.only(_REQUIRED, ("leader_may_lead", "trained", "rhythm", "prompts"))
    key = table.key(used)
    steps = tuple(_step(step, shared) for step in table.tables("step", 1, 15))
    minutes = table.number("minutes", 5, MOST_MINUTES)
    if (total := sum(step.minutes for step in steps)) != minutes:
        raise table.refused("followup.minutes", "minutes", total=total, minutes=minutes)
    return Method(
        key=key,
        title=table.text("title", LONGEST_TITLE),
        purpose=table.text("purpose", LONGEST_LINE),
        people=_people(table),
        led_by=table.text("led_by", LONGEST_LINE),
        leader_may_lead=table.flag("leader_may_lead"),
        trained=table.flag("trained"),
        minutes=minutes,
        rhythm=table.optional_text("rhythm", LONGEST_LINE),
        steps=steps,
        guidance=table.texts("guidance", 1, 10, LONGEST_LINE),
        avoid=table.texts("avoid", 1, 10, LONGEST_LINE),
        not_when=table.text("not_when", LONGEST_LINE),
        evidence=table.text("evidence", LONGEST_LINE),
        origin=table.text("origin", LONGEST_LINE),
        sources=tuple(source(item) for item in table.tables("source", 0, 8)),
        prompts=table.texts("prompts", 1, 20, LONGEST_LINE) if "prompts" in table.fields else (),
    )


def _people(table: Table) -> tuple[int, int]:
    people = table.fields["people"]
    whole = isinstance(people, list) and all(type(number) is int for number in people)
    if not whole or len(people) != 2 or not 1 <= people[0] <= people[1] <= LARGEST_GROUP:
        raise table.refused("followup.people", "people", most=LARGEST_GROUP)
    return people[0], people[1]


def _step(table: Table, shared: Mapping[str, tuple[Text, Text]]) -> Step:
    if "part" in table.fields:
        table.only(("minutes", "part"))
        title, text = shared[table.choice("part", shared)]
    else:
        table.only(("minutes", "title", "text"))
        title, text = table.text("title", LONGEST_TITLE), table.text("text", LONGEST_STEP)
    return Step(table.number("minutes", 1, MOST_MINUTES), title, text)
