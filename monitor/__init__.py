"""Teamklimaat: two flows that never meet.

The pulse, in one direction only::

    invitation -> answer sheet -> envelope -> ballot box -> (round closes) count and seal
    -> cells -> release -> score -> signal -> dashboard and team page

``pulse`` holds rounds, invitations, the ballot box, sealing and release; ``climate`` turns
released figures into scores with intervals and signals.

The klaagmuur, never joined to it::

    vent -> client-data check -> encrypt to the luisteraar -> store -> inbox -> reply -> expiry

``klaagmuur`` holds all of it. ``store`` is the database, ``access`` decides who may do what,
``web`` has the plain HTML pages and ``dashboard`` the Streamlit pages. Which package may import
which is in ``pyproject.toml`` and enforced by ``make check``.
"""

__version__ = "0.1.0"
