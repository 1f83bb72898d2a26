"""A small Apache Kafka of one's own: in a data directory, on the loopback interface, gone when it is not wanted."""

from __future__ import annotations

import asyncio
import base64
import fcntl
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError

from legation.broker.engines import Engine, find_engine, send
from legation.broker.jars import BrokerUnavailable

START_SECONDS = 120
"""A node answers after three seconds on an idle core; a loaded machine may well take thirty times as long."""

STOP_SECONDS = 15
"""A node stops in half a second. Those that have lost their quorum would wait for it for minutes: killed after this."""

_LOG_BYTES = 10_000_000
"""A log larger than this is put aside (one generation) at the next start; a start writes about 60 KB."""

_CONFIG = "server.properties"

LOOPBACK = "127.0.0.1"
"""Nothing keeps anyone out of these brokers but that nobody else can reach them."""

_HERE = Path(__file__).parent


class EmbeddedKafka:
    """One or more nodes of Apache Kafka (KRaft, each both broker and controller), as a context manager.

    The data lives in `data_dir` and outlives the nodes: what is started there again, on whatever port, has it.
    Unless `detached`, a server does not outlive the process (on Linux; elsewhere only `stop` ends it), nor indeed the
    thread, that started it. So start it from a thread that stays, such as the main one.

        with EmbeddedKafka(tmp_path) as kafka:
            consume_from(kafka.bootstrap)
            kafka.kill()                # every node, at once, by SIGKILL
            kafka.start()               # again, on the same port with the same data
            kafka.nodes[0].suspend()    # SIGSTOP: it is there, but says nothing
    """

    def __init__(
        self, data_dir: Path, *, port: int = 0, nodes: int = 1, detached: bool = False, host: str = LOOPBACK
    ) -> None:
        """Choose ports; nothing is started yet. Node i listens on `port` + i, or all on free ports where it is 0.

        `host`: an address of this machine that clients reach the nodes at. Whoever can reach it is let in.
        """
        self.data_dir = data_dir.absolute()
        self.detached = detached
        self.host = host
        free = free_ports(2 * nodes)
        self.nodes = tuple(
            Node(
                i + 1, self.data_dir / f"node-{i + 1}", port=port + i if port else free[i], quorum_port=free[nodes + i]
            )
            for i in range(nodes)
        )

    @property
    def bootstrap(self) -> str:
        """Addresses for clients, as `bootstrap.servers` wants them."""
        return ",".join(f"{self.host}:{node.port}" for node in self.nodes)

    def start(self) -> None:
        """Start all nodes that do not run and wait until all answer.

        Raises:
            BrokerUnavailable: a port is taken, the directory is in use, there is neither Java nor docker, or a node
                ended or did not answer in time. Nothing that this started is left running then.
        """
        engine = find_engine(len(self.nodes))
        for node in self.nodes:
            node.require_own()
        stopped = [node for node in self.nodes if not node.running]
        self._configure(engine, stopped)
        try:
            for node in stopped:
                node.start(engine, detached=self.detached)
            self.wait()
        except BaseException:  # Ctrl-C too
            _stop(stopped, STOP_SECONDS)
            raise

    def wait(self, seconds: float = START_SECONDS) -> None:
        """Wait until every node has joined the cluster.

        Raises:
            BrokerUnavailable: a node has ended, or they did not answer in time. The end of its log is in the message.
        """
        deadline = time.monotonic() + seconds
        while not self._complete():
            for node in self.nodes:
                if not node.running:
                    raise BrokerUnavailable(f"Kafka ended while it started. The end of {node.log}:\n{node.log_end()}")
            if time.monotonic() > deadline:
                node = self.nodes[0]
                raise BrokerUnavailable(f"Kafka has not answered for {seconds:g} s; see {node.log}:\n{node.log_end()}")
            time.sleep(0.05)

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Ask all nodes to end (SIGTERM), wait, and kill those that have not after `seconds`."""
        _stop(self.nodes, seconds)

    def kill(self) -> None:
        """End all nodes by SIGKILL, as a crash would."""
        for node in self.nodes:
            node.kill()

    def restart(self) -> None:
        """Stop and start again, on the same ports with the same data."""
        self.stop()
        self.start()

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def _configure(self, engine: Engine, stopped: Sequence[Node]) -> None:
        """Write the configuration of the nodes to be started, and prepare the data directories where they are new."""
        formatted = list(self.data_dir.glob("node-*/data/meta.properties"))
        if formatted and len(formatted) != len(self.nodes):
            raise BrokerUnavailable(
                f"{self.data_dir} holds a cluster of {len(formatted)} nodes, not {len(self.nodes)}: "
                "use another data directory, or delete this one with all that is in it"
            )
        voters = ",".join(f"{node.id}@127.0.0.1:{node.quorum_port}" for node in self.nodes)
        for node in stopped:
            listen_on = engine.listen_on if self.host == LOOPBACK else self.host
            node.configure(_properties(node, voters, len(self.nodes), listen_on, self.host))
        if not formatted:
            cluster_id = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
            try:
                for node in self.nodes:
                    node.format(engine, cluster_id)
            except BaseException:  # Ctrl-C too: half a cluster would be refused the next time
                for node in self.nodes:
                    shutil.rmtree(node.directory / "data", ignore_errors=True)
                raise

    def _complete(self) -> bool:
        if not all(_listens(self.host, node.port) for node in self.nodes):
            return False
        with ThreadPoolExecutor(1) as pool:  # the caller's own thread may run an event loop already
            return pool.submit(asyncio.run, _count_brokers(self.bootstrap)).result() == len(self.nodes)


class Node:
    """One server process and its directory: `server.properties`, `data/`, `broker.log`, `pid`."""

    def __init__(self, node_id: int, directory: Path, *, port: int, quorum_port: int) -> None:
        """Name the parts; touches nothing."""
        self.id = node_id
        self.directory = directory
        self.port = port
        self.quorum_port = quorum_port
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """What the server says of itself, over all its starts."""
        return self.directory / "broker.log"

    @property
    def pid(self) -> int | None:
        """Process id of the server if it runs, whoever started it."""
        server = find_server(self.directory)
        return server.pid if server else None

    @property
    def running(self) -> bool:
        """Whether the server's process is there (it may be starting, or suspended)."""
        if self._process is not None:
            return self._process.poll() is None
        return self.pid is not None

    def require_own(self) -> None:
        """Refuse a directory in which someone else's server runs, on ports that we do not know.

        Raises:
            BrokerUnavailable: one does.
        """
        if self._process is None and (pid := self.pid):
            raise BrokerUnavailable(f"a broker runs in {self.directory} already, as process {pid}")

    def log_end(self) -> str:
        """The last lines of the log."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-10:])

    def configure(self, properties: dict[str, str]) -> None:
        """Write what the server reads at its start."""
        shutil.rmtree(self.directory / "tmp", ignore_errors=True)
        (self.directory / "tmp").mkdir(parents=True)
        shutil.copy(_HERE / "log4j2.properties", self.directory)
        (self.directory / _CONFIG).write_text("".join(f"{key}={value}\n" for key, value in properties.items()))

    def format(self, engine: Engine, cluster_id: str) -> None:
        """Prepare an empty data directory (`kafka-storage format`).

        Raises:
            BrokerUnavailable: the tool failed; its own words are in the message.
        """
        program = ("kafka.tools.StorageTool", "format", f"--cluster-id={cluster_id}", "--config", _CONFIG)
        command = engine.command(self.directory, self.port, *program)
        done = subprocess.run(
            command, cwd=self.directory, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise BrokerUnavailable(f"cannot prepare {self.directory}:\n{(done.stderr or done.stdout).strip()[-1000:]}")

    def start(self, engine: Engine, *, detached: bool = False) -> None:
        """Start the server; `EmbeddedKafka.wait` tells when it answers.

        Raises:
            BrokerUnavailable: another server uses the directory, or something listens on the port.
        """
        command = engine.command(self.directory, self.port, "kafka.Kafka", _CONFIG)
        if not detached:
            launch = [sys.executable, "-IS", str(_HERE / "launch.py"), str(os.getpid()), str(int(engine.parent_gone))]
            command = [*launch, *command]
        if self.log.exists() and self.log.stat().st_size > _LOG_BYTES:
            self.log.rename(self.log.with_suffix(".log.1"))
        with open(self.directory / "pid", "a+b") as pid_file, open(self.log, "ab") as log:
            try:
                fcntl.flock(pid_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BrokerUnavailable(f"a broker is being started in {self.directory} already") from None
            pid_file.truncate(0)  # whoever finds the lock waits until there is a pid
            _require_free(self.port)
            self._process = subprocess.Popen(
                command,
                cwd=self.directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[pid_file.fileno()],  # the server holds the lock from now on
                start_new_session=True,  # Ctrl-C reaches us alone, and we stop it in good order
            )
            pid_file.write(f"{self._process.pid}\n{engine.name}\n{self.port}\n".encode())

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Ask the server to end (SIGTERM), wait, and kill it if it has not after `seconds`."""
        _stop([self], seconds)

    def kill(self) -> None:
        """End the server by SIGKILL, as a crash would."""
        self.signal(signal.SIGKILL)
        self.wait_end(STOP_SECONDS)

    def suspend(self) -> None:
        """SIGSTOP: its connections stay open, and it says nothing."""
        self.signal(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT, after `suspend`."""
        self.signal(signal.SIGCONT)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the server, whoever started it; nothing where none runs."""
        server = find_server(self.directory)
        if server is not None:
            send(server.engine, self.directory, server.pid, number)

    def wait_end(self, seconds: float) -> bool:
        """Wait `seconds` at most for the server to end; whether it has."""
        deadline = time.monotonic() + seconds
        while self.running:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs."""

    pid: int
    engine: str
    port: int


def find_server(directory: Path) -> Server | None:
    """The server that runs in a node's directory, if one does.

    A server holds a lock on its pid file as long as it lives; a file without a lock is what a crash left behind.
    """
    pid_file = directory / "pid"
    if not pid_file.exists():
        return None
    with open(pid_file) as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                if words := file.read().split():
                    return Server(int(words[0]), words[1], int(words[2]))
                time.sleep(0.01)  # it is being started this very moment
            else:
                return None


def attach(data_dir: Path) -> EmbeddedKafka | None:
    """The cluster that runs in `data_dir`, whoever started it; None where not a single node runs."""
    directories = sorted(data_dir.absolute().glob("node-*"))
    servers = [find_server(directory) for directory in directories]
    if not any(servers):
        return None
    kafka = EmbeddedKafka(data_dir, nodes=len(directories))
    for node, server in zip(kafka.nodes, servers, strict=True):
        if server is not None:
            node.port = server.port
    return kafka


def _stop(nodes: Sequence[Node], seconds: float) -> None:
    for node in nodes:
        node.signal(signal.SIGTERM)
        node.resume()  # a suspended process would never see it
    deadline = time.monotonic() + seconds
    for node in nodes:
        if not node.wait_end(deadline - time.monotonic()):
            node.kill()


def _properties(node: Node, voters: str, nodes: int, listen_on: str, host: str) -> dict[str, str]:
    """The server's configuration: one interface for clients, and internal topics of a size for one machine."""
    replicas = str(min(3, nodes))
    in_sync = "2" if nodes >= 3 else "1"
    return {
        "process.roles": "broker,controller",
        "node.id": str(node.id),
        "controller.quorum.voters": voters,  # fixed by configuration, so that ports may change from start to start
        "listeners": f"CLIENT://{listen_on}:{node.port},QUORUM://127.0.0.1:{node.quorum_port}",
        "advertised.listeners": f"CLIENT://{host}:{node.port}",
        "listener.security.protocol.map": "CLIENT:PLAINTEXT,QUORUM:PLAINTEXT",
        "inter.broker.listener.name": "CLIENT",
        "controller.listener.names": "QUORUM",
        "log.dirs": "data",  # in the working directory: a path as it is written here could hold no comma and no é
        # A topic that is misspelt should be missing, not made.
        "auto.create.topics.enable": "false",
        # 8 in place of 50: each is a log to be opened and loaded at every start, and a handful of groups needs no more.
        "offsets.topic.num.partitions": "8",
        "transaction.state.log.num.partitions": "8",
        "share.coordinator.state.topic.num.partitions": "8",
        "offsets.topic.replication.factor": replicas,
        "transaction.state.log.replication.factor": replicas,
        "share.coordinator.state.topic.replication.factor": replicas,
        "transaction.state.log.min.isr": in_sync,
        "share.coordinator.state.topic.min.isr": in_sync,
        # A node that was killed may come back only when its old session has run out (9 s otherwise).
        "broker.session.timeout.ms": "3000",
        "broker.heartbeat.interval.ms": "500",
        # No waiting for further members before the first assignment (3 s otherwise).
        "group.initial.rebalance.delay.ms": "0",
        # Tests that kill workers need not wait so long for their partitions to be free (6 s otherwise).
        "group.min.session.timeout.ms": "1000",
    }


def free_ports(count: int) -> list[int]:
    """Ports that nothing listens on now, below those the system hands out to outgoing connections (from 32768 up).

    Among those, a client that tries to reach a broker while it is down may be given the broker's own port, connect to
    itself, and keep the broker from coming back.
    """
    ports: list[int] = []
    while len(ports) < count:
        port = random.randrange(20_000, 32_768)
        if port not in ports and _is_free(port):
            ports.append(port)
    return ports


def _is_free(port: int) -> bool:
    try:
        _bind(port)
    except OSError:
        return False
    return True


def _bind(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as Java does: old connections do not count
        probe.bind(("127.0.0.1", port))


def _require_free(port: int) -> None:
    try:
        _bind(port)
    except OSError as error:
        raise BrokerUnavailable(
            f"port {port} of 127.0.0.1 cannot be had ({error.strerror}): choose another with --port (0: any that is "
            f"free), or set LEGATION_KAFKA=127.0.0.1:{port} if what listens there is a Kafka that you want to use"
        ) from None


def _listens(host: str, port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((host, port)) == 0


async def _count_brokers(bootstrap: str) -> int:
    """How many brokers the cluster says it has; 0 where it does not answer yet."""
    client = AIOKafkaClient(bootstrap_servers=bootstrap, request_timeout_ms=2000)
    try:
        await client.bootstrap()
        return len(client.cluster.brokers())
    except (KafkaError, OSError):
        return 0
    finally:
        await client.close()
