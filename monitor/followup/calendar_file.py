"""A planned conversation as a file for a calendar (iCalendar, RFC 5545).

A calendar is shared with others, so nothing of what the conversation is about goes into it: a fixed
title, a beginning and an end. No method, theme, unit, organiser or link.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from monitor.followup.records import Conversation

TITLE = "Teamgesprek"
PRODUCT = "-//Teamgesprek//NL"


def calendar_file(conversation: Conversation, now: datetime) -> bytes:
    """The conversation as an event; `now` is when the file is made.

    The same conversation always has the same random UID, so that a calendar that gets the file
    twice holds one event.
    """
    event = Event()
    event.add("uid", hashlib.sha256(b"teamgesprek\0" + conversation.id.encode()).hexdigest()[:32])
    event.add("dtstamp", now)
    event.add("dtstart", conversation.starts_at)
    event.add("dtend", conversation.starts_at + timedelta(minutes=conversation.minutes))
    event.add("summary", TITLE)
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content
