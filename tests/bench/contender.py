"""One run of one contender of `loop`, in a process of its own: NAME KAFKA RECORDS."""

from __future__ import annotations

import asyncio
import logging
import os
import sys

import uvloop

from bench.loop import CONTENDERS

if __name__ == "__main__":
    logging.basicConfig(level=logging.CRITICAL, format="%(name)s: %(message)s")
    logging.getLogger("legation").setLevel(logging.WARNING)
    name, kafka, records = sys.argv[1:]
    asyncio.Runner(loop_factory=uvloop.new_event_loop).run(CONTENDERS[name](kafka, int(records)))
    os._exit(0)  # Faust's tasks do not all let themselves be cancelled
