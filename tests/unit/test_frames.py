"""Every frame that tells an example reads it: the examples in the frame files are tests."""

from __future__ import annotations

import pytest

from legation.knowledge import load
from legation.knowledge.frames import Frame, load_frames, may_tell, triggers
from legation.records import Participant
from legation.stages.classify.lexicon import plain
from legation.stages.enrich.actors import Sentence
from legation.stages.enrich.events import find_events
from legation.stages.enrich.memory import Memory
from legation.stages.enrich.parse import parse

FRAMES = {frame.example: frame for frame in load_frames().all() if frame.example}


def codes(participants: tuple[Participant, ...]) -> str:
    return "+".join(sorted({p.body or p.country or p.name or "?" for p in participants}))


@pytest.mark.parametrize("frame", FRAMES.values(), ids=lambda frame: frame.name)
def test_a_frame_reads_its_example(frame: Frame) -> None:
    [doc] = parse([frame.example])
    sentence = Sentence(frame.example, doc, load(), Memory(None))
    found = find_events(sentence, load_frames())
    if frame.type is None:
        assert not found
        return
    read = [
        codes(event.actors) + ("=" if event.actors == event.recipients else ">" + codes(event.recipients))
        for event in found
        if event.frame.name.split(".")[:2] == frame.name.split(".")[:2]  # the same line of the same file
    ]
    assert may_tell(plain(frame.example).split())
    assert frame.parties.replace(" ", "") in read, f"{frame.name} read {read} among {[e.frame.name for e in found]}"


def test_every_frame_that_tells_of_an_event_has_an_example() -> None:
    assert [frame.name for frame in load_frames().all() if frame.type is not None and not frame.example] == []


def test_triggers_hold_the_forms_of_regular_and_irregular_words() -> None:
    assert {"meet", "met", "visits", "denied", "talks"} <= triggers().keys()


def test_a_sentence_may_tell_where_it_holds_all_words_of_a_frame() -> None:
    assert may_tell("the envoy was summoned over the raid".split())
    assert may_tell("both sides cut all ties".split())
    assert not may_tell("the two cut the ribbon".split())
    assert not may_tell("it rained in oslo".split())
