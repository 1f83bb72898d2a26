"""`legation extract`: what it prints where, and how it ends."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click import ClickException
from click.testing import CliRunner, Result

from legation.cli import main
from legation.cli.local import within_time
from legation.knowledge import KnowledgeError
from legation.outcomes import Emit, RejectReason
from legation.pipeline import Pipeline
from legation.records import Article, RawArticle, decode, encode
from legation.samples import FOLDER
from legation.topics import RAW
from legation.topology import Stage

COMMAND = [str(Path(sys.executable).with_name("legation")), "extract"]
STORY = """OSLO, March 3 - Norway and Iceland signed a treaty on herring in Oslo on Monday, a Norwegian official said.

Iceland thanked Norway for its patience."""
RECORD = {"article_id": "one", "published_at": "2025-03-03", "source": "Fjord Post", "text": STORY}


def extract(*arguments: str, stdin: str | bytes = "") -> Result:
    return CliRunner().invoke(main, ["extract", *arguments], input=stdin)


def test_bare_text_takes_what_is_said_of_it(tmp_path: Path) -> None:
    file = tmp_path / "story.txt"
    file.write_text(STORY)
    given = [
        "--published",
        "2025-03-03",
        "--source",
        "Fjord Post",
        "--url",
        "https://fjord.example/1",
        "--title",
        "Herring",
    ]
    result = extract("--stage", "articles", *given, str(file))
    article = decode(result.stdout_bytes.strip(), Article)
    assert (article.published_at, article.outlet) == ("2025-03-03", "Fjord Post")
    assert (article.url, article.title) == ("https://fjord.example/1", "Herring")
    assert result.exit_code == 0


def test_what_it_prints_is_what_the_pipeline_makes() -> None:
    value = json.dumps(RECORD).encode()
    pipeline = Pipeline()
    made = pipeline.feed(value).messages
    for stage, topic in [
        ("articles", "news.articles.clean.v1"),
        ("classified", "news.articles.classified.v1"),
        ("mentions", "diplomacy.mentions.v1"),
    ]:
        expected = [message.value for message in made if message.topic == topic]
        assert expected
        assert extract("--stage", stage, stdin=value).stdout_bytes.splitlines() == expected
    events = extract(stdin=value).stdout_bytes.splitlines()
    assert events == [encode(event) for event in pipeline.events()]
    assert events


def test_a_table_has_a_line_for_each_event() -> None:
    result = extract("--format", "table", stdin=json.dumps(RECORD))
    assert any("AGREE" in row and "NOR" in row and "ISL" in row for row in result.stdout.splitlines())


def test_events_of_a_day_come_as_the_article_tells_them_with_its_words() -> None:
    text = (
        "Norway summoned the Russian ambassador on Monday. It then expelled two Russian diplomats. "
        "Russia recalled its envoy. Finland and Sweden condemned Russia on Sunday."
    )
    result = extract("--format", "table", "--published", "2024-05-13", stdin=text)
    told = [re.findall("“(.*?)”", row)[-1].split()[0] for row in result.stdout.splitlines()]
    assert told == ["condemned", "summoned", "expelled", "recalled"]


def test_a_bad_record_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    lines = [
        json.dumps(RECORD),
        '{"text": "cut',
        '{"text": 7}',
        "",
        '{"text": " "}',
        json.dumps({**RECORD, "article_id": "two"}),
    ]
    file = tmp_path / "a.jsonl"
    file.write_text("\n".join(lines))
    result = extract("--stage", "articles", str(tmp_path / "gone.txt"), str(file))
    assert [json.loads(row)["article_id"] for row in result.stdout.splitlines()] == ["one", "two"]
    assert [row.split(": ")[:2] for row in result.stderr.splitlines()] == [
        [f"{tmp_path}/gone.txt:1", "unreadable"],
        [f"{file}:2", "not-json"],
        [f"{file}:3", "invalid"],
        [f"{file}:5", "no-text"],
    ]
    assert "`$.text`" in result.stderr
    assert result.exit_code == 1


def test_skips_are_counted_and_named_if_asked(tmp_path: Path) -> None:
    sport = {**RECORD, "text": "Brazil beat Peru 2-1 in the cup final. The striker scored twice after half time."}
    french = {
        **RECORD,
        "text": "Le ministre norvégien a reçu mardi son homologue islandais pour parler de la pêche au hareng.",
    }
    value = "\n".join(map(json.dumps, [sport, french, french]))
    result = extract(stdin=value)
    assert result.stderr == "skipped 3: language 2, sport 1\n"
    assert (result.stdout, result.exit_code) == ("", 0)
    assert extract("-q", stdin=value).stderr == ""
    named = extract("-v", stdin=value).stderr.splitlines()
    assert [row.split(" (")[0] for row in named] == [
        "-:1: skipped: sport",
        "-:2: skipped: language",
        "-:3: skipped: language",
        "skipped 3: language 2, sport 1",
    ]


@pytest.mark.parametrize("when", ["yesterday", "2025-02-30", "03/03/2025", ""])
def test_a_wrong_date_is_wrong_usage(when: str) -> None:
    result = extract("--published", when, stdin=STORY)
    assert result.exit_code == 2
    assert "ISO 8601" in result.stderr


def test_a_folder_without_articles_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("nothing")
    result = extract(str(tmp_path))
    assert result.exit_code == 2
    assert ".jsonl" in result.stderr


def on_a_terminal(*arguments: str, stdin_too: bool = False) -> tuple[str, int]:
    """What a terminal as stdout (and as stdin, if so asked) would show, and the exit status."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *arguments], stdin=theirs if stdin_too else subprocess.DEVNULL, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            chunk = os.read(ours, 65536)
        except OSError:  # EIO: how Linux says that the other side of a terminal has closed
            break
        if not chunk:
            break
        shown += chunk
    os.close(ours)
    return shown.decode(), process.wait(30)


def test_without_a_file_on_a_terminal_it_says_how() -> None:
    shown, status = on_a_terminal(stdin_too=True)
    assert status == 2
    assert "Usage: " in shown
    assert "name files" in shown


def test_a_terminal_gets_a_table(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps(RECORD))
    shown, status = on_a_terminal("--stage", "articles", str(file))
    assert status == 0
    assert "Fjord Post" in shown
    assert not shown.startswith("{")


def test_a_reader_that_has_seen_enough_hears_nothing_more() -> None:
    process = subprocess.Popen(
        [*COMMAND, "--stage", "articles", "-q", str(FOLDER)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    said = process.stderr.read().decode()
    process.wait(30)
    assert "Traceback" not in said
    assert "Broken pipe" not in said


def test_ctrl_c_ends_it_with_130() -> None:
    process = subprocess.Popen(
        [*COMMAND, "--stage", "articles"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(RECORD).encode() + b"\n")
    process.stdin.flush()
    assert process.stdout.readline()  # it reads, and waits for more
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Traceback" not in said


def test_a_page_that_never_ends_is_rejected_and_its_neighbours_are_not() -> None:
    def work(raw: RawArticle) -> Emit[RawArticle]:
        if raw.text == "pattern":
            re.match(r"(a+)+$", "a" * 64 + "b")
        while raw.text == "loop":
            pass
        return Emit((raw,))

    stage = Stage("clean", RAW, RAW, work, key=lambda it: it.text or "", seconds=0.2)
    texts = ["one", "pattern", "two", "loop", "three"]
    done = within_time(stage, [encode(RawArticle(text=text)) for text in texts])
    assert [it.messages[0].key.decode() if it.messages else it.reject and it.reject.reason for it in done] == [
        "one", RejectReason.TIMEOUT, "two", RejectReason.TIMEOUT, "three",
    ]  # fmt: skip
    assert done[1].reject is not None
    assert done[1].reject.message == "clean took more than 0.2 s of CPU"
    assert signal.getitimer(signal.ITIMER_PROF) == (0, 0)


def test_a_broken_data_file_ends_it_at_once_and_is_named() -> None:
    def warm() -> None:
        raise KnowledgeError("cities.tsv:8: column 'lat': 95.0 is not between -90 and 90")

    stage = Stage("enrich", RAW, RAW, lambda raw: Emit((raw,)), key=lambda _: "", seconds=1, warm=warm)
    with pytest.raises(ClickException, match=r"^enrich cannot start: cities\.tsv:8: column 'lat'"):
        within_time(stage, [encode(RawArticle(text="any"))])


def test_time_that_others_have_used_does_not_count() -> None:
    stage = Stage("clean", RAW, RAW, lambda raw: time.sleep(0.3) or Emit((raw,)), key=lambda _: "", seconds=0.2)
    (done,) = within_time(stage, [encode(RawArticle(text="slow machine"))])
    assert done.messages
