"""What the worker logs: few lines, on stderr, for people or for machines."""

from __future__ import annotations

import logging
import sys
import time

import orjson

from legation.runtime.settings import LogFormat, LogLevel, Settings

_FAUST_CONSUMER = "legation.runtime.app"
"""Faust gives each service the log of the module that defines it: what this one logs is Faust's, not ours."""


def set_up(settings: Settings) -> None:
    """Send all logs to stderr as the settings say. What the Kafka libraries log is heard at `debug` only."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if settings.log_format is LogFormat.JSON else _Text())
    level = settings.log_level.value.upper()
    root = logging.getLogger()
    root.handlers[:] = [handler]
    if settings.log_level is LogLevel.DEBUG:
        root.setLevel(level)
        return
    root.setLevel(logging.WARNING)
    logging.getLogger("legation").setLevel(level)
    # They log as errors what is part of every start, each attempt to connect, and what they then raise, with a stack.
    # What of it matters is said once, by who deals with it.
    for name in ("faust", "mode", "aiokafka", _FAUST_CONSUMER):
        logging.getLogger(name).setLevel(logging.CRITICAL)


class _Text(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S")


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(entry).decode()
