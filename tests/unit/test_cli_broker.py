"""What `legation broker` does when something is missing: each case says what to do, and none starts anything."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

import legation.broker
from legation.broker import KAFKA_VERSION, BrokerUnavailable, NoEngine, cluster, jars
from legation.broker.engines import Docker, Java, find_engine
from legation.broker.mock import CHANGELOGS
from legation.cli import main
from legation.cli.broker import broker
from legation.cli.topics import checked, describe
from legation.runtime.app import build_app, state_table
from legation.runtime.settings import Settings
from legation.topology import TOPOLOGY

HERE = Path(legation.broker.__file__).parent


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory that is all of the PATH, and a home and cache with nothing in them."""
    directory = tmp_path / "bin"
    directory.mkdir()
    monkeypatch.setenv("PATH", str(directory))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    return directory


def program(directory: Path, name: str, *lines: str) -> None:
    path = directory / name
    path.write_text("\n".join(["#!/bin/sh", *lines]) + "\n")
    path.chmod(0o755)


def a_java(directory: Path, version: str) -> None:
    program(directory, "java", f"echo 'openjdk version \"{version}\" 2024-04-16' >&2")


# --- Java and its jars -----------------------------------------------------------------------------------------------


def test_the_versions_of_pom_and_image_and_jars_are_one() -> None:
    space = {"m": "http://maven.apache.org/POM/4.0.0"}
    dependencies = ElementTree.parse(HERE / "pom.xml").iterfind(".//m:dependency", space)
    versions = {it.findtext("m:artifactId", "", space): it.findtext("m:version", "", space) for it in dependencies}
    assert versions["kafka_2.13"] == KAFKA_VERSION
    pinned = (HERE / "jars.sha256").read_text().split()[1::2]
    assert f"kafka-server-{KAFKA_VERSION}.jar" in pinned
    assert f"log4j-slf4j-impl-{versions['log4j-slf4j-impl']}.jar" in pinned


@pytest.mark.parametrize("version", ["17", "17.0.15", "21.0.2", "24-ea"])
def test_a_java_that_is_new_enough_is_taken(programs: Path, version: str) -> None:
    a_java(programs, version)
    assert jars.find_java() == str(programs / "java")


@pytest.mark.parametrize(("version", "called"), [("1.8.0_402", "Java 8"), ("11.0.22", "Java 11"), ("16", "Java 16")])
def test_a_java_that_is_too_old_is_named(programs: Path, version: str, called: str) -> None:
    a_java(programs, version)
    with pytest.raises(BrokerUnavailable, match=f"{called}, and Kafka .* needs 17 or newer"):
        jars.find_java()


def test_java_home_goes_before_the_path(programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_java(programs, "21")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "jdk"))
    with pytest.raises(BrokerUnavailable, match="no java in JAVA_HOME"):
        jars.find_java()
    (tmp_path / "jdk/bin").mkdir(parents=True)
    a_java(tmp_path / "jdk/bin", "17")
    assert jars.find_java() == str(tmp_path / "jdk/bin/java")


def test_without_maven_the_jars_cannot_be_had(programs: Path) -> None:
    with pytest.raises(BrokerUnavailable, match="no mvn is on the PATH"):
        jars.find_jars()


def test_what_maven_says_is_passed_on_and_nothing_is_kept(programs: Path, tmp_path: Path) -> None:
    program(programs, "mvn", "echo '[ERROR] no route to repository'", "exit 1")
    with pytest.raises(BrokerUnavailable, match=r"no network.*\n.*no route to repository"):
        jars.find_jars()
    assert list((tmp_path / "cache/legation").iterdir()) == []


MAVEN = (
    'for argument; do case "$argument" in -DoutputDirectory=*) target="${argument#*=}";; esac; done',
    '/bin/mkdir -p "$target"',
)


def pinned(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, **contents: str) -> None:
    manifest = tmp_path / "jars.sha256"
    lines = [f"{hashlib.sha256(text.encode()).hexdigest()}  {name}.jar\n" for name, text in contents.items()]
    manifest.write_text("".join(lines))
    monkeypatch.setattr(jars, "_MANIFEST", manifest)


def test_jars_are_brought_once(programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pinned(monkeypatch, tmp_path, server="bytes")
    program(programs, "mvn", *MAVEN, 'printf bytes > "$target/server.jar"')
    directory = jars.find_jars()
    assert (directory / "server.jar").read_text() == "bytes"
    assert KAFKA_VERSION in directory.name
    (programs / "mvn").unlink()
    assert jars.find_jars() == directory
    assert [path.name for path in directory.parent.iterdir()] == [directory.name]


@pytest.mark.parametrize(
    "brought",
    ["printf other > $target/server.jar", "true", "printf bytes > $target/server.jar; printf x > $target/surplus.jar"],
)
def test_jars_that_are_not_the_pinned_ones_are_refused(
    programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, brought: str
) -> None:
    pinned(monkeypatch, tmp_path, server="bytes")
    program(programs, "mvn", *MAVEN, brought)
    with pytest.raises(BrokerUnavailable, match="is not the jar that legation was tested with"):
        jars.find_jars()
    assert list((tmp_path / "cache/legation").iterdir()) == [], "what is refused is not kept"


def test_a_cache_that_was_tampered_with_is_refused(
    programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pinned(monkeypatch, tmp_path, server="bytes")
    program(programs, "mvn", *MAVEN, 'printf bytes > "$target/server.jar"')
    directory = jars.find_jars()
    (directory / "server.jar").write_text("bytez")
    with pytest.raises(BrokerUnavailable, match=f"delete {directory}"):
        jars.find_jars()


# --- which engine ----------------------------------------------------------------------------------------------------


def test_with_neither_engine_the_message_tells_of_both(programs: Path) -> None:
    with pytest.raises(NoEngine, match=r"(?s)no java on the PATH.*no docker on the PATH.*LEGATION_KAFKA"):
        find_engine(1)


def test_docker_serves_where_java_does_not_but_for_one_node_only(programs: Path) -> None:
    a_java(programs, "11")
    program(programs, "docker", "exit 0")
    assert find_engine(1).name == "docker"
    with pytest.raises(BrokerUnavailable, match="several nodes need Java"):
        find_engine(3)


def test_a_docker_without_its_engine_does_not_count(programs: Path) -> None:
    program(programs, "docker", "echo 'is the daemon running?' >&2", "exit 1")
    with pytest.raises(NoEngine, match="does not answer: is the daemon running"):
        find_engine(1)


def test_both_engines_run_the_same_program_on_the_same_files(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_java(programs, "17")
    program(programs, "docker", "exit 0")
    monkeypatch.setattr("legation.broker.engines.find_jars", lambda: Path("/cache/jars"))
    directory = Path("/data/node-1")
    here = Java().command(directory, 9092, "kafka.Kafka", "server.properties")
    inside = Docker().command(directory, 9092, "kafka.Kafka", "server.properties")
    program_of = {"here": here[here.index("-cp") + 2 :], "inside": inside[inside.index("-cp") + 2 :]}
    assert program_of["here"] == program_of["inside"] == ["kafka.Kafka", "server.properties"]
    flags = [word for word in here if word.startswith(("-X", "-D"))]
    assert flags
    assert [word for word in inside if word.startswith(("-X", "-D"))] == flags
    assert inside[inside.index("--publish") + 1] == "127.0.0.1:9092:9092"
    assert inside[inside.index("--volume") + 1] == "/data/node-1:/data/node-1"
    assert inside[inside.index("--workdir") + 1] == "/data/node-1"
    assert f"apache/kafka:{KAFKA_VERSION}" in inside


# --- a cluster to use ------------------------------------------------------------------------------------------------


def test_a_cluster_that_exists_is_used_and_nothing_is_started(programs: Path, tmp_path: Path) -> None:
    with cluster("kafka.example.org:9092", tmp_path / "data") as address:
        assert address == "kafka.example.org:9092"
    assert not (tmp_path / "data").exists()


def test_the_last_resort_is_a_mock_and_says_so(
    programs: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with cluster(None, tmp_path / "data") as address:
        host, port = address.split(":")
        assert host == "127.0.0.1"
        assert int(port) > 0
        assert "NOT Apache Kafka" in caplog.text
        assert "no java on the PATH" in caplog.text
        done = CliRunner().invoke(main, ["topics", "apply", "--kafka", address])
        assert done.exit_code == 0, "the mock knows no such request, but has the topics"
        assert "! news.articles.raw.v1: has 4 partitions, not 8" in done.output


def test_the_mock_has_what_a_worker_cannot_create_there(programs: Path, tmp_path: Path) -> None:
    for changelog, group in zip(CHANGELOGS, ("legation", "legation-demo"), strict=True):
        app = build_app(Settings(group=group), TOPOLOGY.fold.name, 1)
        assert state_table(app, 4).changelog_topic.get_topic_name() == changelog
    with cluster(None, tmp_path / "data") as address:
        assert set(asyncio.run(describe(address, CHANGELOGS))) == set(CHANGELOGS)


def test_of_the_mock_no_checksums_are_checked(programs: Path, tmp_path: Path) -> None:
    with cluster(None, tmp_path / "data") as address:
        assert not asyncio.run(checked(address))


def test_without_even_a_mock_it_says_what_is_missing_for_a_real_one(
    programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "confluent_kafka.admin", None)
    with pytest.raises(BrokerUnavailable, match=r"(?s)no java on the PATH.*legation\[mock-broker\]"):
        cluster(None, tmp_path / "data").__enter__()


def test_a_mock_cannot_be_left_running(programs: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(broker, ["--detach", "--data-dir", str(tmp_path / "data")])
    assert done.exit_code == 69
    assert "no java on the PATH" in done.output


def test_status_of_nothing_has_an_exit_code_of_its_own(tmp_path: Path) -> None:
    assert CliRunner().invoke(broker, ["status", "--data-dir", str(tmp_path)]).exit_code == 3


def test_a_pid_file_without_a_server_means_nothing(tmp_path: Path) -> None:
    (tmp_path / "node-1").mkdir()
    (tmp_path / "node-1/pid").write_text(f"{os.getpid()}\njava\n9092\n")  # a process that runs, and is not a broker
    assert CliRunner().invoke(broker, ["status", "--data-dir", str(tmp_path)]).exit_code == 3
    done = CliRunner().invoke(broker, ["stop", "--data-dir", str(tmp_path)])
    assert done.exit_code == 0
    assert "no broker runs" in done.output


# --- dying with the parent -------------------------------------------------------------------------------------------


def test_launched_processes_die_with_the_process_that_launched_them() -> None:
    launch = [sys.executable, "-IS", str(HERE / "launch.py")]
    program = (
        "import os, subprocess, sys, time\n"
        f"child = subprocess.Popen([*{launch!r}, str(os.getpid()), '{int(signal.SIGKILL)}', 'sleep', '600'])\n"
        "time.sleep(1)\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert Path(f"/proc/{child}/cmdline").read_bytes() == b"sleep\x00600\x00"
        parent.kill()
    deadline = time.monotonic() + 10
    while Path(f"/proc/{child}").exists() and "Z" not in Path(f"/proc/{child}/stat").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.02)
