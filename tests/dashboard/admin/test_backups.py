"""The page with the backups: their age, and the key that toezicht makes and keeps."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor import clock
from monitor.context import AppContext
from monitor.locale import texts
from monitor.operations import backup_key
from monitor.store import backup, sealed_file
from tests.dashboard.conftest import OpenPage, SignIn
from tests.dashboard.pages import field, html, press, unescaped, written

pytestmark = pytest.mark.usefixtures("no_midnight")

T = texts("nl")


def test_toezicht_makes_a_key_and_uses_it_once_it_was_kept(
    context: AppContext, sign_in: SignIn, open_page: OpenPage
) -> None:
    page = open_page(sign_in("toezicht"), "reservekopie")
    press(page, "new-backup-key")
    (private,) = [code.value for code in page.code]

    field(page, "text_input", "keep-backup-key", "typed").input(sealed_file.new_key()[0])
    press(page, "keep-backup-key")
    assert T("backup.other_key") in unescaped(page)
    assert backup_key.current(context.engine) is None

    field(page, "text_input", "keep-backup-key", "typed").input(private.upper())
    press(page, "keep-backup-key")
    key = backup_key.current(context.engine)
    assert key is not None
    assert key.public == sealed_file.public_of(private)
    assert [code.value for code in page.code] == [key.fingerprint]
    assert private not in written(page) + html(page)


def test_a_beheerder_sees_the_age_and_cannot_choose_the_key(
    manage: OpenPage, context: AppContext
) -> None:
    page = manage("reservekopie")
    assert T("backup.never_made") in written(page)
    assert T("backup.no_key") in written(page)
    assert not page.button

    text, public = sealed_file.new_key()
    backup_key.choose(context.engine, public, text, "toezicht", clock.now())
    backup.note_made(context.engine, clock.now() - timedelta(3))
    page = manage("reservekopie")

    assert "3 dagen geleden" in written(page)
    assert 'href="/bestanden/reservekopie"' in html(page)
    assert not page.button
