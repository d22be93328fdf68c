"""A colleague without JavaScript writes; the luisteraar reads, answers and locks."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect

from tests.browser.conftest import Town

PHONE = {"width": 320, "height": 640}


def test_the_klaagmuur_from_both_sides(town: Town, browser: Browser) -> None:
    address, listening = town.live.address, town.filled.listening
    sender = browser.new_context(java_script_enabled=False, viewport=PHONE, locale="nl-NL")
    page = sender.new_page()
    page.goto(f"{address}/klaagmuur")
    assert page.locator("#tekst").bounding_box()["y"] < 1.5 * PHONE["height"]  # type: ignore[index]
    page.get_by_label("graag een reactie").check()
    page.get_by_text("Meer keuzes").click()
    page.get_by_label("collega's").check()
    page.get_by_label("Wat wil je kwijt?").fill("Meneer Zandstra werd <em>uitgelachen</em>.")
    page.get_by_role("button", name="Versturen").click()
    expect(page.locator("mark")).to_have_text("Zandstra")
    page.get_by_label("Wat wil je kwijt?").fill("Een klant werd <em>uitgelachen</em>.")
    page.get_by_role("button", name="Versturen", exact=True).click()
    code = page.locator("#code").inner_text()
    assert re.fullmatch(r"([0-9A-Z]{4}-){4}[0-9A-Z]{4}", code)
    assert sender.cookies() == []

    listener = browser.new_context(viewport={"width": 375, "height": 800}, locale="nl-NL")
    inbox = listener.new_page()
    inbox.goto(f"{address}/aanmelden?naar=/postvak")
    inbox.fill("#email", listening.email)
    inbox.fill("#wachtzin", listening.password)
    inbox.locator("main button").click()
    inbox.get_by_label("Wachtzin van het postvak").fill(listening.passphrase)
    inbox.get_by_role("button", name="Openen", exact=True).click()
    # A fresh page of the same session finds the inbox unlocked.
    expect(inbox.get_by_role("button", name="Vergrendelen")).to_be_visible(timeout=20_000)
    card = inbox.locator('[class*="st-key-card"]', has_text="collega's").filter(
        has_text="graag een reactie"
    )
    card.get_by_role("button", name="Lezen").click()
    expect(inbox.get_by_text("Een klant werd <em>uitgelachen</em>.")).to_be_visible()
    inbox.get_by_label("Je antwoord", exact=True).fill("Wat deden de anderen?")
    inbox.get_by_role("button", name="Antwoord versturen").click()
    # In the same breath: what was sent is dealt with first.
    inbox.get_by_role("button", name="Vergrendelen").click()
    expect(inbox.get_by_text("Een klant werd")).to_have_count(0)
    expect(inbox.get_by_label("Wachtzin van het postvak")).to_be_visible()
    # The messages are hidden while it locks, and no longer.
    inbox.get_by_label("Wachtzin van het postvak").fill(listening.passphrase)
    inbox.get_by_role("button", name="Openen", exact=True).click()
    expect(inbox.get_by_text("Wat deden de anderen?")).to_be_visible(timeout=20_000)

    page.goto(f"{address}/klaagmuur/gesprek")
    page.get_by_label("Code").fill(code.lower().replace("-", " "))
    page.get_by_role("button", name="Openen").click()
    expect(page.get_by_text("Wat deden de anderen?")).to_be_visible()
    expect(page.get_by_text("heeft het gelezen op")).to_be_visible()
    page.get_by_text("Alles intrekken").click()
    page.get_by_label("Ik weet het zeker").check()
    page.get_by_role("button", name="Intrekken").click()
    expect(page.get_by_role("heading", name="Het is weg")).to_be_visible()
    sender.close()
    listener.close()


def test_no_page_of_it_is_wider_than_a_small_phone(town: Town, browser: Browser) -> None:
    context = browser.new_context(viewport=PHONE, locale="nl-NL")
    page = context.new_page()
    for path in ("/klaagmuur", "/klaagmuur/gesprek", "/klaagmuur?taal=en"):
        page.goto(town.live.address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
    page.goto(town.live.address + "/klaagmuur")
    page.get_by_text("Meer keuzes").click()
    page.get_by_label("werkdruk").check()
    page.get_by_role("button", name="Versturen").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    context.close()
