from __future__ import annotations

from monitor.followup.cards import CardBook, Kind
from monitor.followup.methods import MethodBook


def test_what_there_is_to_read(card_book: CardBook) -> None:
    by_kind = {kind: {card.key for card in card_book.cards if card.kind is kind} for kind in Kind}

    assert by_kind == {
        Kind.CARD: {
            "collega_aanspreken",
            "leidinggevende_aanspreken",
            "ordegesprek",
            "incident",
            "agressie",
            "luisteraar_bekend",
        },
        Kind.PAGE: {
            "startbijeenkomst",
            "jaarritme",
            "geen_cijfers",
            "weinig_deelname",
            "nieuwe_collegas",
            "nieuwe_leidinggevende",
            "geen_rie",
        },
        Kind.SHEET: {"reflectieblad"},
    }


def test_every_card_an_advice_names_is_there(card_book: CardBook, book: MethodBook) -> None:
    named = {item.card for item in book.advice if item.card}

    assert named == {"agressie", "luisteraar_bekend"}
    assert all(card_book.card(key) for key in named)


def test_a_card_that_is_not_there_is_nothing(card_book: CardBook) -> None:
    assert card_book.card("borrel") is None


def test_the_steps_of_the_incident_card_come_in_order(card_book: CardBook) -> None:
    card = card_book.card("incident")

    assert card is not None
    assert [section.title["nl"][:2] for section in card.sections] == ["1.", "2.", "3.", "4."]


def test_the_protocol_goes_before_the_conduct_talk(card_book: CardBook) -> None:
    card = card_book.card("ordegesprek")

    assert card is not None
    assert "protocol" in card.introduction["nl"]


def test_the_agenda_of_the_opening_meeting_adds_up(card_book: CardBook) -> None:
    card = card_book.card("startbijeenkomst")

    assert card is not None
    minutes = [int(line["nl"].split()[0]) for line in card.sections[0].lines]
    assert f"Reken op {sum(minutes)} minuten" in card.introduction["nl"]
