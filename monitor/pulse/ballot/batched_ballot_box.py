"""The ballot box for a web server: requests of the same moment share one transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Generic, Protocol, TypeVar

from monitor.context import AppContext
from monitor.errors import CodeMalformed, Refusal, StoreBusy
from monitor.pulse.ballot.ballot_box import Form, ReadForm, Submission, submit_forms
from monitor.pulse.ballot.batcher import Batcher
from monitor.pulse.ballot.code_lookup import InvitedSheet, LookupResult, look_up
from monitor.pulse.invitations import codes

MOST_SHEETS = 16
"""Rounds of which the questions are remembered, for when the store is busy."""

Result = TypeVar("Result")


class RunInThread(Protocol):
    """Runs a function in a worker thread."""

    def __call__(self, work: Callable[[], Result], /) -> Awaitable[Result]:
        """The result of `work`."""


class BatchedBallotBox(Generic[Form]):
    """As `ballot_box`, for many people at once.

    Parameters
    ----------
    context
        Returns the context to work in; called for each batch.
    run_reader, run_writer
        Run work that only reads the store, and work that writes.
    """

    def __init__(
        self,
        context: Callable[[], AppContext],
        run_reader: RunInThread,
        run_writer: RunInThread,
    ) -> None:
        self._context = context
        self._run_reader = run_reader
        self._run_writer = run_writer
        self._lookups = Batcher("ballot_box_lookups", self._look_up_all)
        self._submissions = Batcher("ballot_box_submissions", self._submit_all)
        self._sheets: dict[tuple[str, str], InvitedSheet] = {}

    async def open_sheet(self, typed: str) -> InvitedSheet | Refusal:
        """The sheet a code opens, or why it opens none; raises StoreBusy."""
        lookup = await self._lookups.process(typed)
        return lookup if isinstance(lookup, Refusal) else lookup[0]

    async def submit(self, typed: str, read_form: ReadForm[Form]) -> Submission[Form] | Refusal:
        """Submit a form with a code as typed, if the form may be submitted.

        When the store is busy, the form is read with the questions last seen for its round; the
        result is StoreBusy when no questions were seen.
        """
        try:
            return await self._submissions.process((typed, read_form))
        except StoreBusy as busy:
            return self._keep(typed, read_form) or busy

    async def _look_up_all(self, typed: Sequence[str]) -> list[LookupResult]:
        return await self._run_reader(partial(self._look_up, self._context(), typed))

    async def _submit_all(
        self, forms: Sequence[tuple[str, ReadForm[Form]]]
    ) -> list[Submission[Form] | Refusal]:
        return await self._run_writer(partial(self._submit, self._context(), forms))

    def _look_up(self, context: AppContext, typed: Sequence[str]) -> list[LookupResult]:
        lookups = look_up(context, typed)
        for lookup in lookups:
            if not isinstance(lookup, Refusal):
                self._remember(context, lookup[0])
        return lookups

    def _submit(
        self, context: AppContext, forms: Sequence[tuple[str, ReadForm[Form]]]
    ) -> list[Submission[Form] | Refusal]:
        lookups = self._look_up(context, [typed for typed, _ in forms])
        read_forms = [read_form for _, read_form in forms]
        return submit_forms(context, list(zip(lookups, read_forms, strict=True)))

    def _remember(self, context: AppContext, sheet: InvitedSheet) -> None:
        if len(self._sheets) >= MOST_SHEETS:
            self._sheets.clear()
        self._sheets[context.settings.database_url, sheet.round.period] = sheet

    def _keep(
        self, typed: str, read_form: ReadForm[Form]
    ) -> Submission[Form] | CodeMalformed | None:
        try:
            period = codes.parse(typed).period
        except CodeMalformed as refusal:
            return refusal
        sheet = self._sheets.get((self._context().settings.database_url, period))
        if sheet is None:
            return None
        return Submission(sheet, read_form(sheet.questionnaire), store_busy=True)
