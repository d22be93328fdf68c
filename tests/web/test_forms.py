"""One reader for every form: what it keeps, what it refuses, and what it never reads."""

from __future__ import annotations

import anyio
import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from monitor.web.http.body import BodyLimit
from monitor.web.http.forms import Form, NotAForm, form_of
from monitor.web.http.multipart import form_with_file_of

URL_ENCODED = b"application/x-www-form-urlencoded"
SMALL = BodyLimit(kept=40, read=80)
CUT = BodyLimit(kept=40, read=200, tail=20)


class Sender:
    """A browser that sends a body in parts and counts how many were taken."""

    def __init__(self, body: bytes, kind: bytes = URL_ENCODED, size: int = 10) -> None:
        self.parts = [body[place : place + size] for place in range(0, len(body), size)] or [b""]
        self.taken = 0
        self.headers = [(b"content-type", kind)]

    def request(self, *, announced: int | None = None) -> Request:
        length = [] if announced is None else [(b"content-length", str(announced).encode())]
        headers = self.headers + length
        return Request({"type": "http", "method": "POST", "headers": headers}, self.receive)

    async def receive(self) -> Message:
        self.taken += 1
        more = self.taken < len(self.parts)
        return {"type": "http.request", "body": self.parts[self.taken - 1], "more_body": more}


def read(body: bytes, limit: BodyLimit = SMALL, kind: bytes = URL_ENCODED) -> Form:
    return anyio.run(form_of, Sender(body, kind).request(), limit)


def test_fields_keep_their_order_and_blank_values() -> None:
    form = read(b"b=2&a=&b=3&c=%C3%A9+x")

    assert form.fields == (("b", "2"), ("a", ""), ("b", "3"), ("c", "é x"))
    assert (form.upload, form.truncated) == (None, False)


def test_a_field_sent_twice_has_no_value_of_its_own() -> None:
    form = read(b"a=1&b=2&b=3")

    assert (form.value("a"), form.value("b"), form.value("c")) == ("1", "", "")
    assert form.values("b") == ("2", "3")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (b"application/json", b"{}"),
        (b"multipart/form-data; boundary=x", b"a=1"),
        (b"", b"a=1"),
        (URL_ENCODED, b"a=%ff"),
        (URL_ENCODED, b"\xff"),
    ],
)
def test_what_is_no_form_of_ours_is_refused(kind: bytes, body: bytes) -> None:
    with pytest.raises(NotAForm):
        read(body, kind=kind)


def test_too_many_fields_are_refused() -> None:
    with pytest.raises(NotAForm):
        read(b"&".join([b"a=1"] * 201), BodyLimit(kept=1000, read=1000))


def test_what_is_a_form_whatever_the_case_and_charset() -> None:
    assert read(b"a=1", kind=b"Application/X-WWW-Form-Urlencoded; charset=utf-8").value("a") == "1"


@pytest.mark.parametrize(("size", "taken"), [(41, 5), (80, 8), (500, 9)])
def test_a_body_over_the_limit_is_read_a_little_further_and_refused(size: int, taken: int) -> None:
    sender = Sender(b"x" * size)
    with pytest.raises(HTTPException) as refused:
        anyio.run(form_of, sender.request(), SMALL)

    assert refused.value.status_code == 413
    assert sender.taken == taken


def test_a_body_that_says_it_is_too_large_is_not_read() -> None:
    sender = Sender(b"a=1")
    with pytest.raises(HTTPException):
        anyio.run(form_of, sender.request(announced=81), SMALL)

    assert sender.taken == 0


@pytest.mark.parametrize("text", [b"x" * 100, b"%C3%A9" * 20, b"%0A" * 40])
def test_of_a_cut_form_the_beginning_and_the_fields_at_the_end_are_kept(text: bytes) -> None:
    form = read(b"first=1&text=" + text + b"&theme=a&step=b", CUT)

    assert form.truncated
    assert form.value("first") == "1"
    assert (form.value("theme"), form.value("step")) == ("a", "b")
    assert set(form.value("text")) <= {"x", "é", "\n"}
    assert form.value("text")


def test_a_form_that_fits_is_not_cut() -> None:
    assert not read(b"text=" + b"x" * 35, CUT).truncated


def test_even_a_cut_form_has_an_end() -> None:
    with pytest.raises(HTTPException):
        read(b"x" * 201, CUT)


def test_a_form_with_a_file_gives_fields_and_the_file_without_its_folder() -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
        b'--x\r\nContent-Disposition: form-data; name="f"; filename="C:\\map\\leden.csv"\r\n\r\n'
        b"email,unit\r\n--x--\r\n"
    )
    sender = Sender(body, b"multipart/form-data; boundary=x")

    form = anyio.run(form_with_file_of, sender.request())

    assert form.value("a") == "1"
    assert form.upload is not None
    assert (form.upload.name, form.upload.content) == ("leden.csv", b"email,unit")


def test_a_damaged_form_with_a_file_is_refused() -> None:
    for kind in (URL_ENCODED, b"multipart/form-data", b"multipart/form-data; boundary=x"):
        with pytest.raises(NotAForm):
            anyio.run(form_with_file_of, Sender(b"--x\r\n:\r\n\r\n", kind).request())
