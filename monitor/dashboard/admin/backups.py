"""Backups: how old the last one is, making one, and the key to which they are sealed."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from monitor import clock
from monitor.dashboard import elements, phrases, session, uninterrupted
from monitor.dashboard.announcements import TOP, show_announcement
from monitor.dashboard.form import Form
from monitor.dashboard.visit import Visit
from monitor.operations import backup_key
from monitor.operations.backup_key import BackupKey
from monitor.store import backup, sealed_file

DOWNLOAD = "/bestanden/reservekopie"
PRIVATE = "backup-key"
"""Where the private part is kept until its keeper shows that it was kept, or leaves the page."""
LONGEST_KEY = 200


def show(visit: Visit) -> None:
    """What there is, and what this person may do with it."""
    t, engine = visit.t, visit.context.engine
    st.title(t("page.backups"), anchor=False)
    show_announcement()
    _last(visit)
    st.markdown(t("backup.text"))
    key = backup_key.current(engine)
    if visit.manages_organisation():
        if key is None:
            st.info(t("backup.no_key"))
        else:
            elements.link(visit, DOWNLOAD, t("backup.to_make"))
    _key(visit, key)


def _last(visit: Visit) -> None:
    t, made_at = visit.t, backup.last_made(visit.context.engine)
    if made_at is None:
        st.warning(t("backup.never_made"))
        return
    day = clock.local_day(made_at)
    days = (clock.today() - day).days
    st.markdown(f"**{t('backup.last', day=phrases.day(day, t), count=days)}**")


def _key(visit: Visit, key: BackupKey | None) -> None:
    """Which key is in use; toezicht can make another."""
    t = visit.t
    if key is None and not visit.keeps_backup_key():
        return  # The sentence above says who makes the first.
    st.header(t("backup.key"), anchor=False)
    if key is not None:
        st.markdown(t("backup.sealed_to", day=phrases.day(key.made_on, t)))
        st.code(key.fingerprint, language=None)
    if not visit.keeps_backup_key():
        if key is not None:
            st.markdown(t("backup.key.who"))
        return
    st.markdown(t("backup.key.text"))
    if session.remembered(PRIVATE):
        _confirm_new_key(visit)
    elif Form(visit, "new-backup-key").button(
        t("backup.key.another" if key else "backup.key.make")
    ):
        session.remember(PRIVATE, sealed_file.new_key()[0])
        uninterrupted.rerun()


def _confirm_new_key(visit: Visit) -> None:
    """Show the private part once; the key is used when that comes back from where it is kept."""
    t, form, private = visit.t, Form(visit, "keep-backup-key"), session.remembered(PRIVATE)
    st.warning(t("backup.key.once"))
    st.code(private, language=None, wrap_lines=True)
    with form.fields():
        typed = form.text("typed", t("backup.key.typed"), longest=LONGEST_KEY, autocomplete="off")
        sent = form.submit(t("backup.key.use"), primary=True)

    def use(actor: str, now: datetime) -> None:
        public = sealed_file.public_of(private)
        backup_key.choose(visit.context.engine, public, typed, actor, now)
        session.remember(PRIVATE, "")

    if sent:
        form.finish(use, t("backup.key.used"), TOP)
