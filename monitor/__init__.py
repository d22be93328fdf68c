"""Teamklimaat: the map of the two flows.

The pulse, one direction only::

    invitation -> answer sheet -> envelope -> ballot box -> (round closes) count and seal
    -> cells -> release -> score -> signal -> dashboard and team page

``pulse`` holds rounds, invitations, the ballot box, sealing and release; ``climate`` turns
released figures into scores with intervals and signals.

The klaagmuur, beside it and never joined to it::

    vent -> client-data check -> encrypt to the luisteraar -> store -> inbox -> reply -> expiry

``klaagmuur`` holds all of it. ``store`` is the one place that knows the database, ``access``
who may do what, ``web`` the plain HTML pages, ``dashboard`` the Streamlit pages. Who may
import whom is written down in ``pyproject.toml`` and enforced by ``make check``.
"""
