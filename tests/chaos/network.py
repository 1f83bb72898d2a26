"""A network of two: the brokers on this side, workers in a Linux network namespace on the other. Needs root."""

from __future__ import annotations

import os
import subprocess
from types import TracebackType
from typing import Self

_CUT = ("tbf", "rate", "8bit", "burst", "10", "limit", "1")
"""A token bucket too small for any packet: all are dropped without a word, as by a cable that is out."""

_SLOW = ("tbf", "rate", "4mbit", "burst", "32kbit", "latency", "400ms")
"""A line of 4 Mbit/s that drops what would wait for longer than 400 ms. (netem, which could do more, is in few kernels;
the token bucket is in all.)"""


class Network:
    """A cable between here and a namespace, as a context manager."""

    def __init__(self) -> None:
        """Choose names and addresses by the process id, so that two runs do not meet."""
        number = os.getpid() % 16_000
        self.namespace = f"legation-chaos-{number}"
        self._ends = f"chaos{number}a", f"chaos{number}b"
        subnet, host = divmod(4 * number, 256)
        self.host = f"10.213.{subnet}.{host + 1}"
        """Address of this side."""
        self.worker_host = f"10.213.{subnet}.{host + 2}"
        """Address of the other side."""

    @property
    def launcher(self) -> tuple[str, ...]:
        """What starts a command on the other side."""
        return ("ip", "netns", "exec", self.namespace)

    def __enter__(self) -> Self:
        """Lay the cable."""
        here, there = self._ends
        _run("ip", "netns", "add", self.namespace)
        try:
            _run("ip", "link", "add", here, "type", "veth", "peer", "name", there, "netns", self.namespace)
            _run("ip", "addr", "add", f"{self.host}/30", "dev", here)
            _run("ip", "link", "set", here, "up")
            _run("ip", "-n", self.namespace, "addr", "add", f"{self.worker_host}/30", "dev", there)
            _run("ip", "-n", self.namespace, "link", "set", there, "up")
            _run("ip", "-n", self.namespace, "link", "set", "lo", "up")
        except BaseException:
            _run("ip", "netns", "del", self.namespace)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take it away, with all that it was laid to."""
        _run("ip", "netns", "del", self.namespace)

    def cut(self) -> None:
        """Let nothing through any more, either way."""
        self._shape("replace", *_CUT)

    def slow(self) -> None:
        """Let little through, either way."""
        self._shape("replace", *_SLOW)

    def mend(self) -> None:
        """Let everything through again; what TCP has kept comes late."""
        self._shape("del")

    def _shape(self, action: str, *how: str) -> None:
        here, there = self._ends
        _run("tc", "qdisc", action, "dev", here, "root", *how)
        _run("tc", "-n", self.namespace, "qdisc", action, "dev", there, "root", *how)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
