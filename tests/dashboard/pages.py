"""Reading a dashboard page and filling in its forms, as a person would."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from streamlit.testing.v1 import AppTest


def title(page: AppTest) -> str:
    """The name of the page, which shows no error: above its sentence where it begins with one."""
    assert not page.exception
    assert not page.error
    named = re.search(r'class="crumb">(.*?)<', html(page))
    return unescape(named[1]) if named else page.title[0].value


def cards(page: AppTest) -> list[tuple[str, str, str]]:
    """Title, score (empty when withheld) and word of each theme's card."""
    return [
        (
            unescape(re.findall(r"<h2>(.*?)<", card)[0]),
            unescape("".join(re.findall(r'class="score[^"]*">(.*?)<', card))),
            unescape(re.findall(r'class="pill[^"]*">(.*?)<', card)[0]),
        )
        for card in re.findall(r"<article.*?</article>", html(page), re.S)
    ]


def readable(page: AppTest) -> str:
    """All that can be read on the page, our own HTML without its tags."""
    return (
        written(page)
        + "\n"
        + unescape(re.sub(r"<style.*?</style>|<[^>]*>", "\n", html(page), flags=re.S))
    )


def written(page: AppTest) -> str:
    """Everything written on the page as text."""
    kinds = (
        page.title,
        page.markdown,
        page.caption,
        page.info,
        page.warning,
        page.success,
        page.error,
    )
    return "\n".join(element.value for kind in kinds for element in kind)


def field(page: AppTest, kind: str, form: str, name: str) -> Any:
    """The field of a form, whatever its key is this time."""
    prefix = f"{form}-{name}-"
    (element,) = [each for each in page.get(kind) if str(each.key).startswith(prefix)]
    return element


def press(page: AppTest, form: str) -> AppTest:
    """Press the button of a form."""
    field(page, "button", form, "send").click()
    page.run()
    assert not page.exception
    return page


def fill(page: AppTest, form: str, **values: str) -> AppTest:
    """Fill in text fields of a form and send it."""
    for name, value in values.items():
        field(page, "text_input", form, name).input(value)
    return press(page, form)


def unescaped(page: AppTest) -> str:
    """What is written on the page, as it reads."""
    return written(page).replace("\\", "")


def html(page: AppTest) -> str:
    """The HTML of our own on the page, the sidebar's included."""
    return "\n".join(element.proto.body for element in page.get("html"))


def labelled(page: AppTest, kind: str, label: str) -> Any:
    """The first field or button with this label."""
    return next(element for element in page.get(kind) if element.label == label)


def press_labelled(page: AppTest, label: str) -> AppTest:
    """Press the button with this label."""
    return labelled(page, "button", label).click().run()


def shown(page: AppTest) -> str:
    """Everything that can be read on the page, what people wrote included."""
    return written(page) + "\n" + html(page)
