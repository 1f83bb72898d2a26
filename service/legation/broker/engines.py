"""Two ways to run the same server program: a Java of this machine, or the one in Apache's container image."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Protocol

from legation.broker.jars import KAFKA_VERSION, BrokerUnavailable, find_jars, find_java

_JVM = (
    "-Xmx512m",  # a dozen records of 40 MiB in flight; the default would be a quarter of the machine
    "-XX:+UseSerialGC",  # a small heap on few cores: no collector threads beside Kafka's own
    "-XX:TieredStopAtLevel=1",  # no optimising compiler, which would compete for the same cores during the start
    "-Djava.io.tmpdir=tmp",  # of its own: a killed server leaves unpacked native libraries behind
    "-Dlog4j2.configurationFile=log4j2.properties",
)
"""Paths are relative to the node's directory, in which all is run."""

_IMAGE = f"apache/kafka:{KAFKA_VERSION}"
_IMAGE_JARS = "/opt/kafka/libs/*"
"""Where the image has the distribution's jars."""


class NoEngine(BrokerUnavailable):
    """Nothing here can run the server program."""


class Engine(Protocol):
    """How to run one of Kafka's Java programs on a node's directory."""

    name: str
    listen_on: str
    """The address that the server binds to, as it sees the world."""
    parent_gone: signal.Signals
    """What a server's process is to be sent when the process that started it ends."""

    def command(self, directory: Path, port: int, *program: str) -> list[str]:
        """The command line for `program` (a class and its arguments), to be run in the node's `directory`."""


class Java:
    """Java here, with the jars that Maven brings."""

    name = "java"
    listen_on = "127.0.0.1"
    parent_gone = signal.SIGKILL  # it cannot refuse; Kafka recovers from that as from any crash

    def __init__(self) -> None:
        """Look for both.

        Raises:
            BrokerUnavailable: one of them cannot be had.
        """
        self._java = find_java()
        self._jars = find_jars()

    def command(self, directory: Path, port: int, *program: str) -> list[str]:
        """As `Engine.command`."""
        return [self._java, *_JVM, "-cp", f"{self._jars}/*", *program]


class Docker:
    """The `apache/kafka` image, which docker fetches on first use. The directory has the same path inside."""

    name = "docker"
    listen_on = "0.0.0.0"  # within the container; published on the host's loopback only
    parent_gone = signal.SIGTERM  # the client process passes it on to the server; it could not pass on a SIGKILL

    def __init__(self) -> None:
        """Look for a docker engine.

        Raises:
            BrokerUnavailable: there is none, or it does not answer.
        """
        if shutil.which("docker") is None:
            raise BrokerUnavailable(f"no docker on the PATH, to run {_IMAGE}")
        answer = subprocess.run(["docker", "version"], capture_output=True, text=True, check=False)
        if answer.returncode != 0:
            raise BrokerUnavailable(f"the docker engine does not answer: {answer.stderr.strip()[:200]}")

    def command(self, directory: Path, port: int, *program: str) -> list[str]:
        """As `Engine.command`."""
        container = ["--rm", "--name", container_name(directory), "--user", f"{os.getuid()}:{os.getgid()}"]
        reach = ["--volume", f"{directory}:{directory}", "--publish", f"127.0.0.1:{port}:{port}"]
        run = ["docker", "run", *container, *reach, "--workdir", str(directory), "--entrypoint", "java", _IMAGE]
        return [*run, *_JVM, "-cp", _IMAGE_JARS, *program]


def find_engine(nodes: int) -> Engine:
    """The first engine that works here: Java, else docker (which does for one node only).

    Raises:
        NoEngine: neither works; the message says why not, of both.
    """
    try:
        return Java()
    except BrokerUnavailable as no_java:
        try:
            docker = Docker()
        except BrokerUnavailable as no_docker:
            raise NoEngine(
                f"Apache Kafka cannot be run here.\n- {no_java}\n- {no_docker}\n"
                "Mend one of the two, or set LEGATION_KAFKA to the address of a cluster that runs."
            ) from None
        if nodes > 1:
            raise BrokerUnavailable(f"several nodes need Java on this machine: {no_java}") from None
        return docker


def container_name(directory: Path) -> str:
    """Name of the container that serves a node's directory: one directory, one container."""
    return f"legation-kafka-{hashlib.sha256(str(directory).encode()).hexdigest()[:12]}"


def send(engine: str, directory: Path, pid: int, number: signal.Signals) -> None:
    """Send a signal to the server in `directory`, which `engine` (by name) runs as process `pid`."""
    if engine == Docker.name:
        # Not to the client: it would take SIGKILL and SIGSTOP for itself.
        command = ["docker", "kill", f"--signal={number.name}", container_name(directory)]
        subprocess.run(command, capture_output=True, check=False)
        return
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return  # it ended just now
