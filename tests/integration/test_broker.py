"""The embedded broker: a real Kafka that keeps its data, stays on the loopback interface, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from legation.broker import BrokerUnavailable, EmbeddedKafka, attach
from legation.broker.embedded import Node
from legation.broker.engines import Engine

LEGATION = [sys.executable, "-c", "from legation.cli import main; main()"]
Start = Callable[..., EmbeddedKafka]


async def _create(bootstrap: str, topic: str, replication: int = 1) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        config = {"min.insync.replicas": str(max(1, replication - 1))}
        await admin.create_topics([NewTopic(topic, 1, replication, topic_configs=config)])
    finally:
        await admin.close()


async def _write(bootstrap: str, topic: str, value: bytes) -> int:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all") as producer:
        return (await producer.send_and_wait(topic, value, partition=0)).offset


async def _read_all(bootstrap: str, topic: str) -> list[bytes]:
    partition = TopicPartition(topic, 0)
    async with AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest") as consumer:
        consumer.assign([partition])
        end = (await consumer.end_offsets([partition]))[partition]
        return [(await consumer.getone()).value for _ in range(end)]


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _await_death(pid: int, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while _is_alive(pid):
        assert time.monotonic() < deadline, f"process {pid} lives on"
        time.sleep(0.05)


def test_data_outlives_a_stop_and_a_kill(own_kafka: Start) -> None:
    begun = time.monotonic()
    kafka = own_kafka()
    print(f"started in {time.monotonic() - begun:.1f} s")
    address, pid = kafka.bootstrap, kafka.nodes[0].pid
    asyncio.run(_create(address, "kept"))
    asyncio.run(_write(address, "kept", b"before the stop"))

    kafka.restart()
    assert kafka.bootstrap == address
    assert kafka.nodes[0].pid != pid
    asyncio.run(_write(address, "kept", b"before the kill"))

    kafka.kill()
    assert not kafka.nodes[0].running
    begun = time.monotonic()
    kafka.start()
    print(f"back {time.monotonic() - begun:.1f} s after it was killed")
    assert asyncio.run(_read_all(address, "kept")) == [b"before the stop", b"before the kill"]


def test_directory_and_cluster_id_may_be_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uuid, "uuid4", lambda: uuid.UUID(bytes=b"\xfb" * 16))  # in base64 it begins with a hyphen
    with EmbeddedKafka(tmp_path / "José's, news=\\#1") as kafka:
        asyncio.run(_create(kafka.bootstrap, "kept"))
        asyncio.run(_write(kafka.bootstrap, "kept", b"something"))
        assert list(kafka.nodes[0].directory.glob("data/kept-0/*.log"))


def test_it_listens_on_the_loopback_interface_alone(own_kafka: Start) -> None:
    kafka = own_kafka()
    node = kafka.nodes[0]
    inodes = set()
    for link in Path(f"/proc/{node.pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            inodes.add(os.readlink(link))
    listening = []
    for table in ("tcp", "tcp6"):
        for row in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = row.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in inodes:
                address, _, port = fields[1].partition(":")
                listening.append(int(port, 16))
                # 127.0.0.1, as it stands in memory; in an IPv6 socket with ::ffff: before it
                assert address in {"0100007F", "0000000000000000FFFF00000100007F"}, row
    assert sorted(listening) == sorted([node.port, node.quorum_port])


def test_what_is_suspended_can_be_stopped_and_nothing_is_left(own_kafka: Start, tmp_path: Path) -> None:
    kafka = own_kafka()
    pid = kafka.nodes[0].pid
    assert pid is not None
    kafka.nodes[0].suspend()
    with socket.create_connection(("127.0.0.1", kafka.nodes[0].port), timeout=5):
        pass  # the kernel still accepts: a suspended broker is one that does not answer, not one that is gone
    kafka.stop()
    assert not _is_alive(pid)
    assert attach(kafka.data_dir) is None


def test_a_directory_serves_one_broker_of_one_size(own_kafka: Start) -> None:
    kafka = own_kafka()
    with pytest.raises(BrokerUnavailable, match="process"):
        EmbeddedKafka(kafka.data_dir).start()
    assert kafka.nodes[0].running
    found = attach(kafka.data_dir)
    assert found is not None
    assert found.bootstrap == kafka.bootstrap
    kafka.stop()
    with pytest.raises(BrokerUnavailable, match="cluster of 1 nodes, not 3"):
        EmbeddedKafka(kafka.data_dir, nodes=3).start()


def test_a_busy_port_is_named_and_nothing_is_left_running(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        kafka = EmbeddedKafka(tmp_path, port=port)
        with pytest.raises(BrokerUnavailable, match=rf"port {port} .*--port.*LEGATION_KAFKA=127\.0\.0\.1:{port}"):
            kafka.start()
    assert not kafka.nodes[0].running


def test_a_broker_that_cannot_start_says_why(own_kafka: Start) -> None:
    kafka = own_kafka()
    kafka.stop()
    (kafka.data_dir / "node-1/data/meta.properties").write_text("version=1\nnode.id=7\ncluster.id=someone-elses\n")
    with pytest.raises(BrokerUnavailable, match=r"node\.?\s?[iI]d"):
        kafka.start()
    assert not kafka.nodes[0].running


def test_a_cluster_that_could_not_be_prepared_can_be_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kafka = EmbeddedKafka(tmp_path, nodes=2)
    prepare = Node.format

    def fail_at_the_second(node: Node, engine: Engine, cluster_id: str) -> None:
        if node.id == 2:
            raise KeyboardInterrupt
        prepare(node, engine, cluster_id)

    monkeypatch.setattr(Node, "format", fail_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        kafka.start()
    monkeypatch.setattr(Node, "format", prepare)
    with kafka:
        assert [node.running for node in kafka.nodes] == [True, True]


@pytest.mark.slow
def test_a_third_of_three_brokers_can_be_lost(own_kafka: Start) -> None:
    kafka = own_kafka(nodes=3)
    asyncio.run(_create(kafka.bootstrap, "thrice", replication=3))
    asyncio.run(_write(kafka.bootstrap, "thrice", b"all three"))
    kafka.nodes[0].kill()
    asyncio.run(_write(kafka.bootstrap, "thrice", b"two of three"))
    kafka.start()
    assert [node.running for node in kafka.nodes] == [True, True, True]
    assert asyncio.run(_read_all(kafka.bootstrap, "thrice")) == [b"all three", b"two of three"]


def test_a_broker_dies_with_the_process_that_started_it(tmp_path: Path) -> None:
    program = (
        "import sys, time, pathlib; from legation.broker import EmbeddedKafka\n"
        "with EmbeddedKafka(pathlib.Path(sys.argv[1])) as kafka:\n"
        "    print(kafka.nodes[0].pid, flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert _is_alive(pid)
        parent.kill()
    _await_death(pid)


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Callable[..., subprocess.CompletedProcess[str]]]:
    """Run `legation broker` on a data directory of its own; whatever it left running is stopped."""
    data = str(tmp_path / "broker")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [*LEGATION, "broker", *arguments, "--data-dir", data]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    yield run
    run("stop")


def test_a_detached_broker_is_found_and_stopped_from_elsewhere(
    command: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    started = command("--detach", "--port", "0")
    assert started.returncode == 0, started.stderr
    address = started.stdout.strip()
    assert re.fullmatch(r"127\.0\.0\.1:\d+", address)
    assert f"export LEGATION_KAFKA={address}" in started.stderr

    status = command("status")
    assert (status.returncode, status.stdout.strip()) == (0, address)
    pid, log = re.search(r"pid (\d+), log (\S+)", status.stderr).groups()  # type: ignore[union-attr]
    assert _is_alive(int(pid))
    assert "Kafka Server started" in Path(log).read_text()

    again = command("--port", "0")
    assert again.returncode == 69
    assert "already" in again.stderr

    how = re.search(r"stop it with: legation (.*)", started.stderr)[1]  # type: ignore[index]
    assert subprocess.run([*LEGATION, *shlex.split(how)], capture_output=True, check=False).returncode == 0
    assert not _is_alive(int(pid))
    assert command("status").returncode == 3
    assert command("stop").returncode == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_broker_in_the_foreground_stops_when_asked(tmp_path: Path, number: signal.Signals) -> None:
    arguments = ["broker", "--port", "0", "--data-dir", str(tmp_path)]
    with subprocess.Popen(
        [*LEGATION, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("127.0.0.1:")
        kafka = attach(tmp_path)
        assert kafka is not None
        pid = kafka.nodes[0].pid
        assert pid is not None
        process.send_signal(number)
        process.communicate(timeout=30)
    assert process.returncode == 0
    assert not _is_alive(pid)


def test_a_broker_in_the_foreground_that_ends_by_itself_is_a_failure(tmp_path: Path) -> None:
    arguments = ["broker", "--port", "0", "--data-dir", str(tmp_path)]
    with subprocess.Popen(
        [*LEGATION, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        kafka = attach(tmp_path)
        assert kafka is not None
        kafka.nodes[0].signal(signal.SIGKILL)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 69
    assert "node 1 has ended" in said
