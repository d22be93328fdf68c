"""Delivery: invitations and reminders by mail, and slips on paper.

Nobody is skipped, and nobody gets a letter twice, save in one case nobody can decide. A letter is
*waiting*, then *sending* from just before the mail server hears of it, then *sent* or *refused*.
When a process dies in between, its letter is in doubt: the server may have taken it without our
having heard so. Such a letter is sent again. The second copy, if it is one, holds the same link
and the same Message-ID, by which many mailboxes recognise it and show one; a code counts once in
any case. The other choice would leave somebody without an invitation, and nobody would know.

One process at a time sends, so that the rate holds for all of them together; another takes over
when it falls silent.
"""
