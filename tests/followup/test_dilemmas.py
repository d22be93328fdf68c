from __future__ import annotations

from datetime import date

from monitor.followup.dilemmas import MOST_WORDS, DilemmaBook


def test_twelve_situations_of_at_most_ninety_words(dilemma_book: DilemmaBook) -> None:
    assert len(dilemma_book.dilemmas) == 12
    for dilemma in dilemma_book.dilemmas:
        for text in dilemma.situation.values():
            assert 40 <= len(text.split()) <= MOST_WORDS


def test_each_asks_whether_to_do_a_or_b(dilemma_book: DilemmaBook) -> None:
    for dilemma in dilemma_book.dilemmas:
        assert dilemma.choice["nl"].startswith("Doe ik A: ")
        assert " Of doe ik B: " in dilemma.choice["nl"]
        assert dilemma.choice["en"].startswith("Do I do A: ")
        assert " Or do I do B: " in dilemma.choice["en"]
        assert dilemma.choice["nl"].endswith("?")


def test_each_has_three_questions_two_values_and_what_is_no_answer(
    dilemma_book: DilemmaBook,
) -> None:
    for dilemma in dilemma_book.dilemmas:
        assert len(dilemma.questions) == 3
        assert all(question["nl"].endswith("?") for question in dilemma.questions)
        assert dilemma.values[0] != dilemma.values[1]
        assert dilemma.no_answer


def test_what_the_law_says_names_where_it_stands(dilemma_book: DilemmaBook) -> None:
    cited = [law for dilemma in dilemma_book.dilemmas for law in dilemma.law]
    cited += [principle.law for principle in dilemma_book.principles]

    assert dilemma_book.law_of == date(2026, 7, 1)
    for law in cited:
        assert "artikel" in law.source.name or "ECLI:NL:" in law.source.name
        assert law.source.url.startswith("https://")


def test_seven_principles_each_touched_by_a_card(dilemma_book: DilemmaBook) -> None:
    touched = {p.key for dilemma in dilemma_book.dilemmas for p in dilemma.principles}

    assert len(dilemma_book.principles) == 7
    assert touched == {principle.key for principle in dilemma_book.principles}


def test_the_reporting_code_goes_first_with_children_and_violence(
    dilemma_book: DilemmaBook,
) -> None:
    first = {dilemma.key for dilemma in dilemma_book.dilemmas if dilemma.meldcode_first}

    assert first == {"familie", "kinderen_in_huis"}
    assert len(dilemma_book.meldcode_steps) == 5
    assert "meldcode" in dilemma_book.meldcode.text["nl"]
