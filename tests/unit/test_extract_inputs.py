"""cli/inputs: what a file on the command line becomes as a raw payload."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path

import orjson
import pytest

from legation.cli import inputs
from legation.cli.inputs import Given, Payload, Unreadable, expand, read

RECORD = b'{"text": "Chile and Peru signed an accord."}'


def write(folder: Path, name: str, data: bytes) -> str:
    path = folder / name
    path.write_bytes(data)
    return str(path)


def values(*files: str) -> list[tuple[int, bytes]]:
    return [(item.line, item.value) for item in read(files) if isinstance(item, Payload)]


def test_lines_keep_their_bytes_and_their_numbers(tmp_path: Path) -> None:
    broken = b'{"text": "cut off '
    file = write(tmp_path, "a.jsonl", b"\xef\xbb\xbf" + RECORD + b"\r\n \n" + broken + b"\n\xff\x00\n" + RECORD)
    assert values(file) == [(1, RECORD), (3, broken), (4, b"\xff\x00"), (5, RECORD)]


def test_gzip_is_seen_by_its_content(tmp_path: Path) -> None:
    assert values(write(tmp_path, "a.jsonl.gz", gzip.compress(RECORD))) == [(1, RECORD)]
    assert values(write(tmp_path, "no-suffix", gzip.compress(RECORD + b"\n" + RECORD))) == [(1, RECORD), (2, RECORD)]


@pytest.mark.parametrize("name", ["a.json", "unnamed"])
def test_json_may_be_a_record_an_array_or_lines(tmp_path: Path, name: str) -> None:
    pretty = json.dumps(json.loads(RECORD), indent=2).encode()
    assert values(write(tmp_path, name, pretty)) == [(1, pretty)]
    assert values(write(tmp_path, name, b"[\n" + RECORD + b",\n" + RECORD + b"\n]\n")) == [(2, RECORD), (3, RECORD)]
    assert values(write(tmp_path, name, RECORD + b"\n" + b'{"text": 1\n' + RECORD)) == [
        (1, RECORD),
        (2, b'{"text": 1'),
        (3, RECORD),
    ]


def test_broken_json_is_handed_on_whole(tmp_path: Path) -> None:
    assert values(write(tmp_path, "a.json", b'{"text":\n "cut')) == [(1, b'{"text":\n "cut')]
    deep = b"[" * 100_000
    assert values(write(tmp_path, "b.json", deep)) == [(1, deep)]
    assert values(write(tmp_path, "c.json", b"[1, ]")) == [(1, b"1")]


def test_text_and_html_take_what_is_given(tmp_path: Path) -> None:
    given = Given(published_at="2024-05-13", source="The Gazette", url="https://gazette.example/1", language="en")
    text = write(tmp_path, "a.txt", b"[LIMA] Chile and Peru signed an accord.")
    page = write(tmp_path, "page", b"\n<!DOCTYPE html><p>Chile and Peru signed an accord.</p>")
    first, second = (orjson.loads(item.value) for item in read([text, page], given) if isinstance(item, Payload))
    assert first["text"] == "[LIMA] Chile and Peru signed an accord."
    assert first["html"] is None
    assert second["text"] is None
    assert second["html"].startswith("\n<!DOCTYPE")
    for record in (first, second):
        assert (record["published_at"], record["source"]) == ("2024-05-13", "The Gazette")
        assert (record["url"], record["language"]) == ("https://gazette.example/1", "en")


def test_records_speak_for_themselves(tmp_path: Path) -> None:
    (item,) = read([write(tmp_path, "a.jsonl", RECORD)], Given(source="The Gazette"))
    assert item == Payload(str(tmp_path / "a.jsonl"), 1, RECORD)


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.txt", "Zażółć".encode(), "Zażółć"),
        ("a.txt", "Zażółć".encode("utf-16"), "Zażółć"),
        ("a.txt", "“Peru’s” envoy".encode("cp1252"), "“Peru’s” envoy"),
        ("a.html", '<meta charset="iso-8859-2"><p>Zażółć'.encode("iso-8859-2"), "Zażółć"),
        ("a.html", '<meta charset="iso-8859-1"><p>Zażółć'.encode(), "Zażółć"),
    ],
)
def test_encodings(tmp_path: Path, name: str, data: bytes, expected: str) -> None:
    (item,) = read([write(tmp_path, name, data)])
    assert isinstance(item, Payload)
    record = orjson.loads(item.value)
    assert (record["text"] or record["html"]).endswith(expected)


def test_bad_files_are_named_and_do_not_stop_the_next(tmp_path: Path) -> None:
    cut = write(tmp_path, "cut.jsonl.gz", gzip.compress(RECORD * 1000)[:40])
    missing = str(tmp_path / "missing.txt")
    good = write(tmp_path, "good.jsonl", RECORD)
    found = list(read([cut, missing, good]))
    assert [(type(item), item.file) for item in found] == [(Unreadable, cut), (Unreadable, missing), (Payload, good)]
    assert isinstance(found[1], Unreadable)
    assert found[1].message == "No such file or directory"


def test_what_could_not_be_published_is_not_read_into_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "MAX_BYTES", 50)
    lines = write(tmp_path, "a.jsonl", b"x" * 120 + b"\n" + RECORD + b"\n" + b"y" * 51)
    found = [(item.line, getattr(item, "reason", None)) for item in read([lines])]
    assert found == [(1, "too-large"), (2, None), (3, "too-large")]
    (page,) = read([write(tmp_path, "a.html", b"<p>" + b"x" * 50)])
    assert isinstance(page, Unreadable)


def test_folders_stand_for_the_files_below_them_by_name(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("b.txt", "a.jsonl.gz", "sub/c.html", "notes.md"):
        write(tmp_path, name, b"")
    assert expand([str(tmp_path), "-"]) == (
        *(f"{tmp_path}/{name}" for name in ("a.jsonl.gz", "b.txt", "sub/c.html")),
        "-",
    )


def test_standard_input_is_read_as_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    class Pipe(io.RawIOBase):
        """Gives one line, then fails if asked for more before the first was used."""

        def __init__(self) -> None:
            self.chunks = [RECORD + b"\n"]

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
            chunk = self.chunks.pop(0)
            buffer[: len(chunk)] = chunk
            return len(chunk)

    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(Pipe())))
    assert next(read(["-"])) == Payload("-", 1, RECORD)
