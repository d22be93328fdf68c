"""What is true of every text that comes with the program."""

from __future__ import annotations

import re

import pytest

Shipped = dict[str, dict[str, str]]

NEVER = re.compile(
    r"roddel|gossip|%|procent|per ?cent|door de actie|because of the action|thanks to the action"
    r"|uitslag|peiling|\bpuls|\bbewaar|\bbewaren|\bscoorde",
    re.IGNORECASE,
)
HEALTH = re.compile(
    r"gezond|\bziek|klachten|slaap|slapen|stress|burn.?out|\bmoe\b"
    r"|health|\bill\b|\bsick|sleep|tired",
    re.IGNORECASE,
)
ASKED = re.compile(
    r"methods\.method\.\d+\.(step|prompts)|methods\.advice\.\d+\.ask|dilemmas\.dilemma\.\d+\.questions"
)
"""Where people are asked something."""


def test_all_three_files_are_read(shipped: Shipped) -> None:
    assert {place.partition(".")[0] for place in shipped} == {"methods", "dilemmas", "cards"}
    assert len(shipped) > 800


def test_every_text_is_there_in_dutch_and_in_english(shipped: Shipped) -> None:
    lacking = [
        place
        for place, text in shipped.items()
        if set(text) != {"nl", "en"} or not all(words.strip() for words in text.values())
    ]

    assert lacking == []


def test_no_text_says_what_is_never_said(shipped: Shipped) -> None:
    matches = [
        (place, match[0])
        for place, text in shipped.items()
        for words in text.values()
        if (match := NEVER.search(words))
    ]

    assert matches == []


def test_nobody_is_asked_about_health(shipped: Shipped) -> None:
    questions = {place: text for place, text in shipped.items() if ASKED.match(place)}

    assert len(questions) > 250
    assert [
        p for p, text in questions.items() for words in text.values() if HEALTH.search(words)
    ] == []


def test_dutch_speaks_to_the_reader_as_je(shipped: Shipped) -> None:
    formal = [place for place, text in shipped.items() if re.search(r"\b[Uu]w?\b", text["nl"])]

    # Only the client is spoken to as `u`, in the conduct talk.
    assert [shipped[place]["nl"][:23] for place in formal] == ["Vraag: hoe was het voor"]


@pytest.mark.parametrize(("language", "most"), [("nl", 21), ("en", 25)])
def test_sentences_are_short(shipped: Shipped, language: str, most: int) -> None:
    long = [
        sentence
        for text in shipped.values()
        for sentence in re.split(r"[.?!:;…]['’]?(?:\s|$)", text[language])
        if len(sentence.split()) > most
    ]

    assert long == []
