"""What is latest after all mentions depends on their set only, not on order, duplicates or replays."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import event, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from legation.records import (
    Attribution,
    AttributionKind,
    Change,
    EventDate,
    EventMention,
    EventType,
    Evidence,
    Part,
    Participant,
    Place,
    Precision,
    Quad,
    Sector,
    Status,
    Versions,
    decode,
    encode,
)
from legation.stages.consolidate import Block, fold, folding

MONDAY = date(2022, 3, 14)


@st.composite
def event_dates(draw: st.DrawFn) -> EventDate:
    day = MONDAY + timedelta(draw(st.integers(-2, 3)))
    kind = draw(st.sampled_from(["day", "reported", "week", "month"]))
    if kind == "month":
        return EventDate(start="2022-03-01", end="2022-03-31", precision=Precision.MONTH, text=None, basis="stated")
    if kind == "week":
        end = MONDAY + timedelta(6)
        return EventDate(start=str(MONDAY), end=str(end), precision=Precision.WEEK, text="this week", basis="relative")
    if kind == "reported":
        start = day - timedelta(1)
        return EventDate(start=str(start), end=str(day), precision=Precision.DAY, text="Monday", basis="reported")
    return EventDate(start=str(day), end=str(day), precision=Precision.DAY, text="Monday", basis="relative")


def participants(country: str, names: list[str]) -> st.SearchStrategy[tuple[Participant, ...]]:
    one = st.builds(
        Participant,
        country=st.just(country),
        body=st.none(),
        sector=st.sampled_from([None, Sector.GOV, Sector.SPY]),
        name=st.sampled_from([None, *names]),
        office=st.sampled_from([None, "envoy"]),
        text=st.just("x"),
        start=st.just(0),
        end=st.just(1),
    )
    return st.lists(one, min_size=1, max_size=2).map(tuple)


def mentions(type_: EventType) -> st.SearchStrategy[EventMention]:
    """Mentions of one block: few days, few names, few sources, so that they meet."""
    day = st.integers(-2, 4).map(lambda it: str(MONDAY + timedelta(it)))
    sentence = "Envoys of the two neighbours sat down for talks on fishing rights again, their spokesman said"
    evidence = st.builds(
        Evidence,
        part=st.just(Part.BODY),
        sentence=st.sampled_from([sentence, sentence.lower() + " late", "They met.", "Talks were held."]),
        start=st.just(0),
        end=st.just(9),
        fields=st.just({"type": (0, 4), "date": (0, 3)}),
    )
    return st.builds(
        EventMention,
        type=st.just(type_),
        mode=st.sampled_from([None, "visit", "phone"]),
        quad=st.just(Quad.VERBAL_COOPERATION),
        status=st.sampled_from(Status),
        plover=st.just(type_),
        cameo=st.just("040"),
        intensity=st.just(2.5),
        contexts=st.lists(st.sampled_from(["diplomatic", "economic"]), max_size=2).map(tuple),
        actors=participants("JPN", ["Aoki", "Hana Aoki", "Ken Mori"]),
        recipients=participants("KOR", ["Seo Jin-ah", "Seo Jinah", "Bae"]),
        date=st.none() | event_dates(),
        place=st.none()
        | st.builds(
            Place,
            name=st.just("x"),
            country=st.sampled_from([None, "JPN", "CHN"]),
            latitude=st.none(),
            longitude=st.none(),
            text=st.none(),
        ),
        attribution=st.sampled_from(
            [(), (Attribution(kind=AttributionKind.OFFICE, text="a spokesman", country=None),)]
        ),
        evidence=evidence,
        confidence=st.sampled_from([0.5, 0.8, 0.95]),
        rule=st.just("meet"),
        versions=st.builds(Versions, pipeline=st.sampled_from(["0.9.0", "0.10.0"]), knowledge=st.just("1")),
        mention_id=st.sampled_from([f"m{it}" for it in range(12)]),
        article_id=st.sampled_from(["a", "b", "c"]),
        url=st.none(),
        outlet=st.sampled_from([None, "The Herald", "The Post"]),
        agency=st.sampled_from([None, "Kyodo"]),
        published_at=st.none() | day | day.map(lambda it: f"{it}T08:00:00+09:00"),
    )


def dated(mention: EventMention) -> EventMention:
    """What has neither date nor publication would be in a block of its own."""
    return mention if mention.date or mention.published_at else replace(mention, published_at=str(MONDAY))


same_block = st.sampled_from([EventType.CONSULT, EventType.ACCUSE]).flatmap(
    lambda it: st.lists(mentions(it).map(dated), min_size=1, max_size=14)
)


def latest(stream: list[EventMention]) -> tuple[Block, dict[str, bytes]]:
    """What a compacted topic holds after the stream."""
    block: Block | None = None
    events: dict[str, bytes] = {}
    for mention in stream:
        block, revisions = fold(block, mention)
        for it in revisions:
            if it.change is Change.RETRACTION:
                events.pop(it.event_id, None)
            else:
                events[it.event_id] = encode(it)
    assert block is not None
    return block, events


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_order_duplicates_and_replays_do_not_change_what_is_latest(data: st.DataObject) -> None:
    stream = data.draw(same_block)
    again = data.draw(st.lists(st.sampled_from(stream), max_size=8))
    shuffled = data.draw(st.permutations([*stream, *again]))
    block, events = latest(stream)
    event(f"{len(events)} events")
    assert latest(shuffled) == (block, events)
    assert sorted(m.mention_id for it in events.values() for m in decode(it, folding.DiplomaticEvent).mentions) == [
        it.mention_id for it in block.mentions
    ]


@settings(max_examples=100, deadline=None)
@given(st.data(), st.integers(1, 5))
def test_what_a_full_day_keeps_does_not_depend_on_order_either(data: st.DataObject, room: int) -> None:
    stream = list({it.mention_id: it for it in data.draw(same_block)}.values())
    shuffled = data.draw(st.permutations(stream + stream[:3]))
    before, folding.DAY_BYTES = folding.DAY_BYTES, room * 1000  # about as many mentions
    try:
        block, events = latest(stream)
        event(f"{len(stream) - len(block.mentions)} turned away")
        assert latest(shuffled) == (block, events)
    finally:
        folding.DAY_BYTES = before


@settings(max_examples=100, deadline=None)
@given(same_block)
def test_every_event_stands_on_its_mentions(stream: list[EventMention]) -> None:
    block, events = latest(stream)
    known = {it.mention_id: it for it in block.mentions}
    for value in events.values():
        made = decode(value, folding.DiplomaticEvent)
        behind = [known[it.mention_id] for it in made.mentions]
        assert made.revision == len(behind)
        assert made.evidence.sentence in {it.evidence.sentence for it in behind if it.status is made.status}
        assert made.date in [it.date for it in behind]
        assert max(it.confidence for it in behind if it.status is made.status) <= made.confidence <= 0.99
        assert 1 <= made.sources.independent <= made.sources.articles <= len(behind)
        days = {it.date.start for it in behind if it.date and it.date.start == it.date.end}
        assert len(days) <= 1
