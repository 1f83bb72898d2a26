"""What a run has left on the topics, and whether that is what an undisturbed run leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from chaos.world import Subject, World
from integration.running import latest
from legation.outcomes import Reject
from legation.pipeline import Pipeline
from legation.records import DiplomaticEvent, EventMention, decode


@dataclass(frozen=True, slots=True)
class Article:
    """One payload for the raw topic. The id is its key, and names it on all topics up to the dead letters."""

    article_id: str
    value: bytes | None
    reason: str = ""
    """For which it has to end as a dead letter, if stage and topology alone do not tell: `crash`, `timeout`."""


@dataclass(frozen=True, slots=True)
class Trace:
    """All that a run has left, without the order in which it came and without the headers that tell the time."""

    made: Mapping[str, Counter[tuple[bytes, bytes]]]
    """Intermediate topic to (key, value) to how often it is there."""
    letters: Counter[tuple[str, str]]
    """(article id, reason) to the number of dead letters."""
    latest: Mapping[bytes, bytes]
    """event_id to the event: what compaction leaves in the end."""

    def articles(self) -> dict[str, set[tuple[str, bytes]]]:
        """Article id to (topic, value) of each record that was made of it, (reason, b'') for dead letters."""
        found: dict[str, set[tuple[str, bytes]]] = {}
        for topic, records in self.made.items():
            for key, value in records:
                article = key.decode()
                if topic == list(self.made)[-1]:  # mentions are keyed by the parties
                    article = decode(value, EventMention).article_id
                found.setdefault(article, set()).add((topic, value))
        for article, reason in self.letters:
            found.setdefault(article, set()).add((reason, b""))
        return found

    def told(self) -> set[str]:
        """Ids of the articles that the latest events rest on."""
        return {
            mention.article_id for value in self.latest.values() for mention in decode(value, DiplomaticEvent).mentions
        }

    @property
    def repeated(self) -> float:
        """Records that are there again, as a share of those that should be: all intermediate topics together."""
        total, distinct = sum(it.total() for it in self.made.values()), sum(map(len, self.made.values()))
        return total / distinct - 1 if distinct else 0.0


def read(world: World, articles: Sequence[Article]) -> Trace:
    """What lies on the topics now.

    Raises:
        AssertionError: a dead letter is not the original record, byte for byte.
    """
    topology = world.subject.topology
    originals = {it.article_id: it.value for it in articles}
    letters: Counter[tuple[str, str]] = Counter()
    for topic in world.sources.values():
        for letter in world.records(f"{topic}.dlq"):
            headers = dict(letter.headers)
            article = letter.key.decode()
            if topic == world.source and "legation-dlq-value-left-out" not in headers:
                assert letter.value == originals[article], article
            letters[article, headers["legation-dlq-reason"].decode()] += 1
    return Trace(
        made={
            stage.sink.name: Counter((it.key, it.value) for it in world.records(stage.sink.name))
            for stage in topology.stages
        },
        letters=letters,
        latest=latest(world.records(topology.fold.latest.name)),
    )


def in_process(subject: Subject, articles: Sequence[Article]) -> Trace:
    """What the pipeline leaves without Kafka, each article taken to its end before the next.

    For those with a `reason`, it is taken at its word: they would end this process too.
    """
    pipeline = Pipeline(subject.topology)
    made: dict[str, Counter[tuple[bytes, bytes]]] = {stage.sink.name: Counter() for stage in subject.topology.stages}
    letters: Counter[tuple[str, str]] = Counter()
    latest: dict[bytes, bytes] = {}
    following = iter(articles)
    while batch := list(islice(following, 500)):
        sound = [it for it in batch if not it.reason]
        letters.update((it.article_id, it.reason) for it in batch if it.reason)
        for article, report in zip(sound, pipeline.feed_many([it.value for it in sound]), strict=True):
            for message in report.messages:
                if message.topic in made:
                    made[message.topic][message.key, message.value or b""] += 1
                elif message.topic == subject.topology.fold.latest.name and message.value is not None:
                    latest[message.key] = message.value
                elif message.topic == subject.topology.fold.latest.name:
                    latest.pop(message.key, None)
            letters.update((article.article_id, end.reason.value) for _, end in report.ends if isinstance(end, Reject))
    return Trace(made, letters, latest)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the articles of a run ended, beside how they should have."""

    events: int
    skips: int
    letters: int
    missing: int
    """Articles that lack anything of what an undisturbed run makes of them: a record, a dead letter, their event."""
    spurious: int
    """Articles of which there is anything that an undisturbed run does not make."""
    repeated: float
    """Intermediate records that are there more than once, as a share of those that should be there once."""
    identical: bool
    """The latest events are those of an undisturbed run, byte for byte."""

    @property
    def sound(self) -> bool:
        """Nothing lost, nothing twice in effect."""
        return self.identical and not self.missing and not self.spurious


def judge(trace: Trace, undisturbed: Trace, articles: Sequence[Article]) -> Verdict:
    """Compare what is there with what should be, article by article.

    A skip leaves nothing behind. So an article of which nothing is there counts as skipped if nothing of it is there
    in the undisturbed run either, where the worker's own count of skips says so; and as missing if it is not.
    """
    found, wanted = trace.articles(), undisturbed.articles()
    told, should_be_told = trace.told(), undisturbed.told()
    lettered = {article for article, _ in trace.letters}
    ends: Counter[str] = Counter()
    spurious = 0
    for it in articles:
        name = it.article_id
        here, there = found.get(name, set()), wanted.get(name, set())
        spurious += bool(here - there)
        if there - here or (name in should_be_told and name not in told):
            ends["missing"] += 1
        elif name in told:
            ends["events"] += 1
        else:
            ends["letters" if name in lettered else "skips"] += 1
    return Verdict(
        events=ends["events"],
        skips=ends["skips"],
        letters=ends["letters"],
        missing=ends["missing"],
        spurious=spurious,
        repeated=trace.repeated,
        identical=trace.latest == undisturbed.latest,
    )
