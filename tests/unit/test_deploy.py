"""docker-compose.yml and deploy/: what they name exists, and nothing is open that should not be."""

from __future__ import annotations

import asyncio
import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from legation.broker import KAFKA_VERSION
from legation.cli import main
from legation.runtime.health import HealthServer
from legation.runtime.metrics import Metrics
from legation.runtime.settings import Settings, table

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
BASE = DEPLOY / "kustomize/base"
KUSTOMIZATION = yaml.safe_load((BASE / "kustomization.yaml").read_text())
OBJECTS = [yaml.safe_load((BASE / name).read_text()) for name in KUSTOMIZATION["resources"]]
CONTAINERS = [container for it in OBJECTS for container in it["spec"]["template"]["spec"]["containers"]]
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
VERSION = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)[1]  # type: ignore[index]


def commands() -> Iterator[list[str]]:
    yield from (service["command"] for service in COMPOSE.values() if "command" in service)
    yield from (container["args"] for container in CONTAINERS)
    yield re.findall(r'"(\w+)"', re.search(r"^CMD (.+)", DOCKERFILE, re.MULTILINE)[1])  # type: ignore[index]


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_commands_exist(words: list[str]) -> None:
    command: click.Command = main
    for word in words:
        assert isinstance(command, click.Group)
        found = command.get_command(click.Context(command), word)
        assert found is not None
        command = found


def test_settings_that_are_set_exist_and_are_valid() -> None:
    known = {name for names, _, _ in table() for name in names.split(", ")}
    environments: list[dict[str, Any]] = [service.get("environment", {}) for service in COMPOSE.values()]
    environments += [{it["name"]: it["value"] for it in container.get("env", [])} for container in CONTAINERS]
    environments += [dict(it.split("=", 1) for it in map_["literals"]) for map_ in KUSTOMIZATION["configMapGenerator"]]
    environments.append(dict(re.findall(r"(LEGATION_\w+)=(\S+)", DOCKERFILE)))
    ours = [{name: value for name, value in it.items() if name.startswith("LEGATION_")} for it in environments]
    assert sum(map(bool, ours)) >= 5
    for environment in ours:
        assert environment.keys() <= known
        Settings.load(environment)


def test_images_are_pinned_and_agree_with_the_code() -> None:
    assert COMPOSE["kafka"]["image"] == f"apache/kafka:{KAFKA_VERSION}"
    for service in COMPOSE.values():
        assert re.search(r":v?\d+\.\d+\.\d+$", service["image"])
    ours = {service["image"] for service in COMPOSE.values() if "build" in service}
    assert ours == {f"legation:{VERSION}"}
    assert KUSTOMIZATION["images"] == [{"name": "legation", "newTag": VERSION}]


def test_ports_are_open_to_this_machine_only() -> None:
    ports = [port for service in COMPOSE.values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_nothing_runs_as_root() -> None:
    assert re.findall(r"^USER (\d+)", DOCKERFILE, re.MULTILINE)[-1] != "0"
    for it in OBJECTS:
        assert it["spec"]["template"]["spec"]["securityContext"]["runAsNonRoot"] is True
    for container in CONTAINERS:
        assert container["securityContext"]["allowPrivilegeEscalation"] is False
        assert container["resources"]["limits"]["memory"]


def test_the_image_copies_what_there_is_and_installs_from_the_lock() -> None:
    copied = [
        name for line in re.findall(r"^COPY (?!--from)(.+)", DOCKERFILE, re.MULTILINE) for name in line.split()[:-1]
    ]
    let_in = (ROOT / ".dockerignore").read_text().splitlines()
    assert copied
    for name in copied:
        assert (ROOT / name).exists()
        assert f"!{name}" in let_in
    assert "--require-hashes -r requirements.lock" in DOCKERFILE


def test_prometheus_and_probes_ask_where_the_worker_listens() -> None:
    port = Settings().metrics_port
    scrape = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text())["scrape_configs"]
    targets = [target for job in scrape for it in job["static_configs"] for target in it["targets"]]
    assert targets == [f"worker:{port}"]
    assert "worker" in COMPOSE
    assert f"EXPOSE {port}" in DOCKERFILE
    worker = next(container for container in CONTAINERS if container["name"] == "worker")
    assert worker["ports"] == [{"name": "metrics", "containerPort": port}]
    assert (ROOT / COMPOSE["prometheus"]["volumes"][0].split(":")[0]).is_file()


async def test_probes_ask_for_pages_that_there_are() -> None:
    worker = next(container for container in CONTAINERS if container["name"] == "worker")
    paths = {probe["httpGet"]["path"] for name, probe in worker.items() if name.endswith("Probe")}
    assert len(paths) == 2
    async with HealthServer("127.0.0.1", 0, Metrics(), live=str, ready=str) as server:
        for path in paths:
            with await asyncio.to_thread(urllib.request.urlopen, server.url + path, timeout=10) as answer:
                assert answer.status == 200
