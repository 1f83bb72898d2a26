"""schemas/ is the contract: made from the code, and as strict as the code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from legation import schemas, topics
from legation.records import (
    Article,
    ClassifiedArticle,
    DeadLetter,
    DiplomaticEvent,
    EventMention,
    InvalidRecord,
    RawArticle,
    Record,
    convert,
    decode,
    encode,
)
from legation.stages.consolidate import fold
from legation.topology import TOPOLOGY

FOLDER = Path(__file__).parents[2] / "schemas"
KINDS: dict[str, type[Record]] = {
    schemas.kebab(it): it for it in (RawArticle, Article, ClassifiedArticle, EventMention, DiplomaticEvent, DeadLetter)
}
VALID = sorted((FOLDER / "examples/valid").glob("*.json"))
INVALID = sorted((FOLDER / "examples/invalid").glob("*.json"))


def kind_of(path: Path) -> type[Record]:
    return KINDS[path.name.split(".")[0]]


def validator(kind: type[Record]) -> Draft202012Validator:
    schema = json.loads((FOLDER / schemas.kebab(kind) / "v1.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_what_is_committed_is_what_the_code_says() -> None:
    result = CliRunner().invoke(schemas.main, ["--check", str(FOLDER)])
    assert (result.exit_code, result.output) == (0, "")


def test_check_names_what_drifted_and_writes_nothing(tmp_path: Path) -> None:
    run = CliRunner().invoke
    assert run(schemas.main, [str(tmp_path)]).exit_code == 0
    changed, left_over = tmp_path / "raw-article/v1.schema.json", tmp_path / "raw-article/v0.schema.json"
    changed.write_text("{}")
    left_over.write_text("{}")
    result = run(schemas.main, ["--check", str(tmp_path)])
    assert result.exit_code == 1
    assert result.output.splitlines() == [f"out of date: {left_over}", f"out of date: {changed}"]
    assert changed.read_text() == "{}"
    run(schemas.main, [str(tmp_path)])
    assert not left_over.exists()
    assert run(schemas.main, ["--check", str(tmp_path)]).exit_code == 0


@pytest.mark.parametrize("path", VALID, ids=lambda it: it.stem)
def test_valid_examples_pass_the_schema_and_the_reader(path: Path) -> None:
    data = path.read_bytes()
    validator(kind_of(path)).validate(json.loads(data))
    record = decode(data, kind_of(path))
    assert json.loads(encode(record)) == {**json.loads(encode(record)), **json.loads(data)}


@pytest.mark.parametrize("path", INVALID, ids=lambda it: it.stem)
def test_invalid_examples_fail_in_both_and_both_name_the_field(path: Path) -> None:
    example = json.loads(path.read_text("utf-8"))
    assert example["reason"]
    with pytest.raises(InvalidRecord, match=example["field"]) as refused:
        convert(example["value"], KINDS[example["record"]])
    assert refused.value.is_json
    [error] = validator(KINDS[example["record"]]).iter_errors(example["value"])
    assert example["field"] in f"{error.json_path} {error.message}"


def test_every_record_has_examples_of_both_sorts() -> None:
    assert {kind_of(path) for path in VALID} == set(KINDS.values())
    assert {kind_of(path) for path in INVALID} == set(KINDS.values())


def test_every_field_that_the_docs_explain_is_explained_in_the_schema() -> None:
    properties = validator(DiplomaticEvent).schema["properties"]
    assert properties["plover"]["description"].startswith("The type by the strict PLOVER manual")
    assert "retracted" in properties["reason"]["description"]
    assert properties["mode"]["type"] == ["string", "null"]
    assert properties["revision"]["minimum"] == 1


def test_example_events_are_what_consolidate_makes_of_the_example_mentions() -> None:
    def read(name: str, kind: type[Any]) -> Any:
        return decode((FOLDER / f"examples/valid/{name}.json").read_bytes(), kind)

    block, first = fold(None, read("event-mention.vague", EventMention))
    _, then = fold(block, read("event-mention.meeting", EventMention))
    assert first == (read("diplomatic-event.initial", DiplomaticEvent),)
    assert then == tuple(read(f"diplomatic-event.{it}", DiplomaticEvent) for it in ("update", "retraction"))


def asyncapi() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((FOLDER / "asyncapi.yaml").read_text("utf-8"))
    return document


def test_asyncapi_has_every_topic_and_its_dead_letters() -> None:
    names = {topic.name for topic in topics.ALL} | {topic.dlq for topic in topics.ALL if topic.dead_letters}
    channels = asyncapi()["channels"]
    assert set(channels) == names
    assert {it["address"] for it in channels.values()} == names
    kafka = channels[topics.EVENTS_LATEST.name]["bindings"]["kafka"]
    assert kafka["topicConfiguration"]["cleanup.policy"] == ["compact"]
    assert set(channels[topics.EVENTS_LATEST.name]["messages"]) == {"DiplomaticEvent", "Tombstone"}


def test_asyncapi_has_the_edges_of_the_topology() -> None:
    edges = {
        (it["action"], it["channel"]["$ref"].removeprefix("#/channels/")) for it in asyncapi()["operations"].values()
    }
    stages = [*TOPOLOGY.stages, TOPOLOGY.fold]
    written = {stage.sink.name for stage in TOPOLOGY.stages} | {topics.EVENTS.name, topics.EVENTS_LATEST.name}
    assert edges == {("receive", stage.source.name) for stage in stages} | {
        ("send", name) for name in written | {stage.source.dlq for stage in stages}
    }


def test_asyncapi_points_at_nothing_that_is_not_there() -> None:
    document = asyncapi()
    references = list(walk(document))
    assert len(references) > 20
    for reference in references:
        file, _, pointer = reference.partition("#/")
        target = json.loads((FOLDER / file).read_text("utf-8")) if file else document
        for name in pointer.split("/") if pointer else ():
            target = target[name]


def walk(node: Any) -> Any:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value
            else:
                yield from walk(value)
    elif isinstance(node, list):
        for it in node:
            yield from walk(it)
