"""Ten thousand articles, one in a hundred malformed: each is emitted, skipped or dead-lettered. The worker lives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from integration.made_articles import Made, make_articles
from integration.running import everything, legation, worker
from legation import topics
from legation.broker import EmbeddedKafka

COUNT = 10_000
SEED = 20250301

REASONS = {
    "not_json": {"not-json"},
    "wrong_types": {"invalid"},
    "no_text": {"no-text"},
    "thirty_megabytes": {"too-large"},
    "deep_html": {"too-large"},
    "wrong_encoding": {"not-json"},
    "null_bytes": {"not-json"},
}
"""What may stand on the dead letter of each kind of breakage."""


@pytest.fixture(scope="module")
def made() -> dict[bytes, Made]:
    return {article.value: article for article in make_articles(COUNT, SEED)}


@pytest.mark.slow
@pytest.mark.timeout(600)  # four minutes on two cores
def test_every_article_is_accounted_for(
    own_kafka: Callable[..., EmbeddedKafka], tmp_path: Path, made: dict[bytes, Made]
) -> None:
    assert len(made) == COUNT
    assert Counter(article.kind == "good" for article in made.values()) == {True: COUNT * 0.99, False: COUNT * 0.01}
    file = tmp_path / "made.jsonl"
    file.write_bytes(b"\n".join(made) + b"\n")
    kafka = own_kafka().bootstrap
    assert legation("topics", "apply", "--kafka", kafka).returncode == 0
    fed = legation("feed", "--kafka", kafka, str(file))
    assert fed.returncode == 0, fed.stderr

    with worker(kafka, tmp_path) as running:
        running.finish(payloads=COUNT, seconds=500)
        ends = {stage: running.ends(stage) for stage in ("clean", "classify", "enrich")}

    # Where each of them is, by what lies on the topics rather than by what the worker says of itself.
    letters = everything(kafka, topics.RAW.dlq)
    cleaned = {record.key.decode() for record in everything(kafka, topics.CLEAN.name)}
    classified = {record.key.decode() for record in everything(kafka, topics.CLASSIFIED.name)}
    mentions = everything(kafka, topics.MENTIONS.name)

    dead = [made[letter.value] for letter in letters]
    assert len({article.article_id for article in dead}) == len(dead)
    for article, letter in zip(dead, letters, strict=True):
        assert dict(letter.headers)["legation-dlq-reason"].decode() in REASONS.get(article.kind, set()), (
            article.article_id
        )
    assert not cleaned & {article.article_id for article in dead}

    skipped_by_clean = COUNT - len(cleaned) - len(dead)
    assert ends["clean"].total() == COUNT
    assert ends["clean"]["emitted"] == len(cleaned)
    assert ends["clean"]["empty-after-cleaning"] == skipped_by_clean
    # Null bytes that are properly escaped make no broken record, but a text without a letter.
    spared = [article for article in made.values() if article.kind != "good" and article not in dead]
    assert {article.kind for article in spared} <= {"null_bytes"}
    assert len(spared) == ends["clean"]["empty-after-cleaning"]

    assert ends["classify"].total() == len(cleaned)
    assert ends["classify"]["emitted"] == len(classified)
    assert ends["enrich"].total() == len(classified)
    told = {record.value.partition(b'"article_id":"')[2].partition(b'"')[0].decode() for record in mentions}
    assert ends["enrich"]["emitted"] == len(told)
    assert told <= classified <= cleaned
    assert len(told) > COUNT / 40  # a tenth of the articles is diplomatic

    for topic in (topics.CLEAN, topics.CLASSIFIED, topics.MENTIONS):
        assert everything(kafka, topic.dlq) == []
