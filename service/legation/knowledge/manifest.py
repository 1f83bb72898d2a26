"""`data/manifest.json`: what each data file is, where it comes from, and its hash, so that no change goes unseen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import msgspec
import orjson

from legation.knowledge.tables import KnowledgeError, Row, read_rows

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class DataFile:
    """One data file. `rows` counts rows without header and comments; in JSON, the members of the outermost value."""

    name: str
    version: int
    """Raised by hand when the meaning of columns or values changes; `sha256` tells any change."""
    sha256: str
    source: str
    licence: str
    rows: int


def read_manifest(root: Traversable) -> dict[str, DataFile]:
    """The files that the manifest lists, by name, sorted.

    Raises:
        KnowledgeError: the manifest is missing or broken.
    """
    try:
        files = msgspec.json.decode((root / MANIFEST).read_bytes(), type=tuple[DataFile, ...])
    except FileNotFoundError:
        raise KnowledgeError(f"{MANIFEST}: is missing") from None
    except msgspec.DecodeError as error:
        raise KnowledgeError(f"{MANIFEST}: {error}") from None
    names = [file.name for file in files]
    if names != sorted(set(names)):
        raise KnowledgeError(f"{MANIFEST}: the files are not sorted by name, or one stands twice")
    return {file.name: file for file in files}


def read_listed(root: Traversable, listed: dict[str, DataFile], name: str) -> str:
    """Text of a data file, if it is the one that the manifest lists.

    Raises:
        KnowledgeError: it is missing, not listed, not UTF-8, or another than the one listed.
    """
    if name not in listed:
        raise KnowledgeError(f"{name}: is not in {MANIFEST}: add it with its version, source and licence")
    content = _content(root, name)
    digest = hashlib.sha256(content).hexdigest()
    if digest != listed[name].sha256:
        raise KnowledgeError(
            f"{name}: sha256 is {digest[:12]}..., {MANIFEST} says {listed[name].sha256[:12]}...: "
            "restore the file, or accept it with `python -m legation.knowledge --write-manifest`"
        )
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise KnowledgeError(f"{name}: not UTF-8: {error.reason} at byte {error.start}") from None


def packaged_rows(name: str, columns: tuple[str, ...]) -> Iterator[Row]:
    """The rows of a listed file of this package: how a stage reads a table that only it needs.

    Raises:
        KnowledgeError: the file or a row of it is not as it should be.
    """
    root = files("legation.knowledge") / "data"
    return read_rows(name, read_listed(root, read_manifest(root), name), columns)


def verify(root: Traversable) -> tuple[DataFile, ...]:
    """Check that exactly the listed files are there, each the one listed; return them.

    Raises:
        KnowledgeError: one is missing, not listed, or another than the one listed.
    """
    listed = read_manifest(root)
    for name in sorted({file.name for file in root.iterdir() if file.is_file()} - {MANIFEST} | set(listed)):
        rows = _rows(name, read_listed(root, listed, name).encode())
        if rows != listed[name].rows:
            raise KnowledgeError(f"{name}: has {rows} rows, {MANIFEST} says {listed[name].rows}")
    return tuple(listed.values())


def combined_version(listed: dict[str, DataFile]) -> str:
    """Short hash over all files (twelve hex digits: enough to tell releases apart)."""
    joined = "\n".join(f"{file.name} {file.sha256}" for file in listed.values())
    return hashlib.sha256(joined.encode()).hexdigest()[:12]


def rewrite(root: Path) -> None:
    """Write hashes and row counts of the listed files as they are now. Name, source, licence and version stay: they
    are for a person to say.

    Raises:
        KnowledgeError: a listed file is missing or broken.
    """
    measured = []
    for name, file in read_manifest(root).items():
        content = _content(root, name)
        measured.append(replace(file, sha256=hashlib.sha256(content).hexdigest(), rows=_rows(name, content)))
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    (root / MANIFEST).write_bytes(orjson.dumps([asdict(file) for file in measured], option=options))


def _content(root: Traversable, name: str) -> bytes:
    try:
        return (root / name).read_bytes()
    except FileNotFoundError:
        raise KnowledgeError(f"{name}: is in {MANIFEST} but missing") from None


def _rows(name: str, content: bytes) -> int:
    if not name.endswith(".json"):
        return sum(1 for line in content.split(b"\n") if line and not line.startswith(b"#")) - 1
    try:
        return len(orjson.loads(content))
    except orjson.JSONDecodeError as error:
        raise KnowledgeError(f"{name}: not JSON: {error.msg} at character {error.pos}") from None
