"""An answer cannot be tied to a person.

A hundred people answer at once through HTTP; the test knows the answers of each. The thief holds
the list of who got which code, the order in which people were seen to send, every file of the
store while the round is open and after it, a backup, and everything the server printed; of
PostgreSQL also its write-ahead log, and a log with every statement and its parameters.
"""

from __future__ import annotations

import hmac
import os
import random
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray

from monitor.access import results_link
from monitor.config.settings import Settings
from monitor.context import AppContext, build_context
from monitor.operations import doctor
from monitor.pulse.ballot.envelope import EnvelopeOpener, fingerprint
from monitor.pulse.count import closing
from monitor.pulse.rounds import rounds
from monitor.store import backup as backup_
from monitor.store import row_shuffle
from monitor.store.engine import is_sqlite, reading
from monitor.store.tables import envelope
from monitor.web.pulse.answer_form import CONFIRM
from tests.fork_server import ForkServer
from tests.postgres import Cluster
from tests.promises import crowd, theft
from tests.promises.crowd import Crowd
from tests.promises.theft import Disk
from tests.stores import BOTH, SQLITE, settings_in

NOW = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
MOST_BY_CHANCE = 11
"""Two unrelated orders of 100 agree in 12 or more places with a probability under 1/12! = 2e-9."""
STRONGEST_BY_CHANCE = 0.65
"""Correlations between 100 unrelated pairs have a standard deviation of 0.1; that one of the 1,440
examined here exceeds 0.65 has a probability under 1e-6."""
LABELS = (b"", b"code\0")
"""Prefixes that a thief who read the source puts before a code."""
LONG_AGO = 1_700_000_000
PUBLIC_PAGES = ("/privacy", "/metrics", "/healthz", "/pulse", "/_stcore/health", "/_stcore/metrics")


@dataclass(frozen=True)
class Scene:
    """Everything there is to steal, and (for the test only) the truth."""

    crowd: Crowd
    seen: Sequence[str]
    open_files: dict[str, bytes]
    closed_files: dict[str, bytes]
    backup: bytes
    printed: bytes
    forms: frozenset[bytes]
    thanks: frozenset[bytes]
    views: Sequence[tuple[object, object]]
    probes: Sequence[tuple[object, object]]
    batches: Sequence[tuple[list[bytes], list[bytes]]]
    """Per transaction the fingerprints of used codes and the envelopes, as the store keeps them."""
    row_orders: Sequence[Sequence[bytes]]
    """On PostgreSQL: the envelopes in the order of their rows, before and after the night."""
    box: dict[bytes, str]
    key: bytes

    @cached_property
    def loot(self) -> bytes:
        """All stolen bytes, without empty blocks."""
        files = [*self.open_files.values(), *self.closed_files.values()]
        return theft.without_empty_blocks(b"\n".join([*files, self.backup, self.printed]))


@pytest.fixture(scope="module", params=BOTH)
def scene(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    """A round from the first invitation to the close, and everything stolen on the way."""
    folder = tmp_path_factory.mktemp("theft")
    forks: ForkServer = request.getfixturevalue("forks")
    if request.param == SQLITE:
        yield _play(settings_in(folder), folder, forks, lambda: theft.files_in(folder / "data"))
    else:
        cluster: Cluster = request.getfixturevalue("postgresql")
        with cluster.database() as url:
            cluster.log_statements(url)
            yield _play(settings_in(folder, url), folder, forks, lambda: cluster.on_disk(url))


def _play(settings: Settings, folder: Path, forks: ForkServer, disk: Disk) -> Scene:
    context = build_context(settings)
    try:
        return _act(context, folder, forks, disk)
    finally:
        context.engine.dispose()


def _act(context: AppContext, folder: Path, forks: ForkServer, disk: Disk) -> Scene:
    searched = disk()  # before there was a round
    rng = random.Random("a hundred people")
    people = crowd.gather(context, rng, NOW)
    with forks.running(context.settings, folder) as live:
        send = crowd.by_web(context, people, live.address)
        views, early, thanks = _answer_one_by_one(context, people, live.address, send)
        rest = Crowd(
            {person: code for person, code in people.codes.items() if person not in early},
            people.answers,
        )
        seen = crowd.answer_together(rest, rng, lambda person: thanks.add(send(person).content))
        with httpx.Client(base_url=live.address, verify=False) as client:
            probes = _probe(client, people.codes[seen[0]], next(iter(people.spare)))
            forms = {client.get(f"/pulse/{code}").content for code in people.codes.values()}
        files = disk()
        open_files = theft.new_in(files, searched)
        batches, row_orders = _batches(context, files)
        backup_.write(context.engine, folder / "backup.db")
        backup = (folder / "backup.db").read_bytes()
        survey_round = rounds.get(context.engine, crowd.PERIOD)
        key = rounds.key_of(context.keys, survey_round)
        box = _truth(context, people, EnvelopeOpener.of(key))
        closing.close(context, crowd.PERIOD, "test", NOW)
        live.stop()
        printed = live.output.read_bytes()
    return Scene(
        crowd=people,
        seen=[*early, *seen],
        open_files=open_files,
        closed_files=theft.new_in(disk(), searched) | theft.files_in(folder / "state"),
        backup=backup,
        printed=printed,
        forms=frozenset(forms),
        thanks=frozenset(thanks),
        views=views,
        probes=probes,
        batches=batches,
        row_orders=row_orders,
        box=box,
        key=key.to_bytes(),
    )


def test_no_file_backup_or_printed_line_spells_anybodys_answers(scene: Scene) -> None:
    spelled = theft.spelled(scene.loot, scene.crowd.answers)

    assert len(scene.crowd.answers) == 100
    assert len(b"".join(scene.open_files.values())) > 100_000  # there is something to search
    assert spelled == set()


def test_the_log_of_transactions_ties_a_code_to_envelopes_that_say_nothing(scene: Scene) -> None:
    owners = {
        fingerprint(scene.key[32:], code): person for person, code in scene.crowd.codes.items()
    }
    marks = [mark for spent, _ in scene.batches for mark in spent]
    sealed = [envelope for _, dropped in scene.batches for envelope in dropped]

    # The thief does have the codes of each transaction beside its envelopes, both sorted.
    for spent, dropped in scene.batches:
        assert sorted(owners[mark] for mark in spent) == sorted(scene.box[each] for each in dropped)
    assert sorted(owners[mark] for mark in marks) == sorted(scene.crowd.people)
    assert {len(envelope) for envelope in sealed} == {112}
    # He does not have whose envelope is whose within a transaction,
    several = [batch for batch in scene.batches if len(batch[0]) > 1]
    for direction in (1, -1):
        tied = sum(
            theft.matches([owners[m] for m in spent], [scene.box[e] for e in dropped[::direction]])
            for spent, dropped in several
        )
        # Two unrelated orders agree in one place on average, whatever their length.
        assert tied <= len(several) + 7 * len(several) ** 0.5 + 4
    # nor anything in envelope or code that correlates with the answers.
    for stolen, owner_of in ((sealed, scene.box), (marks, owners)):
        answers = np.array([scene.crowd.answers[owner_of[each]] for each in stolen])
        assert _strongest_correlation(_as_numbers(stolen), answers) < STRONGEST_BY_CHANCE


def test_the_order_in_which_envelopes_lie_is_not_that_of_the_people(scene: Scene) -> None:
    rows = sorted(theft.rows_of(scene.backup)["envelope"])
    by_key = [scene.box[row[-1]] for row in rows]
    by_place = sorted(scene.box, key=scene.backup.find)
    by_day, by_night = scene.row_orders or ((), by_place)

    for order in (by_key, by_key[::-1], *([scene.box[e] for e in o] for o in (by_place, by_night))):
        assert theft.matches(order, scene.seen) <= MOST_BY_CHANCE
        assert theft.matches(order, scene.crowd.people) <= MOST_BY_CHANCE
        assert abs(_rank_correlation(order, scene.seen)) < STRONGEST_BY_CHANCE
    # PostgreSQL needs the night for this: by day the order of rows is the order of arrival.
    by_day = [scene.box[envelope] for envelope in by_day]
    assert not by_day or _rank_correlation(by_day, scene.seen) > STRONGEST_BY_CHANCE


def test_no_key_is_in_anything_stolen_and_no_code_leads_to_its_ballot(scene: Scene) -> None:
    codes = [code.encode() for code in scene.crowd.codes.values()]
    marks = {row[1] for row in theft.rows_of(scene.backup)["ballot"]}
    secrets = {content for name, content in scene.closed_files.items() if "/state/" in name}

    assert len(marks) == 102
    assert scene.key[:32] not in scene.loot
    assert scene.key[32:] not in scene.loot
    assert not [code for code in codes if code in scene.loot]
    for stolen in (b"", *secrets):
        guesses = {
            hmac.digest(stolen, label + code, "sha256") for code in codes for label in LABELS
        }
        assert not guesses & marks


def test_every_code_shows_the_same_page_used_or_not(scene: Scene) -> None:
    assert len(scene.forms) == 1
    assert len(scene.thanks) == 1


def test_a_sheet_that_spends_nothing_tells_nothing_of_the_code_either(scene: Scene) -> None:
    """A sheet that is blank, blank and confirmed, or not from our form gets the same answer."""
    assert [used for used, _ in scene.probes] == [unused for _, unused in scene.probes]
    assert len({str(used) for used, _ in scene.probes}) > 1


def test_nothing_anybody_can_look_at_moves_when_somebody_answers(scene: Scene) -> None:
    assert len(scene.views) == 10
    for before, after in scene.views:
        assert before == after


# -- the same attacks on worse designs --------------------------------------------------------


@pytest.mark.slow
def test_an_anonymous_table_gives_everybody_away(tmp_path: Path) -> None:
    """The table of answers has no names, dates or addresses, as in a well-known survey tool."""
    rng = random.Random("an anonymous table")
    naive = Naive(tmp_path / "naive.db")
    people = naive.invite(rng)
    seen = crowd.answer_together(people, rng, lambda person: naive.submit(people, person))
    files = theft.files_in(tmp_path)
    naive.close()

    history = theft.commits(files[str(naive.file)], files[f"{naive.file}-wal"])
    by_code = {code: person for person, code in people.codes.items()}
    tied = {
        by_code[str(ballot[0])]: answer[1]
        for ballot, answer in theft.changes(history, "ballot", "answer")
        if isinstance(ballot, tuple) and isinstance(answer, tuple)
    }
    assert tied == {person: bytes(answers) for person, answers in people.answers.items()}

    assert theft.spelled(b"".join(files.values()), people.answers) == set(people.people)

    rows = sorted(theft.rows_of(naive.file.read_bytes())["answer"])
    by_answer = {bytes(answers): person for person, answers in people.answers.items()}
    in_order = [by_answer[bytes(row[1])] for row in rows]  # type: ignore[call-overload]
    assert theft.matches(in_order, seen) > MOST_BY_CHANCE

    answers = np.array([people.answers[person] for person in in_order])
    hidden = [bytes((value + 77) % 256 for value in people.answers[p]) for p in in_order]
    assert _strongest_correlation(_as_numbers(hidden), answers) > STRONGEST_BY_CHANCE


def test_a_live_count_tells_when_somebody_answered(tmp_path: Path) -> None:
    rng = random.Random("a live count")
    naive = Naive(tmp_path / "naive.db")
    people = naive.invite(rng)
    counts = [naive.count()]
    for person in people.people[:3]:
        naive.submit(people, person)
        counts.append(naive.count())
    naive.close()

    assert counts == [0, 1, 2, 3]


class Naive:
    """A store with used codes in one table and answers without a name in another."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._turn = threading.Lock()
        self._store = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._store.execute("PRAGMA journal_mode=wal")
        self._store.execute("CREATE TABLE ballot (code TEXT PRIMARY KEY, used INT) WITHOUT ROWID")
        self._store.execute("CREATE TABLE answer (id INTEGER PRIMARY KEY, given BLOB)")

    def invite(self, rng: random.Random) -> Crowd:
        """Give a hundred people a code and answers."""
        names = [f"collega-{number}" for number in range(100)]
        codes = {name: f"{rng.getrandbits(80):020x}" for name in names}
        answers = {name: tuple(rng.randint(1, 5) for _ in range(9)) for name in names}
        self._store.executemany("INSERT INTO ballot VALUES (?, 0)", [(c,) for c in codes.values()])
        return Crowd(codes, answers)

    def submit(self, people: Crowd, person: str) -> None:
        """Mark the code as used and store the answers in one transaction."""
        with self._turn:
            self._store.execute("BEGIN IMMEDIATE")
            self._store.execute("UPDATE ballot SET used = 1 WHERE code = ?", [people.codes[person]])
            answers = bytes(people.answers[person])
            self._store.execute("INSERT INTO answer (given) VALUES (?)", [answers])
            self._store.execute("COMMIT")

    def count(self) -> int:
        """The number that a page with a live count would show."""
        return int(self._store.execute("SELECT count(*) FROM answer").fetchone()[0])

    def close(self) -> None:
        """Close the file."""
        self._store.close()


def _answer_one_by_one(
    context: AppContext, people: Crowd, address: str, send: Callable[[str], httpx.Response]
) -> tuple[list[tuple[object, object]], list[str], set[bytes]]:
    """Let ten people answer one by one; return what can be seen before and after each, their
    names, and the pages that thanked them."""
    early = list(people.people[:10])
    other = people.codes[people.people[50]]
    link = results_link.token(context.secret, "team-0", 0)
    views, thanks = [], set()
    for file in _round_keys(context):  # or else the file system would not note a reading
        os.utime(file, (LONG_AGO, file.stat().st_mtime))
    with httpx.Client(base_url=address, verify=False) as client:
        for person in early:
            own = people.codes[person]
            paths = (*PUBLIC_PAGES, f"/pulse/{own}", f"/pulse/{other}", f"/resultaten/{link}")
            before = _view(context, client, paths)
            thanks.add(send(person).content)
            views.append((before, _view(context, client, paths)))
    return views, early, thanks


def _probe(client: httpx.Client, used: str, unused: str) -> list[tuple[object, object]]:
    sheets = ({}, {CONFIRM: ""}, {"nonsense": "1"})
    answers = [
        [client.post(f"/pulse/{code}", data=sheet) for code in (used, unused)] for sheet in sheets
    ]
    return [((a.status_code, a.content), (b.status_code, b.content)) for a, b in answers]


def _view(context: AppContext, client: httpx.Client, paths: Sequence[str]) -> object:
    pages = [client.get(path) for path in paths]
    headers = [
        (page.status_code, sorted((k, v) for k, v in page.headers.items() if k != "date"))
        for page in pages
    ]
    stats = [file.stat() for file in _round_keys(context)]
    moments = [(stat.st_atime_ns, stat.st_mtime_ns, stat.st_ctime_ns) for stat in stats]
    contents = [page.content for page in pages]
    return headers, contents, moments, doctor.examine(context.settings, NOW)


def _round_keys(context: AppContext) -> list[Path]:
    """The key files that are read whenever somebody answers."""
    return [context.keys.path / name for name in context.keys.names() if name.startswith("round-")]


def _batches(
    context: AppContext, files: dict[str, bytes]
) -> tuple[list[tuple[list[bytes], list[bytes]]], list[list[bytes]]]:
    """Fingerprints and envelopes per transaction; the order of rows before and after the night."""
    if not is_sqlite(context.engine):
        batches = theft.written_together(context.engine)
        by_day = theft.in_row_order(context.engine)
        row_shuffle.shuffle_rows(context.engine)
        by_night = theft.written_together(context.engine)
        assert {len(sealed) for _, sealed in by_night} <= {len(by_day)}  # none, or all at once
        return batches, [by_day, theft.in_row_order(context.engine)]
    (file,) = (name for name in files if name.endswith(".db"))
    history = theft.commits(files[file], files[f"{file}-wal"])
    return [
        ([bytes(row[1]) for row in spent], [bytes(row[-1]) for row in dropped])  # type: ignore[call-overload]
        for spent, dropped in theft.together(history, "ballot", "envelope")
    ], []


def _rank_correlation(order: Sequence[str], other: Sequence[str]) -> float:
    """Spearman's rank correlation of two orders of the same people."""
    places = {person: place for place, person in enumerate(other)}
    return float(np.corrcoef([places[person] for person in order], range(len(order)))[0, 1])


def _truth(context: AppContext, people: Crowd, opener: EnvelopeOpener) -> dict[bytes, str]:
    """The person to whom each envelope belongs."""
    of_answers = {answers: person for person, answers in people.answers.items()}
    with reading(context.engine) as connection:
        box = connection.execute(envelope.select()).all()
    return {row.sealed: of_answers[opener.open(row.sealed).answers] for row in box}


def _as_numbers(strings: Sequence[bytes]) -> NDArray[np.float64]:
    return np.array([list(string) for string in strings], np.float64)


def _strongest_correlation(features: NDArray[np.float64], answers: NDArray[np.int64]) -> float:
    """The strongest correlation between any byte and any answer."""
    varying = features[:, features.std(axis=0) > 0]
    both = np.corrcoef(varying.T, answers.T)
    return float(np.abs(both[: varying.shape[1], varying.shape[1] :]).max())
