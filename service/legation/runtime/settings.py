"""What the environment says: LEGATION_* variables, read once, checked all together, as one frozen object."""
# ruff: noqa: RUF009  -- `_setting` makes a dataclass field

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

E = TypeVar("E", bound=StrEnum)

PREFIX = "LEGATION_"

_INTERNAL = f"{PREFIX}INTERNAL_"
"""Begins what one process of ours tells another."""

_SERVICE_LINK = re.compile(r".*_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)")
"""What Kubernetes puts into every container for a service whose name begins with `legation-`. LEGATION_X_PORT too, with
an address such as tcp://10.0.0.1:9464."""


class BadSettings(ValueError):
    """The environment cannot be used. `faults` has one line a fault, each saying what to mend."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class LogFormat(StrEnum):
    """Lines for people, or one JSON object a line for machines."""

    TEXT = "text"
    JSON = "json"


class LogLevel(StrEnum):
    """From what on an entry is logged. `debug` opens the libraries' own logs too, and costs throughput."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Protocol(StrEnum):
    """How to talk to the brokers."""

    PLAINTEXT = "PLAINTEXT"
    SSL = "SSL"
    SASL_PLAINTEXT = "SASL_PLAINTEXT"
    SASL_SSL = "SASL_SSL"


class Mechanism(StrEnum):
    """How to prove who one is."""

    PLAIN = "PLAIN"
    SCRAM_SHA_256 = "SCRAM-SHA-256"
    SCRAM_SHA_512 = "SCRAM-SHA-512"


def _servers(text: str) -> str:
    for server in text.split(","):
        found = re.fullmatch(r"(?:\[[0-9a-fA-F:]+\]|[\w.-]+):(\d{1,5})", server.strip())
        if found is None or not 0 < int(found[1]) < 65_536:
            raise ValueError(f"{server.strip()!r} is not host:port; give one or more, with commas between")
    return ",".join(server.strip() for server in text.split(","))


def _name(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,99}", text):
        raise ValueError("use lower-case letters, digits, dots and hyphens, at most 100")
    return text


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _choice(kind: type[E]) -> Callable[[str], E]:
    def parse(text: str) -> E:
        for member in kind:
            if member.value.lower() == text.lower():
                return member
        raise ValueError(f"choose one of {', '.join(kind)}")

    return parse


def _whole(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch(r"-?\d+", text) or not least <= int(text) <= most:
            raise ValueError(f"give a whole number from {least} to {most}")
        return int(text)

    return parse


def _number(least: float, most: float) -> Callable[[str], float]:
    def parse(text: str) -> float:
        if not re.fullmatch(r"\d+(\.\d+)?", text) or not least <= float(text) <= most:
            raise ValueError(f"give a number from {least:g} to {most:g}")
        return float(text)

    return parse


def _existing_file(text: str) -> Path:
    if not Path(text).is_file():
        raise ValueError("there is no such file")
    return Path(text)


def _cores() -> int:
    """Cores that this process may use. A container's CPU quota does not show here: set LEGATION_PROCESSES then."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _state_home() -> Path:
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "legation" / "worker"


def _setting(
    parse: Callable[[str], Any], default: Any, meaning: str, *, shown: str | None = None, secret: bool = False
) -> Any:
    """A field read by `parse` from its variable; `meaning` says what it is for and why it has this default."""
    metadata = {"parse": parse, "meaning": meaning, "shown": shown, "secret": secret}
    if callable(default):
        return field(default_factory=default, repr=not secret, metadata=metadata)
    return field(default=default, repr=not secret, metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that can be set. `kafka` is read from LEGATION_KAFKA, and so on; an empty variable counts as not set."""

    kafka: str = _setting(_servers, "127.0.0.1:9092", "Addresses of the cluster: host:port, with commas between.")
    group: str = _setting(
        _name,
        "legation",
        "Stem of the consumer groups: stage clean reads as group legation.clean. Each stage has a group of its own, so "
        "that stages can be spread over deployments without losing their place.",
    )
    stages: tuple[str, ...] = _setting(_names, (), "Stages to run, with commas between; none means all.", shown="all")
    processes: int = _setting(
        _whole(1, 256),
        _cores,
        "Worker processes that clean, classify and enrich share. One a core: they do nothing but compute.",
        shown="one a core",
    )
    data_dir: Path = _setting(
        Path,
        _state_home,
        "Where the state of consolidate lives. May be lost: it is read again from its changelog topic.",
        shown="~/.local/state/legation/worker",
    )
    metrics_host: str = _setting(
        str, "127.0.0.1", "Address that metrics and health listen on. Loopback, since they ask for no password."
    )
    metrics_port: int = _setting(
        _whole(0, 65535),
        9464,
        "Their port; 0 takes a free one. 9464 is the one Prometheus exporters use by convention.",
    )
    log_format: LogFormat = _setting(_choice(LogFormat), LogFormat.TEXT, "text or json.")
    log_level: LogLevel = _setting(
        _choice(LogLevel), LogLevel.INFO, "debug, info, warning or error. debug shows the libraries' logs too."
    )
    replication: int | None = _setting(
        _whole(1, 15),
        None,
        "Copies of the changelog topic, which the worker creates; as `legation topics apply` does for the others.",
        shown="3, or all brokers if fewer",
    )

    kafka_security_protocol: Protocol = _setting(
        _choice(Protocol), Protocol.PLAINTEXT, "PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL."
    )
    kafka_sasl_mechanism: Mechanism | None = _setting(
        _choice(Mechanism), None, "PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512; needed with SASL."
    )
    kafka_username: str | None = _setting(str, None, "Needed with SASL.", secret=True)
    kafka_password: str | None = _setting(str, None, "Needed with SASL.", secret=True)
    kafka_ca_file: Path | None = _setting(
        _existing_file, None, "Certificates (PEM) to trust in place of the system's own, with SSL."
    )

    state_days: int = _setting(
        _whole(180, 3650),
        400,
        "Mentions that may be one event are forgotten when for so long none has come to join them: by the brokers' "
        "clock, whatever day the event was on. A year, for anniversaries; at least twice as long as mentions lie on "
        "their topic.",
    )

    chunk_records: int = _setting(
        _whole(1, 1000),
        128,
        "Most records handed to a worker process at once. How many it is goes by how long they take: about a quarter "
        "of a second. Quick stages reach this; more gained nothing.",
    )
    chunk_bytes: int = _setting(
        _whole(1024, 64 * 1024 * 1024),
        512 * 1024,
        "A chunk ends with the record that brings it to so many bytes. Bounds what is in flight.",
    )
    queue_records: int = _setting(
        _whole(16, 65536),
        512,
        "Most records of a stage that wait in this process. Enough for a tenth of a second at 5,000 a second; at 10 KB "
        "an article, 5 MB.",
    )
    recycle_after: int = _setting(
        _whole(1, 1_000_000_000),
        20_000,
        "A worker process is replaced after so many records: parsers keep strings for ever. Costs some milliseconds.",
    )
    process_memory_mb: int = _setting(
        _whole(128, 1024 * 1024),
        1024,
        "A worker process that asks for more memory than this is replaced and its record tried alone. Thrice what the "
        "parser needs.",
    )
    breaker_share: float = _setting(
        _number(0.001, 1),
        0.5,
        "The worker stops when more than this share of a stage's last LEGATION_BREAKER_WINDOW records were "
        "dead-lettered: then the fault is likely ours, and should not empty the topic into its dead letters.",
    )
    breaker_window: int = _setting(
        _whole(10, 1_000_000), 1000, "See LEGATION_BREAKER_SHARE. Enough that chance does not trip it."
    )
    breaker_run: int = _setting(
        _whole(2, 1_000_000),
        250,
        "The worker stops after so many dead letters of a stage one after the other. A feed that sends a batch of "
        "broken payloads stays below it.",
    )
    commit_seconds: float = _setting(
        _number(0.1, 60), 1.0, "Offsets are committed this often. What a kill repeats is at most this much work."
    )
    session_seconds: float = _setting(
        _number(1, 300),
        10.0,
        "A worker that the cluster has not heard of for so long loses its partitions. Heartbeats have a thread of "
        "their own, and are sent every second.",
    )
    delivery_seconds: float = _setting(
        _number(5, 3600),
        180.0,
        "A message that the cluster has not taken for so long stops the worker. Outlasts the restart of a broker.",
    )
    drain_seconds: float = _setting(
        _number(1, 600),
        9.0,
        "On SIGTERM, work in hand gets so long to finish; what has not is done again after the next start. With four "
        "seconds to leave the groups it ends within fifteen.",
    )
    stall_seconds: float = _setting(
        _number(5, 3600),
        120.0,
        "The worker ends when there are records to read and nothing has moved for so long. Four times what the slowest "
        "stage may take for one record.",
    )

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read and check everything. A LEGATION_* variable that is no setting is a fault too.

        Raises:
            BadSettings: with all faults, not only the first.
        """
        environ = os.environ if environ is None else environ
        values: dict[str, Any] = {}
        faults: list[str] = []
        for it in fields(cls):
            name = variable(it.name)
            try:
                text = _lookup(environ, it)
                if text is not None:
                    values[it.name] = it.metadata["parse"](text)
            except ValueError as error:
                faults.append(f"{name}: {error}")
        faults += _unknown(environ)
        if not faults:
            settings = cls(**values)
            faults = settings._contradictions()
            if not faults:
                return settings
        raise BadSettings(faults)

    def _contradictions(self) -> list[str]:
        faults = []
        sasl = self.kafka_security_protocol in (Protocol.SASL_PLAINTEXT, Protocol.SASL_SSL)
        for name in ("kafka_sasl_mechanism", "kafka_username", "kafka_password"):
            given = getattr(self, name) is not None
            if sasl and not given:
                faults.append(f"{variable(name)}: needed with LEGATION_KAFKA_SECURITY_PROTOCOL={self._protocol}")
            if given and not sasl:
                faults.append(
                    f"{variable(name)}: would not be used with LEGATION_KAFKA_SECURITY_PROTOCOL={self._protocol}; "
                    "set SASL_SSL there, or leave it out here"
                )
        if self.kafka_ca_file is not None:
            if self._protocol in (Protocol.PLAINTEXT, Protocol.SASL_PLAINTEXT):
                faults.append(f"LEGATION_KAFKA_CA_FILE: would not be used with a protocol of {self._protocol}")
            else:
                try:
                    self.ssl_context()
                except (ssl.SSLError, OSError) as error:
                    faults.append(f"LEGATION_KAFKA_CA_FILE: {self.kafka_ca_file} holds no certificate ({error})")
        return faults

    @property
    def _protocol(self) -> str:
        return self.kafka_security_protocol.value

    def ssl_context(self) -> ssl.SSLContext | None:
        """What to trust, or None where nothing is encrypted."""
        if self.kafka_security_protocol in (Protocol.PLAINTEXT, Protocol.SASL_PLAINTEXT):
            return None
        return ssl.create_default_context(cafile=None if self.kafka_ca_file is None else str(self.kafka_ca_file))

    def client_options(self) -> dict[str, Any]:
        """Keyword arguments that every aiokafka client takes: where the cluster is and how to be let in."""
        return {
            "bootstrap_servers": self.kafka,
            "security_protocol": self._protocol,
            "ssl_context": self.ssl_context(),
            "sasl_mechanism": (self.kafka_sasl_mechanism or Mechanism.PLAIN).value,
            "sasl_plain_username": self.kafka_username,
            "sasl_plain_password": self.kafka_password,
        }


def variable(name: str) -> str:
    """The environment variable of a field."""
    return PREFIX + name.upper()


def _lookup(environ: Mapping[str, str], it: Field[Any]) -> str | None:
    """The text of a setting, from its variable or, for a secret, from the file that NAME_FILE names."""
    name = variable(it.name)
    text, path = environ.get(name), environ.get(f"{name}_FILE") if it.metadata["secret"] else None
    if text and path:
        raise ValueError(f"is set twice, here and by {name}_FILE; leave one of them out")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"{name}_FILE cannot be read: {error}") from None
    return text or None


def _unknown(environ: Mapping[str, str]) -> Iterator[str]:
    """A fault for each variable that looks like a setting and is none: mistyped, it would have no effect in silence."""
    known = {name for row in table() for name in row[0].split(", ")}
    for name, text in sorted(environ.items()):
        if not text or not name.startswith(PREFIX) or name.startswith(_INTERNAL) or name in known:
            continue
        if _SERVICE_LINK.fullmatch(name) or (name.endswith("_PORT") and "://" in text):
            continue
        near = get_close_matches(name.removeprefix(PREFIX), sorted(it.removeprefix(PREFIX) for it in known), n=1)
        hint = f"did you mean {PREFIX}{near[0]}?" if near else "`legation worker --help` lists them all"
        yield f"{name}: there is no such setting; {hint}"


def table() -> list[tuple[str, str, str]]:
    """(variable, default, meaning) of every setting, for help and documentation."""
    rows = []
    for it in fields(Settings):
        shown = it.metadata["shown"]
        if shown is None:
            shown = "" if it.default is None or it.default is MISSING else str(it.default)
        name = variable(it.name)
        rows.append((f"{name}, {name}_FILE" if it.metadata["secret"] else name, shown, it.metadata["meaning"]))
    return rows
