"""What the worker logs: few lines, on stderr, for people or for machines."""

from __future__ import annotations

import logging
import sys
import time

import orjson

from legation.runtime.settings import LogFormat, LogLevel, Settings

QUIET_SECONDS = 30.0
"""A library that repeats itself is heard once in this time: clients log each attempt to reach a broker that is away."""


def set_up(settings: Settings) -> None:
    """Send all logs to stderr as the settings say. Libraries are heard from `warning` on, all of them at `debug`."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if settings.log_format is LogFormat.JSON else _Text())
    level = settings.log_level.value.upper()
    root = logging.getLogger()
    root.handlers[:] = [handler]
    if settings.log_level is LogLevel.DEBUG:
        root.setLevel(level)
        return
    handler.addFilter(_Repeats())
    root.setLevel(logging.WARNING)
    logging.getLogger("legation").setLevel(level)
    # Faust logs as an error, with a stack, what it then raises; we say it in one line.
    for name in ("faust", "mode"):
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


class _Repeats(logging.Filter):
    """Lets a library's message through once in `QUIET_SECONDS`, whatever the values in it."""

    def __init__(self) -> None:
        super().__init__()
        self._heard: dict[tuple[str, object], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("legation"):
            return True
        key = (record.name, record.msg)
        if record.created - self._heard.get(key, 0) < QUIET_SECONDS:
            return False
        if len(self._heard) > 1000:  # messages that are formatted before they are logged would fill it
            self._heard.clear()
        self._heard[key] = record.created
        return True
