"""Stages at work in this very process, for `extract`, `explain` and `eval`."""

from __future__ import annotations

import gc
import signal
from collections.abc import Sequence
from functools import cache
from typing import Any

import click

from legation.outcomes import Reject, RejectReason
from legation.pipeline import Step, steps
from legation.topology import Stage


@cache
def begin(stage: Stage[Any, Any]) -> None:
    """Have a stage load what it needs, for as long as that takes. What is there then stays: looking through it for
    garbage again and again would take a ninth of the time of dense news.

    Raises:
        ClickException: a data file or the model is not as it should be: every article would end with that fault.
    """
    try:
        if stage.warm is not None:
            stage.warm()
    except Exception as error:
        raise click.ClickException(f"{stage.name} cannot start: {str(error) or type(error).__name__}") from None
    gc.freeze()


class _TooLong(BaseException):
    """The time is up. No Exception, since a stage that raises one has done with its record."""


def within_time(stage: Stage[Any, Any], values: Sequence[bytes | None]) -> list[Step]:
    """As `steps`, with the stage's limit on seconds of CPU: what takes longer is tried alone, and then rejected.

    Ends loops and runaway patterns. What does not come back from a library in C is ended only in the worker, whose
    processes may be killed.
    """
    if not values or not hasattr(signal, "setitimer"):  # Windows has none
        return steps(stage, values)
    begin(stage)

    def time_is_up(*_: object) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGPROF, time_is_up)
    try:
        signal.setitimer(signal.ITIMER_PROF, stage.seconds)
        return steps(stage, values)
    except _TooLong:
        if len(values) > 1:
            return [step for value in values for step in within_time(stage, [value])]
        return [Step(reject=Reject(RejectReason.TIMEOUT, f"{stage.name} took more than {stage.seconds:g} s of CPU"))]
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
