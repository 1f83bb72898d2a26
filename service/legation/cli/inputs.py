"""Reading what the command line is given: text, HTML, JSON and JSONL files, gzipped or not, into raw payloads.

For `extract`, `explain` and `feed`. What comes out is the value of a message on `news.articles.raw.v1`, byte for byte:
a line of JSONL is passed on as it stands, broken or not, so that the pipeline and nobody else decides what comes of it.

    >>> for item in read(expand(["articles/", "-"]), Given(published_at="2024-05-13")):
    ...     item                              # Payload(file="articles/a.jsonl", line=3, value=b'{"text": ...}')
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from io import BufferedReader, RawIOBase
from itertools import chain
from pathlib import Path
from typing import IO, cast

import click
import orjson
from resiliparse.parse.encoding import bytes_to_str, detect_encoding

from legation.records import RawArticle, encode, parse_published
from legation.topics import RAW

STDIN = "-"

SUFFIXES = frozenset({".txt", ".text", ".html", ".htm", ".xhtml", ".json", ".jsonl", ".ndjson"})
"""What a folder is searched for, each with or without `.gz`. A file named outright may have any name."""

MAX_BYTES = RAW.max_message_bytes
"""A longer line or page could not be published: nothing above this is read into memory."""

_GZIP_MAGIC = b"\x1f\x8b"
_MARK = b"\xef\xbb\xbf"
_TAG = re.compile(rb"\s*<[!?A-Za-z]")
_BETWEEN = re.compile(r"[\s,]*")
_JSON_VALUE = re.compile(rb'\s*(\{\s*["}]|\{\s*$|\[\s*\{)')
"""`{"`, a lone `{`, or `[{`: a news text may well begin with a bracket, but not with these."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the caller knows of bare text and HTML files. Records in JSON speak for themselves and are left alone."""

    published_at: str | None = None
    source: str | None = None
    url: str | None = None
    language: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Payload:
    """A raw payload: `value` is a RawArticle in JSON, or what was handed over as one; it began on `line` (from 1)."""

    file: str
    line: int
    value: bytes


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something that no payload could be made of (`line` from 1): `reason` is `unreadable` or `too-large`."""

    file: str
    line: int
    reason: str
    message: str


def iso_8601(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """For click: let a date or an instant pass as it is.

    Raises:
        BadParameter: it is neither, or no such day.
    """
    try:
        if value is not None:
            parse_published(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is not an ISO 8601 date or instant, such as 2024-05-13") from None
    return value


def expand(names: Iterable[str]) -> tuple[str, ...]:
    """The files meant: a folder stands for all files below it with one of `SUFFIXES`, in the order of their names."""
    return tuple(chain.from_iterable(_below(Path(name)) if _is_folder(name) else (name,) for name in names))


def chosen(files: tuple[str, ...], context: click.Context, purpose: str) -> tuple[str, ...]:
    """The files that a command line means: what it names, else what is piped in. `purpose` as in 'Nothing to read'.

    Raises:
        UsageError: there are none.
    """
    if not files:
        if sys.stdin.isatty():
            raise click.UsageError(f"Nothing to {purpose}: name files, or pipe articles in.", context)
        files = (STDIN,)
    names = expand(files)
    if not names:
        raise click.UsageError(f"No articles in {', '.join(files)}: looked for {' '.join(sorted(SUFFIXES))}.", context)
    return names


def read(files: Iterable[str], given: Given | None = None) -> Iterator[Payload | Unreadable]:
    """All payloads of all files, in order, one at a time; `-` is standard input. A bad file never stops the next."""
    for file in files:
        try:
            with _open(file) as stream:
                yield from _read_stream(file, stream, given or Given())
        except (OSError, EOFError, zlib.error) as error:
            # gzip raises EOFError for a file cut short, zlib.error for a damaged one, OSError for a wrong checksum.
            yield Unreadable(file, 1, "unreadable", _message(error))


def _is_folder(name: str) -> bool:
    return name != STDIN and Path(name).is_dir()


def _below(folder: Path) -> list[str]:
    return sorted(str(path) for path in folder.rglob("*") if _suffix(path.name) in SUFFIXES and path.is_file())


def _suffix(name: str) -> str:
    return Path(name.lower().removesuffix(".gz")).suffix


def _open(file: str) -> AbstractContextManager[IO[bytes]]:
    return nullcontext(click.get_binary_stream("stdin")) if file == STDIN else open(file, "rb")


def _read_stream(file: str, stream: IO[bytes], given: Given) -> Iterator[Payload | Unreadable]:
    buffered = _peekable(stream)
    if buffered.peek(2).startswith(_GZIP_MAGIC):
        buffered = _peekable(gzip.GzipFile(fileobj=buffered))
    match _suffix(file):
        case ".jsonl" | ".ndjson":
            yield from _lines(file, buffered)
        case ".json":
            yield from _json(file, buffered)
        case ".html" | ".htm" | ".xhtml":
            yield from _page(file, buffered, given, html=True)
        case ".txt" | ".text":
            yield from _page(file, buffered, given, html=False)
        case _:
            start = buffered.peek(64)
            if _JSON_VALUE.match(start.removeprefix(_MARK)):
                yield from _json(file, buffered)
            else:
                yield from _page(file, buffered, given, html=_TAG.match(start) is not None)


def _peekable(stream: IO[bytes] | gzip.GzipFile) -> BufferedReader:
    return stream if isinstance(stream, BufferedReader) else BufferedReader(cast("RawIOBase", stream))


def _lines(file: str, stream: IO[bytes], first: int = 1) -> Iterator[Payload | Unreadable]:
    """JSONL, as it comes: a pipe that is still being written to is read up to its last line."""
    line = first
    while chunk := stream.readline(MAX_BYTES + 1):
        if len(chunk) > MAX_BYTES:
            yield Unreadable(file, line, "too-large", f"a line of more than {MAX_BYTES} bytes")
            while chunk and not chunk.endswith(b"\n"):
                chunk = stream.readline(MAX_BYTES)
        elif chunk.strip():
            yield Payload(file, line, _bare(chunk))
        line += 1


def _json(file: str, stream: IO[bytes]) -> Iterator[Payload | Unreadable]:
    """One record, an array of records, or JSONL under another name: the first line tells."""
    head = stream.readline(MAX_BYTES + 1)
    if _is_object(head):
        yield Payload(file, 1, _bare(head))
        yield from _lines(file, stream, first=2)
        return
    whole = head + stream.read(MAX_BYTES + 1 - len(head))
    if len(whole) > MAX_BYTES:
        yield Unreadable(file, 1, "too-large", f"a JSON document of more than {MAX_BYTES} bytes; use JSONL")
    elif elements := _elements(whole):
        yield from (Payload(file, line, value) for line, value in elements)
    elif whole.strip():
        yield Payload(file, 1, _bare(whole))  # one record over many lines, or nothing that can be told apart


def _elements(whole: bytes) -> list[tuple[int, bytes]] | None:
    """Line and bytes of each element of a JSON array; None where it is not one."""
    try:
        text = whole.decode("utf-8-sig")
        if not text.lstrip().startswith("["):
            return None
        found: list[tuple[int, bytes]] = []
        at = text.index("[") + 1
        decoder = json.JSONDecoder()
        while True:
            at = _BETWEEN.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing at least
            if text[at] == "]":
                return found
            _, end = decoder.raw_decode(text, at)
            found.append((text.count("\n", 0, at) + 1, text[at:end].encode()))
            at = end
    except (ValueError, IndexError, RecursionError):
        return None


def _page(file: str, stream: IO[bytes], given: Given, *, html: bool) -> Iterator[Payload | Unreadable]:
    """A whole file that is one article or, as text, several of them."""
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        yield Unreadable(file, 1, "too-large", f"more than {MAX_BYTES} bytes")
        return
    content = _text(data, html=html)
    raw = RawArticle(
        url=given.url,
        source=given.source,
        published_at=given.published_at,
        title=given.title,
        text=None if html else content,
        html=content if html else None,
        language=given.language,
    )
    yield Payload(file, 1, encode(raw))


def _text(data: bytes, *, html: bool) -> str:
    try:
        return data.decode("utf-8-sig")  # a page that is valid UTF-8 is UTF-8, whatever it declares
    except UnicodeDecodeError:
        return bytes_to_str(data, detect_encoding(data, from_html_meta=html) or "windows-1252")


def _bare(line: bytes) -> bytes:
    """Without the line's end and a byte order mark, neither of which is part of a JSON record."""
    return line.rstrip(b"\r\n").removeprefix(_MARK)


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(orjson.loads(_bare(line)), dict)
    except orjson.JSONDecodeError:
        return False


def _message(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) and error.strerror else str(error)) or type(error).__name__
