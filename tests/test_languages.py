"""A third language is adding files; and whatever was written outside the catalogs shows at once.

The made-up language is Dutch with every letter marked. A word on a page that is still in plain
letters was not taken from a catalog, a questionnaire, or what people and Babel call things.
"""

from __future__ import annotations

import atexit
import gettext
import html
import io
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from monitor import locale
from monitor.config.folders import DEFAULTS
from monitor.context import AppContext, current_context
from monitor.followup.content_file import DEFAULTS as CONTENT
from monitor.locale import languages, texts
from monitor.pulse.questionnaire import Questionnaire
from monitor.pulse.questionnaire import load as load_questionnaire
from monitor.web.pulse import pages
from tests.dashboard.conftest import open_page, seal_month, sign_in  # noqa: F401
from tests.web.conftest import (  # noqa: F401
    application,
    browser,
    code,
    invited,
    open_town,
    questions,
    town,
)


@dataclass(frozen=True)
class PluralForms:
    """A language's ``Plural-Forms`` header, and the Unicode CLDR's name for each of its forms."""

    language: str
    header: str
    names: tuple[str, ...]


OURS = locale.FOLDER
MADE_UP = "fy"
"""A code Babel knows, so that it has months; the words are nobody's."""
PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
MARKED = "áƀćđéƒǵĥíĵķĺḿńóƥʠŕśťúʋŵẋýźÁɃĆĐÉƑǴĤÍĴĶĹḾŃÓƤɊŔŚŤÚƲŴẊÝŹ"
MARK = str.maketrans(PLAIN, MARKED)
WORD = re.compile(r"[A-Za-z]{3,}")
NAMES = {
    "Teamklimaat",
    "Nederlands",
    "English",
    "Gemeente",
    "Waterrijk",
    "CUSUM",
    "IBAN",
    "BSN",
    "SMTP",
    "PDF",
    "CSV",
    "JSON",
    "TOML",
    "http",
    "https",
}
"""Words that are the same in every language."""
POLISH, POLISH_AS_IN_CLDR, ARABIC, JAPANESE = (
    PluralForms(
        "pl",
        "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
        ("one", "few", "many"),
    ),
    PluralForms(
        "pl",
        "nplurals=4; plural=(n==1 ? 0 : (n%10>=2 && n%10<=4) && (n%100<12 || n%100>14) ? 1"
        " : n!=1 && (n%10>=0 && n%10<=1) || (n%10>=5 && n%10<=9) || (n%100>=12 && n%100<=14) ? 2"
        " : 3);",
        ("one", "few", "many", "other"),
    ),
    PluralForms(
        "ar",
        "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3"
        " : n%100>=11 ? 4 : 5);",
        ("zero", "one", "two", "few", "many", "other"),
    ),
    PluralForms("ja", "nplurals=1; plural=0;", ("other",)),
)
"""Polish and Japanese from the GNU gettext manual, "Plural forms"; Arabic from the Translate
Toolkit's table; Polish with a form for fractions as translation services write it."""
PLURALS = pytest.mark.parametrize("plurals", [POLISH, POLISH_AS_IN_CLDR, ARABIC, JAPANESE])
STAFF = (
    "/pulse",
    "/pulse/nope",
    "/pulse/a/b",
    "/klaagmuur",
    "/klaagmuur/gesprek",
    "/toegankelijkheid",
    "/methoden",
    "/methoden/praktijkdialoog",
    "/dilemmas",
    "/aanmelden",
    "/resultaten/nope",
    "/welkom/nope",
)
DASHBOARD = ("", "verloop", "vragen", "onderdelen", "team")


def marked(text: str) -> str:
    """The text in the made-up language; what stands in braces is a placeholder."""
    parts = re.split(r"(\{[^}]*\})", text)
    return "".join(part if part.startswith("{") else part.translate(MARK) for part in parts)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of catalogs in the place of the program's own, with the same languages in it."""
    folder = tmp_path / "locale"
    folder.mkdir()
    _link_ours(folder)
    monkeypatch.setattr(locale, "FOLDER", folder)
    _forget()
    yield folder
    monkeypatch.undo()
    _forget()


@pytest.fixture(scope="module")
def with_made_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The program's own catalogs, and one more folder with the made-up language."""
    folder = tmp_path_factory.mktemp("made-up")
    _link_ours(folder)
    (folder / MADE_UP).mkdir()
    for file in (folder / "nl").glob("*.po"):
        with file.open("rb") as handle:
            catalog = read_po(handle, locale="nl")
        for message in catalog:
            if message.id and isinstance(message.string, str):
                message.string = marked(message.string)
            elif message.id:
                message.string = tuple(map(marked, message.string))
        with (folder / MADE_UP / file.name).open("wb") as handle:
            write_po(handle, catalog)
    yield folder
    _forget()


@pytest.fixture
def made_up(with_made_up: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The program with one more folder of catalogs, and nothing else changed.

    Sentences that were read stay in memory from test to test: they are the same.
    """
    monkeypatch.setattr(locale, "FOLDER", with_made_up)
    languages.cache_clear()
    yield MADE_UP
    monkeypatch.undo()
    languages.cache_clear()
    pages._cached.clear()


@cache
def dutch() -> list[tuple[str, Catalog]]:
    """The Dutch catalogs, by the names of their files."""
    catalogs = []
    for file in sorted((OURS / "nl").glob("*.po")):
        with file.open("rb") as handle:
            catalogs.append((file.name, read_po(handle, locale="nl")))
    return catalogs


@cache
def language_of(plurals: PluralForms) -> tuple[Path, list[Catalog]]:
    """The folder of a language; its plural sentences read ``{count} few``, others are Dutch."""
    folder = Path(tempfile.mkdtemp(prefix="teamklimaat-language-"))
    atexit.register(shutil.rmtree, folder)
    catalogs = []
    for file_name, ours in dutch():
        catalog = Catalog(locale=plurals.language)
        catalog.mime_headers = [("Plural-Forms", plurals.header)]
        for message in ours:
            if message.id and message.pluralizable:
                catalog.add(message.id, tuple(f"{{count}} {name}" for name in plurals.names))
            elif message.id:
                catalog.add(message.id, message.string)
        with (folder / file_name).open("wb") as handle:
            write_po(handle, catalog, width=None)
        catalogs.append(catalog)
    return folder, catalogs


def add_language(folder: Path, plurals: PluralForms) -> list[Catalog]:
    """Add the folder of a language to the catalogs; returns what is in it."""
    written, catalogs = language_of(plurals)
    (folder / plurals.language).symlink_to(written)
    return catalogs


def _link_ours(folder: Path) -> None:
    for language in ("nl", "en"):
        (folder / language).symlink_to(OURS / language)


def _forget() -> None:
    languages.cache_clear()
    texts.cache_clear()
    pages._cached.clear()


def unmarked(text: str, *more: str) -> list[str]:
    """The words of `text` that are in plain letters and are nobody's name."""
    calendar = Locale(MADE_UP)
    allowed = NAMES | {
        word
        for names in (
            *calendar.months["format"]["wide"].values(),
            *calendar.months["format"]["abbreviated"].values(),
            *calendar.days["format"]["wide"].values(),
            *more,
        )
        for word in WORD.findall(names)
    }
    return [word for word in WORD.findall(text) if word not in allowed]


def read_aloud(page: str) -> str:
    """What a person sees or hears of a page: its text and the names of its parts."""
    page = re.sub(r"<(style|script)\b.*?</\1>|<!doctype[^>]*>", " ", page, flags=re.S | re.I)
    named = re.findall(r'(?:alt|title|aria-label|placeholder)="([^"]*)"', page)
    return html.unescape(re.sub(r"<[^>]*>", " ", page) + " " + " ".join(named))


@pytest.mark.slow
def test_a_folder_is_a_language(made_up: str) -> None:
    assert languages() == ("nl", "en", made_up)
    assert texts(made_up)("pulse.send") == marked(texts("nl")("pulse.send"))
    assert unmarked("Vergeten") == ["Vergeten"]
    assert unmarked(marked("Vergeten")) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("plurals", "expected"),
    [
        (POLISH, "many one few few many many many few many many few"),
        (POLISH_AS_IN_CLDR, "many one few few many many many few many many few"),
        (ARABIC, "zero one two few few many many many other other other"),
        (JAPANESE, " ".join(["other"] * 11)),
    ],
)
def test_a_folder_brings_its_own_plural_forms(
    folder: Path, plurals: PluralForms, expected: str
) -> None:
    add_language(folder, plurals)
    numbers = (0, 1, 2, 3, 5, 11, 12, 22, 100, 101, 102)

    t = texts(plurals.language)

    assert languages() == ("nl", *sorted(("en", plurals.language)))
    catalog = (folder / plurals.language / "commands.po").read_text("utf-8")
    assert f"Plural-Forms: {plurals.header}" in catalog
    forms = [t("round.invited", count=n, file="codes.csv") for n in numbers]
    assert forms == [f"{n} {name}" for n, name in zip(numbers, expected.split(), strict=True)]
    assert t("pulse.send") == texts("nl")("pulse.send")


@PLURALS
def test_every_number_takes_the_form_the_unicode_consortium_names(
    folder: Path, plurals: PluralForms
) -> None:
    add_language(folder, plurals)
    t, rule = texts(plurals.language), Locale(plurals.language).plural_form
    for n in range(1000):
        assert t("post.queued", count=n) == f"{n} {rule(n)}"


@pytest.mark.slow
@PLURALS
def test_every_sentence_takes_the_form_gettext_takes(folder: Path, plurals: PluralForms) -> None:
    catalogs = add_language(folder, plurals)
    t = texts(plurals.language)
    compared = 0
    for catalog in catalogs:
        compiled = io.BytesIO()
        write_mo(compiled, catalog)
        compiled.seek(0)
        translations = gettext.GNUTranslations(compiled)
        for key in (m.id[0] for m in catalog if m.id and m.pluralizable):
            for n in (0, 1, 2, 3, 5, 11, 22, 100, 111):
                assert t(key, count=n) == translations.ngettext(key, key, n).format(count=n)
            compared += 1
    assert compared > 40


@pytest.mark.parametrize("language", ["nl", "en"])
def test_our_own_languages_have_one_form_for_one_and_one_for_the_rest(language: str) -> None:
    sentence = texts(language).sentences["post.queued"]
    assert isinstance(sentence, locale.PluralSentence)
    singular, plural = sentence.forms
    forms = [sentence.form(n) for n in (0, 1, 2, 21, 101)]
    assert forms == [plural, singular, plural, plural, plural]


@pytest.mark.parametrize("path", STAFF)
def test_nothing_on_a_staff_page_is_outside_the_catalogs(
    town: AppContext,  # noqa: F811
    browser: TestClient,  # noqa: F811
    made_up: str,
    path: str,
) -> None:
    page = browser.get(path, params={"taal": made_up}, follow_redirects=True)

    assert f'<html lang="{made_up}">' in page.text
    files = (DEFAULTS / "help.toml", *CONTENT.glob("*.toml"))
    assert unmarked(read_aloud(page.text), " ".join(f.read_text("utf-8") for f in files)) == []


def test_nothing_in_the_pulse_is_either(
    open_town: AppContext,  # noqa: F811
    browser: TestClient,  # noqa: F811
    code: str,  # noqa: F811
    questions: Questionnaire,  # noqa: F811
    made_up: str,
) -> None:
    allowed = [question.text["nl"] for question in questions.questions]
    allowed += [theme.title["nl"] for theme in questions.themes]
    allowed += [label["nl"].capitalize() for label in questions.scale]
    allowed += [label["nl"] for label in questions.scale]
    address = f"/pulse/{code}?taal={made_up}"
    blank = browser.post(address, data={questions.questions[0].key: ""})
    sent = browser.post(address, data={questions.questions[0].key: "4"})
    again = browser.post(address, data={questions.questions[0].key: "4"})

    assert (blank.status_code, sent.status_code, again.status_code) == (200, 200, 409)
    for page in (browser.get(address), blank, sent, again):
        assert unmarked(read_aloud(page.text), *allowed) == []


@pytest.mark.slow
@pytest.mark.parametrize("address", DASHBOARD)
def test_nothing_on_a_dashboard_page_is_outside_the_catalogs(
    seal_month: Callable[..., None],  # noqa: F811
    sign_in: Callable[..., str],  # noqa: F811
    open_page: Callable[..., AppTest],  # noqa: F811
    made_up: str,
    address: str,
) -> None:
    for period in ("2026-08", "2026-09", "2026-10"):
        seal_month(period, noord=(9, 4), zuid=(8, 2))
    page = open_page(sign_in("leidinggevende", "werk"), address, taal=made_up)
    questionnaire = load_questionnaire(current_context().settings.questionnaire_file)
    names = ["Gemeente Waterrijk", "Werk en Inkomen", "Werk Noord", "Team", "Jeugd"]
    names += [question.text["nl"] for question in questionnaire.questions]
    names += [theme.title["nl"] for theme in questionnaire.themes]

    assert not page.exception
    kinds = (page.title, page.header, page.markdown, page.metric, page.selectbox, page.button)
    written = [
        part
        for kind in kinds
        for element in kind
        for part in (getattr(element, "label", ""), getattr(element, "value", ""))
        if isinstance(part, str)
    ]
    shown = re.sub(r"\]\([^)]*\)|https?://\S+", " ", "\n".join(written))
    shown = re.sub(
        r"\b(fy|nl|en|werk|noord|zuid|oost|jeugd|waterrijk|respect|druk|steun)\b", "", shown
    )
    assert unmarked(shown, *names) == []
