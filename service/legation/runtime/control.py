"""Whether to go on: what agents and the worker tell each other."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, cast

EX_DATAERR = 65
EX_UNAVAILABLE = 69
EX_SOFTWARE = 70
EX_CONFIG = 78
"""Exit statuses of sysexits.h: too many bad records; something outside is missing; a fault of ours; bad settings."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the worker has to end: a message for people, and its exit status."""

    message: str
    status: int


class Control:
    """The one place where a worker is told to drain or to end."""

    def __init__(self) -> None:
        """Going on."""
        self.draining = asyncio.Event()
        """Set when no more records are to be taken."""
        self.failed = asyncio.Event()
        self.failure: Failure | None = None
        """The first one; later ones follow from it."""

    def fail(self, message: str, status: int) -> None:
        """Have the worker end without acknowledging what is in hand."""
        if self.failure is None:
            self.failure = Failure(message, status)
            self.failed.set()

    async def guard(self, name: str, body: Coroutine[Any, Any, None]) -> None:
        """Run an agent's body and let nothing out of it: Faust would acknowledge the records that it had in hand.

        A fault ends the worker, by `fail`, and this waits until that has come to pass. So does being cancelled while
        the worker goes on, since Faust would start the agent anew without the records in hand.

        One that is cancelled when the worker is ending, ends, whatever else comes of it: as it cancels an agent, once,
        Faust takes its queue away too, and then waits for it.
        """
        task = cast(asyncio.Task[None], asyncio.current_task())
        try:
            await body
        except BaseException as error:
            if task.cancelling() and (self.draining.is_set() or self.failure is not None):
                raise asyncio.CancelledError from error
            first = _first(error)
            if isinstance(first, asyncio.CancelledError):
                self.fail(f"agent {name} was cancelled", EX_SOFTWARE)
            else:
                self.fail(f"{name}: {str(first) or type(first).__name__}", getattr(first, "status", EX_SOFTWARE))
        else:
            if not self.draining.is_set():
                self.fail(f"agent {name} ended", EX_SOFTWARE)
        await asyncio.Event().wait()


def _first(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
