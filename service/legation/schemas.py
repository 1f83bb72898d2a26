"""`python -m legation.schemas [--check]`: writes the contract in schemas/ from records, topics and topology.

JSON Schema 2020-12 for each record, and an AsyncAPI 3.0 document of the whole. With --check nothing is written; exit 1
if what is there is not what would be. Needs PyYAML, so the dependencies for development.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import msgspec
import yaml  # type: ignore[import-untyped]

from legation import __version__, outcomes, records, topics
from legation.records import DeadLetter, Record, Replayed
from legation.topics import DLQ_RETENTION_MS, Topic
from legation.topology import TOPOLOGY

DIALECT = "https://json-schema.org/draft/2020-12/schema"

DEAD_LETTER_VERSION = 1
"""They have no topic of their own that would tell."""

GENERATED = ("*/v*.schema.json", "asyncapi.yaml")
"""What is made here. Anything else of these names in schemas/ is left over."""


def files() -> dict[str, str]:
    """Path in schemas/ to content, for everything that is generated."""
    versions = [*dict.fromkeys((topic.record, version_of(topic)) for topic in topics.ALL)]
    schemas = {_path(kind, version): schema_of(kind, version) for kind, version in versions}
    for kind in (DeadLetter, Replayed):
        schemas[_path(kind, DEAD_LETTER_VERSION)] = schema_of(kind, DEAD_LETTER_VERSION)
    made = {path: json.dumps(schema, indent=2, ensure_ascii=False) + "\n" for path, schema in schemas.items()}
    made["asyncapi.yaml"] = yaml.safe_dump(asyncapi(), sort_keys=False, allow_unicode=True, width=120)
    return made


def version_of(topic: Topic[Any]) -> int:
    """The major version that a topic's name ends in."""
    return int(topic.name.rpartition(".v")[2])


def kebab(kind: type[Record]) -> str:
    """RawArticle -> raw-article."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower()


def schema_of(kind: type[Record], version: int) -> dict[str, Any]:
    """JSON Schema of the record, with what the docstrings say of each field. Unknown fields are allowed."""
    definitions = msgspec.json.schema(kind)["$defs"]
    for name, definition in definitions.items():
        described = getattr(records, name, None) or getattr(outcomes, name)
        texts = _attribute_docstrings(described)
        definition["description"] = inspect.getdoc(described)
        if "enum" in definition:
            meanings = [f"- {described[member]}: {text}" for member, text in texts.items()]
            definition["description"] = "\n".join([definition["description"], *meanings])
        else:
            named = {field.encode_name: field.name for field in msgspec.structs.fields(described)}
            definition["properties"] = {
                it: _nullable(property_) | ({"description": texts[named[it]]} if named[it] in texts else {})
                for it, property_ in definition["properties"].items()
            }
    root = definitions.pop(kind.__name__)
    schema = {"$schema": DIALECT, "$id": f"urn:legation:schema:{kebab(kind)}:v{version}", **root}
    return {**schema, "$defs": {name: definitions[name] for name in sorted(definitions)}} if definitions else schema


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """The same, as people write it: {"type": ["string", "null"]} for {"anyOf": [{"type": "string"}, ...]}."""
    match schema:
        case {"anyOf": [{"type": str(name)} as kind, {"type": "null"}]}:
            others = {key: value for key, value in schema.items() if key != "anyOf"}
            return {**kind, "type": [name, "null"], **others}
    return schema


def asyncapi() -> dict[str, Any]:
    """AsyncAPI 3.0: every topic, what is on it, and which stage reads and writes it."""
    texts = _assignment_docstrings(topics)
    described = {topic.name: texts.get(name, "") for name, topic in vars(topics).items() if isinstance(topic, Topic)}
    channels: dict[str, Any] = {}
    for topic in topics.ALL:
        messages = [topic.record.__name__, *(["Tombstone"] if topic.compacted else [])]
        text = f"Keyed by {topic.key}. {described[topic.name]}".strip()
        channels[topic.name] = _channel(topic.name, text, messages, topic, topic.retention_ms)
        if topic.dead_letters:
            text = f"What could not be processed from {topic.name}: the original bytes, key and headers."
            channels[topic.dlq] = _channel(topic.dlq, text, ["DeadLetter", "Replayed"], topic, DLQ_RETENTION_MS)
    operations: dict[str, Any] = {}
    for name, source, sinks in (
        *((stage.name, stage.source, (stage.sink,)) for stage in TOPOLOGY.stages),
        (TOPOLOGY.fold.name, TOPOLOGY.fold.source, (TOPOLOGY.fold.revisions, TOPOLOGY.fold.latest)),
    ):
        operations[f"{name}.receive"] = _operation("receive", source.name, f"{name} reads {source.name}.")
        for sink in sinks:
            operations[f"{name}.send.{sink.name}"] = _operation("send", sink.name, f"{name} writes {sink.name}.")
        operations[f"{name}.reject"] = _operation("send", source.dlq, f"{name} puts aside what it cannot process.")
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "legation",
            "version": __version__,
            "description": "Raw news articles in, diplomatic-event records out. Made by `make schemas`; do not edit.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": _messages()},
    }


def _channel(name: str, text: str, messages: list[str], topic: Topic[Any], retention_ms: int) -> dict[str, Any]:
    return {
        "address": name,
        "description": text,
        "messages": {it: {"$ref": f"#/components/messages/{it}"} for it in messages},
        "bindings": {
            "kafka": {
                "topic": name,
                "partitions": topic.partitions,
                "topicConfiguration": {
                    "cleanup.policy": ["compact" if "Tombstone" in messages else "delete"],
                    "retention.ms": retention_ms,
                    "max.message.bytes": topic.max_message_bytes,
                },
                "bindingVersion": "0.5.0",
            }
        },
    }


def _operation(action: str, channel: str, summary: str) -> dict[str, Any]:
    return {"action": action, "channel": {"$ref": f"#/channels/{channel}"}, "summary": summary}


def _messages() -> dict[str, Any]:
    """One entry for each record; a message key is the text of the field named."""
    made: dict[str, Any] = {}
    for topic in topics.ALL:
        made[topic.record.__name__] = {
            "name": kebab(topic.record),
            "summary": _summary(topic.record),
            "contentType": "application/json",
            "payload": _reference(topic.record, version_of(topic)),
            "bindings": {"kafka": {"key": {"type": "string", "description": topic.key}, "bindingVersion": "0.5.0"}},
        }
    made["Tombstone"] = {
        "name": "tombstone",
        "summary": "No value: the event of this key is withdrawn.",
        "payload": {"type": "null"},
    }
    made["DeadLetter"] = {
        "name": "dead-letter",
        "summary": _summary(DeadLetter),
        "contentType": "application/octet-stream",
        "headers": _reference(DeadLetter, DEAD_LETTER_VERSION),
        "payload": {"description": "The bytes as they came."},
    }
    made["Replayed"] = {
        "name": "replayed",
        "summary": _summary(Replayed),
        "headers": _reference(Replayed, DEAD_LETTER_VERSION),
        "payload": {"type": "null"},
    }
    return made


def _summary(kind: type[Record]) -> str:
    return (inspect.getdoc(kind) or "").partition("\n\n")[0].replace("\n", " ")


def _reference(kind: type[Record], version: int) -> dict[str, Any]:
    return {"schemaFormat": "application/schema+json;version=2020-12", "schema": {"$ref": f"./{_path(kind, version)}"}}


def _path(kind: type[Record], version: int) -> str:
    return f"{kebab(kind)}/v{version}.schema.json"


def _attribute_docstrings(kind: type) -> dict[str, str]:
    """The string under each attribute of the class and of its bases."""
    texts: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        if base.__module__.startswith("legation."):
            match ast.parse(inspect.getsource(base)).body:
                case [ast.ClassDef(body=body)]:
                    texts |= _docstrings(body)
    return texts


def _assignment_docstrings(module: ModuleType) -> dict[str, str]:
    return _docstrings(ast.parse(inspect.getsource(module)).body)


def _docstrings(body: list[ast.stmt]) -> dict[str, str]:
    texts = {}
    for statement, following in pairwise(body):
        match statement, following:
            case (
                ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                texts[name] = inspect.cleandoc(text).replace("\n", " ")
    return texts


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if anything is out of date.")
@click.argument("folder", default="schemas", type=click.Path(file_okay=False, path_type=Path))
def main(check: bool, folder: Path) -> None:
    """Write the schemas of all records, and the AsyncAPI document, into FOLDER."""
    made = {folder / path: content for path, content in files().items()}
    there = {path: path.read_text("utf-8") for pattern in GENERATED for path in folder.glob(pattern)}
    stale = sorted(path for path in made.keys() | there.keys() if made.get(path) != there.get(path))
    for path in stale:
        click.echo(f"{'out of date' if check else 'written' if path in made else 'removed'}: {path}")
        if not check and path in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(made[path], "utf-8")
        elif not check:
            path.unlink()
    if check and stale:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
