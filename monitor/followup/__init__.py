"""This package is about what a team does with its results.

It suggests a conversation after a signal, keeps what was agreed, and estimates how the level after
an action differs from the level before it.

For pages and reports:

- ``methods``, ``dilemmas``, ``cards``, ``suggestion``: what can be read and chosen; ``library``
  reads all of it once.
- ``conversations``: ``plan``, ``settle``, ``listing``.
- ``actions``: ``add``, ``close``, ``listing``, ``get``, ``requests``, ``answer_request``.
- ``team_log``: ``lines``, ``latest``, ``write``, ``withdraw``, ``blank``.
- ``compass``: ``agreements``, ``agree``, ``drop``, ``promise_of``, ``make_promise``.
  Every call that writes is one transaction and refuses what may not be stored; ``records`` has the
  values and the states.
- ``estimates``: ``sensitivity`` (before the start), ``freeze_due`` and ``stored`` (after 3 and 6
  released months), ``what_helps`` (pooled per kind and theme). ``Estimate.difference`` has
  ``cautious``, which comes first, ``interval`` and ``word``; ``Estimate.beyond_others`` likewise.
- ``figures``: the same in whole points, as in the export. What a page shows is one of these.
- ``before_after``, ``sensitivity``, ``others`` and ``pooled``: the rules, without a
  store. ``nightly``: what runs once a day.

The pages check permissions: ``REPLY_TO_TEAM`` for the unit before anything is written for it,
``BLANK_TEAM_LINES`` before a line is blanked. Nothing here knows a person, an answer or a vent.
"""
