"""The pulse, as somebody with a code sees it."""

from __future__ import annotations

import html
import re
import threading
from collections import Counter
from datetime import datetime
from functools import partial

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from monitor.climate.results import results
from monitor.context import AppContext
from monitor.errors import StoreBusy
from monitor.pulse.ballot.ballot_box import submit_forms
from monitor.pulse.ballot.code_lookup import look_up
from monitor.pulse.count import closing
from monitor.pulse.invitations import codes
from monitor.pulse.questionnaire import Questionnaire
from monitor.pulse.rounds import rounds
from monitor.store.engine import open_store, reading, writing
from monitor.store.tables import ballot, envelope
from monitor.web.http import pages
from monitor.web.pulse.answer_form import read_form
from tests.web.conftest import PERIOD, TEAM

MOST_BYTES = 15_000


@pytest.fixture
def filled(questions: Questionnaire) -> dict[str, str]:
    """The fields of a form with one question skipped."""
    answers = {
        question.key: str(1 + place % 5) for place, question in enumerate(questions.questions)
    }
    return answers | {questions.questions[3].key: ""}


def in_box(context: AppContext) -> int:
    with reading(context.engine) as connection:
        return connection.execute(select(func.count()).select_from(envelope)).scalar_one()


def spent(context: AppContext) -> int:
    with reading(context.engine) as connection:
        query = select(func.count()).select_from(ballot).where(ballot.c.spent)
        return connection.execute(query).scalar_one()


def chosen(page: str) -> dict[str, str]:
    """Every radio button that is on: question key to value."""
    return dict(re.findall(r'<input type="radio" name="([a-z_]+)" value="(\d?)" checked>', page))


# -- the form -------------------------------------------------------------------------------


def test_a_code_opens_the_form_in_one_small_page(browser: TestClient, code: str) -> None:
    answer = browser.get(f"/pulse/{code}", headers={"accept-encoding": "identity"})

    assert answer.status_code == 200
    assert len(answer.content) <= MOST_BYTES
    assert not re.search(r"<script|<link[^>]+stylesheet|<img|@import|url\(", answer.text)
    assert "set-cookie" not in answer.headers


def test_the_form_has_a_group_of_six_choices_per_question_none_of_them_an_answer(
    browser: TestClient, code: str, questions: Questionnaire
) -> None:
    page = browser.get(f"/pulse/{code}").text

    offered = Counter(re.findall(r'<input type="radio" name="([a-z_]+)"', page))
    assert offered == {question.key: 6 for question in questions.questions}
    assert chosen(page) == {question.key: "" for question in questions.questions}
    assert page.count("<fieldset ") == page.count("<legend>") == len(questions.questions)
    for question in questions.questions:
        assert question.text["nl"] in html.unescape(page)


def test_every_theme_says_which_of_all_statements_follow(browser: TestClient, code: str) -> None:
    page = browser.get(f"/pulse/{code}").text

    for place in ("stelling 1 tot en met 3 van 9", "stelling 7 tot en met 9 van 9"):
        assert place in page


def test_the_form_never_holds_the_code(browser: TestClient, code: str) -> None:
    page = browser.get(f"/pulse/{code}").text

    assert code not in page
    assert code.replace("-", "") not in page


def test_the_promise_names_the_minimum_and_the_closing_day(browser: TestClient, code: str) -> None:
    page = browser.get(f"/pulse/{code}").text

    assert "groepen van minstens 5" in page
    assert "17 november 2026" in page


def test_every_code_of_the_round_gives_the_same_bytes_spent_or_not(
    browser: TestClient, invited: list[str], filled: dict[str, str]
) -> None:
    browser.post(f"/pulse/{invited[0]}", data=filled)

    first, *others = [browser.get(f"/pulse/{code}") for code in invited]
    assert {other.content for other in others} == {first.content}
    assert {str(other.headers) for other in others} == {str(first.headers)}


def test_a_browser_that_can_gets_it_compressed(browser: TestClient, code: str) -> None:
    answer = browser.get(f"/pulse/{code}", headers={"accept-encoding": "gzip"})

    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < 5_000


def test_a_page_made_for_one_person_is_compressed_as_well(
    browser: TestClient, code: str, filled: dict[str, str]
) -> None:
    wrong = filled | {"onbekend": "1"}
    plain, zipped = (
        browser.post(f"/pulse/{code}", data=wrong, headers={"accept-encoding": reads})
        for reads in ("identity", "gzip")
    )

    assert zipped.headers["content-encoding"] == "gzip"
    assert int(zipped.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    assert zipped.content == plain.content


def test_a_code_may_be_written_in_any_way_in_the_address(browser: TestClient, code: str) -> None:
    untidy = code.lower().replace("-", " ").replace("0", "o")

    assert browser.get(f"/pulse/{untidy}").status_code == 200


def test_the_page_speaks_english_when_asked(browser: TestClient, code: str) -> None:
    page = browser.get(f"/pulse/{code}?taal=en").text

    assert '<html lang="en">' in page
    assert "Prefer not to answer" in page


# -- sending --------------------------------------------------------------------------------


def test_a_sheet_goes_into_the_box_and_the_page_says_when_results_appear(
    browser: TestClient, open_town: AppContext, code: str, filled: dict[str, str]
) -> None:
    answer = browser.post(f"/pulse/{code}", data=filled)

    assert answer.status_code == 200
    assert "je antwoord is binnen" in answer.text
    assert "Na 17 november 2026" in answer.text
    assert "uitkomstenpagina van je team" in answer.text
    assert "op de klaagmuur" in answer.text
    # Where both are is said, not linked: who looks over a shoulder learns no address.
    assert not re.search(r'href="[^"]*/(resultaten|klaagmuur)', answer.text)
    assert (in_box(open_town), spent(open_town)) == (1, 1)
    assert "set-cookie" not in answer.headers


def test_what_was_sent_is_what_is_counted(
    browser: TestClient,
    open_town: AppContext,
    invited: list[str],
    questions: Questionnaire,
    now: datetime,
) -> None:
    for code in invited:
        browser.post(f"/pulse/{code}", data={q.key: "4" for q in questions.questions})
    closing.close(open_town, PERIOD, "test", now)

    figure = results(open_town.engine).figure(PERIOD, TEAM, "theme", "respect")
    assert figure is not None
    assert (figure.value, figure.n_band) == (75, "5-8")
    assert in_box(open_town) == 0


def test_a_second_press_of_the_button_counts_once_with_a_calm_page(
    browser: TestClient, open_town: AppContext, code: str, filled: dict[str, str]
) -> None:
    browser.post(f"/pulse/{code}", data=filled)
    again = browser.post(f"/pulse/{code}", data=filled)

    assert again.status_code == 409
    assert "Je antwoord is al binnen, of de code is vervangen" in again.text
    assert in_box(open_town) == 1


def test_simultaneous_presses_count_once(
    browser: TestClient, open_town: AppContext, code: str, filled: dict[str, str]
) -> None:
    statuses: list[int] = []
    presses = [
        threading.Thread(
            target=lambda: statuses.append(browser.post(f"/pulse/{code}", data=filled).status_code)
        )
        for _ in range(6)
    ]
    for press in presses:
        press.start()
    for press in presses:
        press.join()

    assert sorted(statuses) == [200, 409, 409, 409, 409, 409]
    assert in_box(open_town) == 1


# -- blank ----------------------------------------------------------------------------------


@pytest.mark.parametrize("absent", [True, False], ids=["no fields", "empty fields"])
def test_a_blank_sheet_is_asked_about_and_spends_nothing(
    browser: TestClient, open_town: AppContext, code: str, questions: Questionnaire, absent: bool
) -> None:
    blank = {} if absent else {question.key: "" for question in questions.questions}
    answer = browser.post(
        f"/pulse/{code}",
        data=blank,
        headers={"content-type": "application/x-www-form-urlencoded"},
    )

    assert answer.status_code == 200
    assert "Toch leeg versturen?" in answer.text
    assert (in_box(open_town), spent(open_town)) == (0, 0)


def test_a_confirmed_blank_sheet_is_acknowledged_and_the_code_stays_valid(
    browser: TestClient, open_town: AppContext, code: str, filled: dict[str, str]
) -> None:
    left = browser.post(f"/pulse/{code}", data={"-leeg": "ja"})

    assert left.status_code == 200
    assert "er is niets verstuurd" in left.text
    assert (in_box(open_town), spent(open_town)) == (0, 0)
    assert browser.post(f"/pulse/{code}", data=filled).status_code == 200


# -- what is wrong --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"klant_mag_meeluisteren": "6"},
        {"klant_mag_meeluisteren": "abc"},
        {"klant_mag_meeluisteren": "0"},
        {"klant_mag_meeluisteren": "٣"},
        {"klant_mag_meeluisteren": " 3"},
        {"klant_mag_meeluisteren": ["3", "4"]},
        {"an_unknown_question": "3"},
    ],
)
def test_values_our_form_cannot_send_are_refused_and_the_rest_is_kept(
    browser: TestClient,
    open_town: AppContext,
    code: str,
    wrong: dict[str, str],
    filled: dict[str, str],
) -> None:
    answer = browser.post(f"/pulse/{code}", data=filled | wrong)

    assert answer.status_code == 400
    assert "Er klopte iets niet" in answer.text
    kept = chosen(answer.text)
    others = {key: value for key, value in filled.items() if key not in wrong}
    assert {key: kept[key] for key in others} == others
    assert (in_box(open_town), spent(open_town)) == (0, 0)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"klant_mag_meeluisteren": 3}'),
        ("text/plain", b"klant_mag_meeluisteren=3"),
        ("application/x-www-form-urlencoded", b"klant_mag_meeluisteren=%ff"),
        ("application/x-www-form-urlencoded", b"\xff\xfe"),
        ("application/x-www-form-urlencoded", b"&".join(b"a=1" for _ in range(500))),
    ],
)
def test_a_body_that_is_no_form_of_ours_spends_nothing(
    browser: TestClient, open_town: AppContext, code: str, kind: str, body: bytes
) -> None:
    answer = browser.post(f"/pulse/{code}", content=body, headers={"content-type": kind})

    assert answer.status_code == 400
    assert "Er klopte iets niet" in answer.text
    assert (in_box(open_town), spent(open_town)) == (0, 0)


def test_a_body_that_is_too_large_is_refused(
    browser: TestClient, open_town: AppContext, code: str
) -> None:
    answer = browser.post(
        f"/pulse/{code}",
        content=b"a=" + b"x" * 70_000,
        headers={"content-type": "application/x-www-form-urlencoded"},
    )

    assert answer.status_code == 413
    assert "te veel in één keer" in answer.text
    assert spent(open_town) == 0


@pytest.fixture
def impatient(open_town: AppContext) -> AppContext:
    """The same context with a shorter wait for a locked store."""
    for _ in range(3):
        with open_town.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout=200")
    return open_town


def test_a_locked_store_gives_503_with_the_answers_still_there(
    browser: TestClient, impatient: AppContext, code: str, filled: dict[str, str]
) -> None:
    other = open_store(impatient.settings.database_url)
    with writing(other):
        answer = browser.post(f"/pulse/{code}", data=filled)
    other.dispose()

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "10"
    assert "Je antwoorden staan hieronder nog" in answer.text
    assert chosen(answer.text) == filled
    assert browser.post(f"/pulse/{code}", data=filled).status_code == 200
    assert in_box(impatient) == 1


def test_a_locked_store_fails_everybody_who_waits_for_it_at_once(
    impatient: AppContext, code: str, filled: dict[str, str]
) -> None:
    """Raised once for all: otherwise those behind them would wait for the lock again."""
    blank = dict.fromkeys(filled, "")
    lookups = look_up(impatient, [code, code])
    forms = [partial(read_form, tuple(fields.items())) for fields in (filled, blank)]
    other = open_store(impatient.settings.database_url)
    with writing(other), pytest.raises(StoreBusy):
        submit_forms(impatient, list(zip(lookups, forms, strict=True)))
    other.dispose()
    assert (in_box(impatient), spent(impatient)) == (0, 0)


def test_answers_are_kept_when_the_store_is_gone_too(
    browser: TestClient, open_town: AppContext, code: str, filled: dict[str, str]
) -> None:
    browser.get(f"/pulse/{code}")
    open_town.engine.dispose()
    file = open_town.settings.database_file
    assert file is not None
    aside = file.with_suffix(".aside")
    file.rename(aside)
    file.mkdir()
    answer = browser.post(f"/pulse/{code}", data=filled)
    looked = browser.get(f"/pulse/{code}")
    file.rmdir()
    aside.rename(file)

    assert answer.status_code == 503
    assert chosen(answer.text) == filled
    assert looked.status_code == 503
    assert "Er kan nu niets worden opgeslagen" in looked.text
    assert browser.post(f"/pulse/{code}", data=filled).status_code == 200


# -- codes that open nothing ----------------------------------------------------------------


def test_an_unknown_code_is_explained(browser: TestClient, open_town: AppContext) -> None:
    for unknown in (codes.new_code(PERIOD), codes.new_code("2020-01")):
        answer = browser.get(f"/pulse/{unknown}")
        assert answer.status_code == 404
        assert "Deze code kennen we niet" in answer.text


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_abandoned_round_has_words_of_its_own(
    browser: TestClient, open_town: AppContext, code: str, now: datetime, method: str
) -> None:
    rounds.abandon(open_town, PERIOD, "test", now)
    gone = browser.request(method, f"/pulse/{code}")
    assert gone.status_code == 410
    assert "Deze ronde is gestopt" in gone.text


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_closed_round_is_explained(
    browser: TestClient, open_town: AppContext, code: str, now: datetime, method: str
) -> None:
    closing.close(open_town, PERIOD, "test", now)
    closed = browser.request(method, f"/pulse/{code}")
    assert closed.status_code == 410
    assert "Deze ronde is gesloten" in closed.text


def test_a_lost_key_is_explained_without_blame(
    browser: TestClient, open_town: AppContext, code: str
) -> None:
    for name in open_town.keys.names():
        open_town.keys.destroy(name)

    answer = browser.get(f"/pulse/{code}")
    assert answer.status_code == 503
    assert "Je code blijft geldig" in answer.text


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_typing_error_is_pointed_out_with_the_code_to_correct(
    browser: TestClient, code: str, method: str
) -> None:
    typo = code[:-1] + ("2" if code[-1] != "2" else "3")
    answer = browser.request(method, f"/pulse/{typo}")

    assert answer.status_code == 404
    assert f'value="{typo}"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "tikfout" in answer.text


def test_typed_text_is_escaped(browser: TestClient, open_town: AppContext) -> None:
    answer = browser.post("/pulse", data={"code": '"><script>alert(1)</script>'})

    assert answer.status_code == 404
    assert "<script>" not in answer.text


# -- typing a code --------------------------------------------------------------------------


def test_a_typed_code_leads_to_its_sheet(browser: TestClient, code: str) -> None:
    page = browser.get("/pulse")
    assert page.status_code == 200
    assert 'name="code"' in page.text

    answer = browser.post("/pulse", data={"code": f"  {code.lower()} "})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/pulse/{code}"


def test_the_language_is_kept_in_the_redirect(browser: TestClient, code: str) -> None:
    answer = browser.post("/pulse?taal=en", data={"code": code})

    assert answer.headers["location"] == f"/pulse/{code}?taal=en"


def test_an_empty_code_is_asked_for_again(browser: TestClient, open_town: AppContext) -> None:
    assert browser.post("/pulse", data={"code": ""}).status_code == 404
    assert browser.post("/pulse", content=b"{}").status_code == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_refused_with_those_that_are_allowed(
    browser: TestClient, code: str, method: str
) -> None:
    answer = browser.request(method, f"/pulse/{code}")

    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, POST"
    assert "Zo kan deze pagina niet worden gebruikt" in answer.text


def test_a_head_request_looks_like_the_get(browser: TestClient, code: str) -> None:
    got, head = browser.get(f"/pulse/{code}"), browser.head(f"/pulse/{code}")

    assert head.status_code == 200
    assert head.headers["content-length"] == got.headers["content-length"]


def test_every_template_compiles(context: AppContext) -> None:
    pages.warm()
    assert "pulse_form.html" in pages.TEMPLATES.list_templates()


@pytest.mark.parametrize("reads", ["gzip", "identity"])
def test_the_form_says_once_what_it_varies_by(browser: TestClient, code: str, reads: str) -> None:
    answer = browser.get(f"/pulse/{code}", headers={"accept-encoding": reads})

    assert answer.status_code == 200
    assert answer.headers.get("content-encoding", "identity") == reads
    assert answer.headers.get_list("vary") == ["Accept-Encoding"]
