"""Stops a stage that dead-letters too much: then the fault is more likely ours than the records'."""

from __future__ import annotations

from collections import deque

from legation.runtime.control import EX_DATAERR


class BreakerOpen(RuntimeError):
    """Too many dead letters. The message has the numbers."""

    status = EX_DATAERR


class Breaker:
    """Watches one stage: the share of dead letters among its last `window` records, and their longest run."""

    def __init__(self, stage: str, *, share: float, window: int, run: int) -> None:
        """Closed, with nothing seen."""
        self._stage = stage
        self._share = share
        self._most_run = run
        self._window: deque[bool] = deque(maxlen=window)
        self._dead = 0
        self._run = 0

    def note(self, dead: bool) -> None:
        """One more record, dead-lettered or not. To be called before its dead letter is sent.

        Raises:
            BreakerOpen: this one is too many.
        """
        full = len(self._window) == self._window.maxlen
        self._dead += dead - (full and self._window[0])
        self._window.append(dead)
        self._run = self._run + 1 if dead else 0
        if self._run >= self._most_run:
            raise BreakerOpen(f"{self._stage} rejected {self._run} records in a row")
        if full and self._dead > self._share * len(self._window):
            raise BreakerOpen(f"{self._stage} rejected {self._dead} of its last {len(self._window)} records")
