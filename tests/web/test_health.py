"""What monitoring may know: that the app is up, and nothing that changes with an answer."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from monitor.context import AppContext, use_context
from monitor.pulse.questionnaire import Questionnaire
from monitor.web.http.health import metrics_token


def caller(application: Starlette, address: str) -> TestClient:
    return TestClient(application, client=(address, 50000))


def test_healthz_says_that_the_store_answers(browser: TestClient) -> None:
    answer = browser.get("/healthz")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "store": "ok"}


def test_healthz_says_that_the_store_does_not_answer(
    browser: TestClient, context: AppContext, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from dataclasses import replace

    from monitor.store.engine import open_store

    folder = tmp_path_factory.mktemp("gone")
    broken = open_store(f"sqlite:///{folder / 'x.db'}")
    (folder / "x.db").mkdir()
    use_context(replace(context, engine=broken))
    answer = browser.get("/healthz")

    assert answer.status_code == 503
    assert answer.json() == {"status": "failing", "store": "unreachable"}


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1"])
def test_metrics_are_served_to_this_machine(
    context: AppContext, application: Starlette, address: str
) -> None:
    answer = caller(application, address).get("/metrics")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "teamklimaat_store_reachable 1" in answer.text


def test_readiness_is_for_this_machine_or_with_the_token(
    context: AppContext, application: Starlette
) -> None:
    bearer = {"authorization": f"Bearer {metrics_token(context.secret)}"}
    answer = caller(application, "127.0.0.1").get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "store": "ok", "keys": "ok"}
    assert caller(application, "203.0.113.5").get("/readyz").status_code == 404
    assert caller(application, "203.0.113.5").get("/readyz", headers=bearer).status_code == 200


@pytest.mark.parametrize("address", ["203.0.113.5", "10.0.0.1", "not-an-address"])
def test_metrics_do_not_exist_for_others(
    context: AppContext, application: Starlette, address: str
) -> None:
    other = caller(application, address)

    assert other.get("/metrics").status_code == 404
    assert other.get("/metrics", headers={"authorization": "Bearer x"}).status_code == 404
    assert other.get("/metrics", headers={"authorization": "Bearer"}).status_code == 404


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"])
def test_a_proxy_on_this_machine_does_not_count_as_this_machine(
    context: AppContext, application: Starlette, name: str
) -> None:
    answer = caller(application, "127.0.0.1").get("/metrics", headers={name: "203.0.113.5"})

    assert answer.status_code == 404


def test_metrics_are_served_with_the_token(context: AppContext, application: Starlette) -> None:
    token = metrics_token(context.secret)
    answer = caller(application, "203.0.113.5").get(
        "/metrics", headers={"authorization": f"Bearer {token}"}
    )

    assert answer.status_code == 200


def test_metrics_do_not_change_with_an_answer(
    application: Starlette, open_town: AppContext, invited: list[str], questions: Questionnaire
) -> None:
    here = caller(application, "127.0.0.1")
    before = here.get("/metrics").text
    for code in invited:
        sheet = {question.key: "3" for question in questions.questions}
        assert here.post(f"/pulse/{code}", data=sheet).status_code == 200

    assert here.get("/metrics").text == before
