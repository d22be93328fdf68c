"""Invitations: the codes, and how they reach people by mail, on paper or in a file.

Everybody gets a letter, and nobody gets it twice, except in one undecidable case. A letter is
*waiting*, then *sending* from just before it goes to the mail server, then *sent* or *refused*.
When a process dies while a letter is *sending*, the server may have accepted it without our having
heard. Such a letter is sent again. The second copy, if it is one, holds the same link and the same
Message-ID, by which many mailboxes recognise it and show one; a code counts once in any case. The
alternative would leave somebody without an invitation, and nobody would know.

One process sends at a time, so that the rate holds for all of them together; another takes over
when it falls silent.
"""
