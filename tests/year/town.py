"""A made-up organisation in the year: its units, its people, and how they answer."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from dataclasses import dataclass, field
from email.message import EmailMessage

from monitor.organisation.tree import Tree, Unit
from monitor.organisation.unit_files import Member
from tests.year.own_count import Parts, Sheet

LINK = re.compile(r"/pulse/([0-9A-Za-z-]+)")


@dataclass
class Town:
    """Units and people; ``answers`` are those of the round under way that were acknowledged."""

    rng: random.Random
    teams: int
    people: dict[str, str] = field(default_factory=dict)
    above: dict[str, str | None] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)
    answers: dict[str, list[Sheet]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.above["stad"] = None
        departments = [f"afdeling{number}" for number in range(max(2, self.teams // 6))]
        for department in departments:
            self.above[department] = "stad"
        for number in range(self.teams):
            self._add_team(f"team{number}", self.rng.choice(departments))

    @property
    def parts(self) -> Parts:
        """The units as they are now."""
        return Parts(dict(self.above))

    @property
    def tree(self) -> Tree:
        """As the program takes it."""
        return Tree(tuple(Unit(key, parent, key) for key, parent in self.above.items()))

    @property
    def members(self) -> list[Member]:
        """Everybody with an address."""
        return [Member(email, unit) for email, unit in self.people.items()]

    def reorganise(self) -> None:
        """One team moves, one is added, and some people change teams."""
        departments = [key for key, parent in self.above.items() if parent == "stad"]
        teams = [key for key in self.above if key.startswith("team")]
        self.above[self.rng.choice(teams)] = self.rng.choice(departments)
        self._add_team(f"team{len(teams)}", self.rng.choice(departments))
        for email in self.rng.sample(sorted(self.people), 3):
            self.people[email] = self.rng.choice(teams)
        self.above = _in_order(self.above)

    def read_mail(self, letters: list[EmailMessage]) -> None:
        """Take the code out of each letter; the last one to somebody counts."""
        for letter in letters:
            body = letter.get_body(("plain",))
            assert body is not None
            found = LINK.search(body.get_content())
            if found and letter["To"] not in self.answered:
                self.codes[str(letter["To"])] = found[1]

    def sheet(self, questions: int) -> Sheet:
        """What somebody answers: sometimes nothing to a question, sometimes all the same."""
        if self.rng.random() < 0.1:
            return (self.rng.choice((1, 5)),) * questions
        return tuple(
            0 if self.rng.random() < 0.05 else self.rng.randint(1, 5) for _ in range(questions)
        )

    def next_round(self) -> None:
        """Forget the round that is over."""
        self.codes.clear()
        self.answered.clear()
        self.answers.clear()

    def _add_team(self, key: str, parent: str) -> None:
        self.above[key] = parent
        self.above = _in_order(self.above)
        for _ in range(self.rng.choice((2, 4, 5, 7, 9, 12))):
            self.people[f"p{len(self.people)}@waterrijk.example"] = key


def _in_order(above: dict[str, str | None]) -> dict[str, str | None]:
    """Parents before children, as the tree has them."""
    tree = Tree(tuple(Unit(key, parent, key) for key, parent in above.items()))
    return {unit.key: unit.parent for unit in tree.units}
