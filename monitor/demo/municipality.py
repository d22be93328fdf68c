"""The made-up municipality: its departments and teams, and how many people work in each."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.organisation.tree import Tree, Unit

ROOT = Unit("waterrijk", None, "Gemeente Waterrijk")
DEPARTMENTS: dict[str, tuple[str, tuple[tuple[str, int], ...]]] = {
    "inkomen": (
        "Werk en Inkomen",
        (
            ("Intake en Poort", 12),
            ("Bijstand Noord", 13),
            ("Bijstand Zuid", 12),
            ("Handhaving", 7),
            ("Bijzondere Bijstand", 12),
            ("Terugvordering", 6),
        ),
    ),
    "participatie": (
        "Participatie",
        (
            ("Werkgeversteam", 8),
            ("Jongeren", 10),
            ("Inburgering", 11),
            ("Beschut Werk", 5),
            ("Re-integratie", 15),
        ),
    ),
    "wmo": (
        "Wmo",
        (
            ("Wmo Centrum", 12),
            ("Wmo Oost", 10),
            ("Wmo West", 11),
            ("Hulpmiddelen", 6),
            ("Beschermd Wonen", 8),
            ("Vervoer", 4),
        ),
    ),
    "jeugd": (
        "Jeugd",
        (
            ("Jeugdteam Noord", 13),
            ("Jeugdteam Zuid", 12),
            ("Toegang Jeugdhulp", 10),
            ("Leerplicht", 8),
            ("Veilig Thuis", 9),
        ),
    ),
    "wijk-noord": (
        "Wijkteams Noord",
        (
            ("Wijkteam Molenbuurt", 9),
            ("Wijkteam Havenkwartier", 11),
            ("Wijkteam Plantage", 8),
            ("Wijkteam Dijkzicht", 10),
            ("Wijkteam Kersenhof", 7),
            ("Wijkteam Oranjewijk", 9),
        ),
    ),
    "wijk-zuid": (
        "Wijkteams Zuid",
        (
            ("Wijkteam Vogelweide", 10),
            ("Wijkteam Beekdal", 8),
            ("Wijkteam Lindenhof", 12),
            ("Wijkteam Spoorzone", 9),
            ("Wijkteam Waterkant", 6),
        ),
    ),
    "schulden": (
        "Schuldhulpverlening",
        (
            ("Aanmelding Schuldhulp", 9),
            ("Budgetbeheer", 11),
            ("Schuldregeling", 10),
            ("Vroegsignalering", 5),
            ("Kredietbank", 8),
        ),
    ),
    "contact": (
        "Klantcontact",
        (
            ("Balie Stadhuis", 12),
            ("Telefoonteam", 16),
            ("Spreekuur Zuid", 7),
            ("Post en Scan", 6),
            ("Bezwaar en Beroep", 8),
            ("Tolken", 4),
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Municipality:
    """The tree, and the number of people in every team."""

    tree: Tree
    people: dict[str, int]


def municipality() -> Municipality:
    """Eight departments, 45 teams of 4 to 16 people."""
    units, people = [ROOT], {}
    for key, (name, teams) in DEPARTMENTS.items():
        units.append(Unit(key, ROOT.key, name))
        for team, size in teams:
            unit = Unit(team_key(team), key, team)
            units.append(unit)
            people[unit.key] = size
    return Municipality(Tree(tuple(units)), people)


def team_key(name: str) -> str:
    """The key of a team, made from its name."""
    return name.lower().replace(" ", "-")
