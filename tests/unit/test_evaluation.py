"""Matching and counting, on cases made by hand."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.evaluation import FORMATS, Reading, figures
from legation.evaluation.gold import GoldEvent, GoldParticipant, GoldRow, split_of, values
from legation.evaluation.match import assign, pair
from legation.evaluation.outside import party_of
from legation.outcomes import Emit
from legation.records import (
    Article,
    Attribution,
    EventDate,
    EventMention,
    EventType,
    Evidence,
    InvalidRecord,
    Part,
    Participant,
    Place,
    Precision,
    RawArticle,
    Sector,
    Status,
    Versions,
    convert,
)
from legation.stages.clean import clean
from legation.vocabulary import QUADS, cameo_code, plover_type

GOLD = Path(__file__).parents[1] / "eval" / "gold.jsonl"
FRESH = GOLD.with_name("fresh.jsonl")
BATCHES = sorted(GOLD.with_name("batches").glob("*.jsonl"))
NATIVE = FORMATS["native"]
TEXT = "Ruritania accused Graustark of spying. Both sides met in Strelsau on Monday."


def event(kind: str = "ACCUSE", actors: str = "FRA", recipients: str = "DEU", **more: Any) -> dict[str, Any]:
    """A gold event about the first sentence of TEXT; parties as 'FRA DEU'."""
    sides = {
        side: [{"country": code} for code in codes.split()]
        for side, codes in (("actors", actors), ("recipients", recipients))
    }
    return {"type": kind, "status": "occurred", "evidence": "accused Graustark of spying", **sides, **more}


def row(*events: dict[str, Any], text: str = TEXT) -> GoldRow:
    given = {"id": "a", "split": split_of("a"), "tags": [], "article": {"text": text}, "events": events}
    return convert(given, GoldRow)


def mention(
    kind: str = "ACCUSE",
    actors: str | tuple[Participant, ...] = "FRA",
    recipients: str | tuple[Participant, ...] = "DEU",
    sentence: str = "Ruritania accused Graustark of spying.",
    status: str = "occurred",
    **more: Any,
) -> EventMention:
    def side(codes: str | tuple[Participant, ...]) -> tuple[Participant, ...]:
        if isinstance(codes, tuple):
            return codes
        return tuple(
            Participant(country=code, body=None, sector=None, name=None, office=None, text=code, start=0, end=3)
            for code in codes.split()
        )

    fields: dict[str, Any] = {
        "type": EventType(kind),
        "mode": None,
        "quad": QUADS[EventType(kind)],
        "status": Status(status),
        "plover": plover_type(EventType(kind), Status(status)),
        "cameo": cameo_code(EventType(kind), None),
        "intensity": 0.0,
        "contexts": (),
        "actors": side(actors),
        "recipients": side(recipients),
        "date": None,
        "place": None,
        "attribution": (),
        "evidence": Evidence(part=Part.BODY, sentence=sentence, start=0, end=len(sentence), fields={}),
        "confidence": 1.0,
        "rule": "hand",
        "versions": Versions(pipeline="0", knowledge="0"),
        "mention_id": "m",
        "article_id": "a",
        "url": None,
        "outlet": None,
        "agency": None,
        "published_at": None,
    }
    return EventMention(**{**fields, **more})


def as_read(gold: GoldEvent) -> EventMention:
    """The mention that a perfect reader makes of a gold event: of each field, the first right value."""

    def side(golds: tuple[GoldParticipant, ...]) -> tuple[Participant, ...]:
        return tuple(
            Participant(
                country=values(it.country)[0] if it.country else None,
                body=values(it.body)[0] if it.body else None,
                sector=it.sector,
                name=it.name,
                office=None,
                text="",
                start=0,
                end=0,
            )
            for it in golds
        )

    def first(of: Any) -> Any:
        return None if of is msgspec.UNSET else values(of)[0]

    date, place = first(gold.date), first(gold.place)
    sources = () if gold.attribution is msgspec.UNSET else gold.attribution
    return mention(
        gold.types[0],
        status=gold.statuses[0],
        sentence=values(gold.evidence)[0],
        mode=first(gold.mode),
        actors=side(gold.actors),
        recipients=side(gold.recipients),
        date=date and EventDate(start=date.start, end=date.end, precision=date.precision, text=None, basis="stated"),
        place=place and Place(name=place.name, country=place.country, latitude=None, longitude=None, text=None),
        attribution=tuple(Attribution(kind=it.kind, text=it.text or "", country=None) for it in sources),
    )


def gold_rows(path: Path = GOLD) -> list[GoldRow]:
    return [NATIVE.read(json.loads(line)) for line in path.read_text("utf-8").splitlines()]


def measured(gold: GoldRow, *mentions: EventMention) -> dict[str, float]:
    return figures(NATIVE.measure([(gold, Reading(mentions))]).measures)


def counts(gold: GoldRow, *mentions: EventMention) -> tuple[int, int, int]:
    tally: Any = NATIVE.measure([(gold, Reading(mentions))]).measures["events"]
    return tally.right, tally.spurious, tally.missed


# --- what is the same event ------------------------------------------------------------------------------------------


def test_the_same_event_is_right() -> None:
    assert counts(row(event()), mention()) == (1, 0, 0)


def test_actor_and_recipient_swapped_is_wrong() -> None:
    assert counts(row(event()), mention(actors="DEU", recipients="FRA")) == (0, 1, 1)


def test_order_of_equal_parties_says_nothing() -> None:
    gold = row(event("CONSULT", "FRA DEU", "FRA DEU"))
    for actors, recipients in (("FRA DEU", "DEU FRA"), ("FRA", "DEU"), ("DEU", "FRA")):
        figure = measured(gold, mention("CONSULT", actors, recipients))
        assert (figure["events.f1"], figure["field.actors"], figure["field.recipients"]) == (1, 1, 1)


def test_one_of_two_equal_parties_is_too_few() -> None:
    assert counts(row(event("CONSULT", "FRA DEU", "FRA DEU")), mention("CONSULT", "FRA", "")) == (0, 1, 1)


def test_a_party_too_few_or_too_many_is_a_wrong_field_not_a_miss() -> None:
    gold = row(event(actors="FRA GBR"))
    for actors in ("FRA", "FRA GBR USA"):
        figure = measured(gold, mention(actors=actors))
        assert (figure["events.f1"], figure["field.actors"], figure["field.recipients"]) == (1, 0, 1)


@pytest.mark.parametrize(("actors", "recipients"), [("FRA", ""), ("", "FRA"), ("FRA", "FRA")])
def test_one_side_is_enough_of_a_domestic_event(actors: str, recipients: str) -> None:
    gold = event(actors="FRA", recipients="FRA")
    gold["actors"][0]["sector"] = "COP"
    assert counts(row(gold), mention(actors=actors, recipients=recipients)) == (1, 0, 0)
    assert counts(row(gold), mention(actors="", recipients="")) == (0, 1, 1)


def test_an_optional_party_may_be_named_or_not() -> None:
    gold = event()
    gold["recipients"].append({"country": "ITA", "optional": True})
    for recipients in ("DEU", "DEU ITA"):
        assert measured(row(gold), mention(recipients=recipients))["field.recipients"] == 1


def test_another_sentence_is_another_event() -> None:
    assert counts(row(event()), mention(sentence="Both sides met in Strelsau on Monday.")) == (0, 1, 1)


@pytest.mark.parametrize(
    "sentence", ["Ruritania accused Graus-tark of spying.", "The nation’s envoy accused GRAUSTARK of spy- ing"]
)
def test_evidence_is_compared_by_letters(sentence: str) -> None:
    assert counts(row(event()), mention(sentence=sentence)) == (1, 0, 0)


def test_a_second_reading_of_one_event_is_spurious() -> None:
    assert counts(row(event()), mention(), mention()) == (1, 1, 0)


def test_an_optional_event_counts_neither_found_nor_missed() -> None:
    gold = row(event(optional=True))
    assert counts(gold, mention()) == (0, 0, 0)
    assert counts(gold) == (0, 0, 0)
    assert counts(gold, mention(), mention()) == (0, 1, 0)
    assert counts(gold, mention("ASSAULT")) == (0, 1, 0)
    assert counts(gold, mention(recipients="")) == (0, 0, 0)


def test_a_needed_event_takes_the_prediction_before_an_optional_one() -> None:
    assert counts(row(event(optional=True), event()), mention()) == (1, 0, 0)


def test_the_matching_gives_each_event_its_own_prediction() -> None:
    gold = row(event("CONSULT", "FRA DEU", "FRA DEU", status="planned"), event("CONSULT", "FRA DEU", "FRA DEU"))
    planned, occurred = (mention("CONSULT", "FRA DEU", "FRA DEU", status=it) for it in ("planned", "occurred"))
    for order in ((planned, occurred), (occurred, planned)):
        assert measured(gold, *order)["field.status"] == 1
    assert measured(gold, occurred)["field.status"] == 1  # it is the one that occurred, the other is missed


# --- types, modes, statuses ------------------------------------------------------------------------------------------


def test_a_wrong_type_is_missed_and_spurious_and_a_wrong_field() -> None:
    figure = measured(row(event()), mention("THREATEN"))
    assert figure["events.f1"] == 0
    assert figure["field.type"] == 0
    assert figure["type.ACCUSE.recall"] == figure["type.THREATEN.precision"] == 0


@pytest.mark.parametrize(
    ("gold_type", "gold_status", "found_type", "found_status"),
    [
        ("CONSULT", "planned", "AGREE", "occurred"),
        ("CONSULT", "cancelled", "REJECT", "occurred"),
        ("AGREE", "occurred", "AID", "planned"),
    ],
)
def test_the_strict_reading_is_the_same_event_but_another_type(
    gold_type: str, gold_status: str, found_type: str, found_status: str
) -> None:
    figure = measured(row(event(gold_type, status=gold_status)), mention(found_type, status=found_status))
    assert figure["events.f1"] == 1
    assert figure["field.type"] == 0
    assert "field.status" not in figure  # the status of another type is neither right nor wrong


def test_two_types_with_one_strict_reading_are_two_types() -> None:
    assert counts(row(event("CONSULT", status="planned")), mention("AID", status="planned")) == (0, 1, 1)


def test_a_wrong_status_is_an_error_of_both_statuses() -> None:
    figure = measured(row(event("CONSULT", status="proposed")), mention("CONSULT"))
    assert (figure["events.f1"], figure["field.status"]) == (1, 0)
    assert figure["status.proposed.recall"] == figure["status.occurred.precision"] == 0


def test_any_of_several_right_values_is_right() -> None:
    gold = row(event(["COERCE", "SANCTION"], status=["occurred", "ongoing"], mode=["restrict", "discontinue"]))
    figure = measured(gold, mention("SANCTION", status="ongoing", mode="discontinue"))
    assert [figure[name] for name in ("events.f1", "field.type", "field.status", "field.mode")] == [1, 1, 1, 1]
    assert figure["type.COERCE.f1"] == 1  # counted under the first


def test_a_mode_that_is_not_given_is_not_judged() -> None:
    assert "field.mode" not in measured(row(event()), mention(mode="allege"))


# --- fields ----------------------------------------------------------------------------------------------------------

MONDAY = {"start": "2001-05-07", "end": "2001-05-07", "precision": "day"}


def date(start: str, end: str | None = None, precision: str = "day") -> EventDate:
    return EventDate(start=start, end=end or start, precision=Precision(precision), text=None, basis="stated")


@pytest.mark.parametrize(
    ("gold", "found", "right"),
    [
        (MONDAY, date("2001-05-07"), True),
        (MONDAY, date("2001-05-08"), False),
        (MONDAY, date("2001-05-07", "2001-05-08"), False),
        (MONDAY, date("2001-05-07", precision="week"), False),
        (MONDAY, None, False),
        (None, None, True),
        (None, date("2001-05-07"), False),
        ([MONDAY, None], None, True),
        ([MONDAY, None], date("2001-05-06"), False),
    ],
)
def test_a_date_is_right_with_its_precision_and_null_is_an_answer(gold: Any, found: Any, right: bool) -> None:
    assert measured(row(event(date=gold)), mention(date=found))["field.date"] == right


@pytest.mark.parametrize(
    ("gold", "name", "country", "right"),
    [
        ({"name": "Bogotá", "country": "COL"}, "Bogota", "COL", True),
        ({"name": "Bogotá", "country": "COL"}, "Bogota", "PER", False),
        ({"name": "Bogotá", "country": "COL"}, "Cali", "COL", False),
        ({"name": "the Strait of Hormuz", "country": None}, "Strait of Hormuz", "IRN", True),
        (None, "Bogota", "COL", False),
    ],
)
def test_a_place_is_right_with_its_country(gold: Any, name: str, country: str, right: bool) -> None:
    found = Place(name=name, country=country, latitude=None, longitude=None, text=None)
    assert measured(row(event(place=gold)), mention(place=found))["field.place"] == right


def test_a_place_is_right_by_the_words_of_the_text_too() -> None:
    gold = row(event(place={"name": "Kiev", "country": "UKR"}))
    found = Place(name="Kyiv", country="UKR", latitude=None, longitude=None, text="Kiev")
    assert measured(gold, mention(place=found))["field.place"] == 1


@pytest.mark.parametrize(
    ("found", "right"),
    [
        ([("anonymous", "a diplomatic source")], True),
        ([("office", "a diplomatic source")], False),
        ([("anonymous", "a spokesman")], False),
        ([("anonymous", "a diplomatic source"), ("outlet", "Kyodo")], False),
        ([], False),
    ],
)
def test_sources_are_right_when_all_are(found: list[tuple[str, str]], right: bool) -> None:
    gold = row(event(attribution=[{"kind": "anonymous", "text": "diplomatic source"}]))
    sources = tuple(convert({"kind": kind, "text": text, "country": None}, Attribution) for kind, text in found)
    assert measured(gold, mention(attribution=sources))["field.attribution"] == right


def test_sector_and_name_are_judged_on_the_participants_that_were_found() -> None:
    gold = event(actors="")
    gold["actors"] = [{"country": "FRA", "sector": "GOV", "name": "Ada Vey"}, {"country": "ITA", "sector": "MIL"}]
    (found,) = mention().actors
    actors = (msgspec.structs.replace(found, sector=Sector.GOV, name="Minister Ada Vey"),)
    figure = measured(row(gold), mention(actors=actors))
    assert (figure["field.sector"], figure["field.name"], figure["field.actors"]) == (1, 1, 0)


def test_quiet_counts_rows_without_events() -> None:
    readings = [(row(), Reading()), (row(), Reading((mention(),))), (row(event()), Reading())]
    assert figures(NATIVE.measure(readings).measures)["quiet"] == 1 / 2
    readings.append((row(), Reading(rejected=True)))  # a fault is no answer
    assert figures(NATIVE.measure(readings).measures)["quiet"] == 1 / 3


def test_findings_name_what_went_wrong() -> None:
    result = NATIVE.measure([(row(event(), event("AID")), Reading((mention(), mention("PROTEST")), ("x: y",)))])
    assert [(it.kind, it.detail.split()[0]) for it in result.findings] == [("missed", "AID"), ("spurious", "PROTEST")]
    assert "x: y" in result.findings[0].detail


# --- gold files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"evidence": "no such words"}, "evidence"),
        ({"mode": "visit"}, "mode"),
        ({"type": "MEET"}, "type"),
        ({"stats": "occurred"}, "stats"),
        ({"status": "hoped"}, "status"),
    ],
)
def test_a_broken_gold_row_is_refused_by_field(change: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidRecord, match=named):
        row(event(**change))


@pytest.mark.parametrize(("path", "least"), [(GOLD, 170), (FRESH, 110)])
def test_gold_is_what_docs_promise_of_it(path: Path, least: int) -> None:
    rows = gold_rows(path)
    assert len({it.id for it in rows}) == len(rows) >= least
    assert 0.2 < sum(not it.events for it in rows) / len(rows) < 0.35
    needed = [it for gold in rows for it in gold.events if not it.optional]
    assert {kind for it in needed for kind in it.types} == set(EventType)
    assert {status for it in needed for status in it.statuses} == set(Status)


def test_each_part_of_gold_has_its_rows() -> None:
    rows = gold_rows()
    assert all(it.split == split_of(it.id) for it in rows), "nobody chooses the half of a row"
    assert 0.4 < sum(it.split == "dev" for it in rows) / len(rows) < 0.6
    assert {it.split for it in gold_rows(FRESH)} == {"fresh"}
    assert {it.split for path in BATCHES for it in gold_rows(path)} == {"dev"}
    assert not {it.id for it in rows} & {it.id for it in gold_rows(FRESH)}


def test_the_example_in_the_docs_is_a_gold_row() -> None:
    docs = (Path(__file__).parents[2] / "docs" / "eval.md").read_text("utf-8")
    (example,) = re.findall(r"```json\n(.*?)```", docs, re.DOTALL)
    assert counts(NATIVE.read(json.loads(example))) == (0, 0, 1)


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_gold_against_itself_is_all_right(data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.sampled_from(gold_rows()), min_size=1, unique_by=lambda it: it.id))
    readings = [
        (gold, Reading(tuple(data.draw(st.permutations([as_read(it) for it in gold.events]))))) for gold in rows
    ]
    result = NATIVE.measure(readings)
    assert result.findings == []
    assert set(figures(result.measures).values()) <= {1.0}


# --- the assignment --------------------------------------------------------------------------------------------------


@given(st.integers(0, 5).flatmap(lambda n: st.lists(st.lists(st.integers(0, 9), min_size=n, max_size=n), max_size=5)))
def test_assign_finds_the_most_that_any_pairing_gives(weights: list[list[int]]) -> None:
    found = assign(weights)
    assert all(weights[row][column] for row, column in found)
    assert len({row for row, _ in found}) == len({column for _, column in found}) == len(found)
    width = len(weights[0]) if weights else 0
    spare = [*range(width), *[None] * len(weights)]
    best = max(
        (
            sum(weights[row][column] for row, column in enumerate(columns) if column is not None)
            for columns in itertools.permutations(spare, len(weights))
        ),
        default=0,
    )
    assert sum(weights[row][column] for row, column in found) == best


def test_pairs_do_not_depend_on_the_order_of_mentions() -> None:
    golds = row(event(), event("AID"), event("AID", recipients="ITA")).events
    mentions = [mention("AID", recipients="ITA"), mention(), mention("AID")]
    for order in itertools.permutations(mentions):
        assert [order[it.mention] for it in pair(golds, order)] == [mentions[1], mentions[2], mentions[0]]


# --- sets that others made -------------------------------------------------------------------------------------------


def plv(root: str, *mentions: EventMention, source: str = "the French president", target: str = "Berlin") -> Any:
    given = {"id": "p", "text": "-", "source": source, "target": target, "root": root}
    return FORMATS["plv"].read(given), Reading(mentions)


def plv_figures(*rows: Any) -> dict[str, float]:
    return figures(FORMATS["plv"].measure(rows).measures)


def test_plv_counts_root_and_other_types_once_a_row() -> None:
    figure = plv_figures(plv("AID", mention("AID"), mention("AID"), mention("CONSULT")), plv("AID", mention("REJECT")))
    assert (figure["all.precision"], figure["all.recall"]) == (1 / 3, 1 / 2)
    assert figure["all.lenient.precision"] == figure["all.hits"] == 1 / 2


@pytest.mark.parametrize("kind", ["CONCEDE", "RETREAT"])
def test_plv_yield_is_concede_and_retreat(kind: str) -> None:
    assert plv_figures(plv("YIELD", mention(kind)))["all.f1"] == 1


def test_plv_reads_the_strict_type() -> None:
    assert plv_figures(plv("AGREE", mention("CONSULT", status="planned")))["all.f1"] == 1


def test_plv_interstate_rows_name_two_states() -> None:
    figure = plv_figures(
        plv("AID", mention("AID")),
        plv("AID", source="The French army", target="a village"),
        plv("AID", source="Paris", target="French farmers"),
    )
    assert (figure["all.hits"], figure["interstate.hits"]) == (1 / 3, 1)


def test_plv_parties_are_judged_by_side() -> None:
    figure = plv_figures(plv("AID", mention("AID")), plv("AID", mention("AID", actors="DEU", recipients="FRA")))
    assert [figure[f"parties.{side}"] for side in ("actors", "recipients", "both")] == [0.5, 0.5, 0.5]


def test_cameo_neutral_rows_should_stay_without_events() -> None:
    rows = [
        (FORMATS["cameo"].read({"id": "c", "text": "-", "penta": penta}), Reading(mentions))
        for penta, mentions in ((0, ()), (0, (mention(),)), (3, (mention(),)))
    ]
    figure = figures(FORMATS["cameo"].measure(rows).measures)
    assert (figure["found.neutral"], figure["found.verbal-conflict"]) == (0.5, 1)
    assert "found.material-conflict" not in figure


@pytest.mark.parametrize(
    ("phrase", "code"),
    [("the Chinese ambassador to France", "CHN"), ("the U.N. envoy", "UN"), ("a village elder", None)],
)
def test_party_of_is_the_first_state_or_body(phrase: str, code: str | None) -> None:
    assert party_of(phrase) == code


def detail(form: str, given: dict[str, Any], reading: Reading) -> dict[str, float]:
    return figures(FORMATS[form].measure([(FORMATS[form].read(given), reading)]).measures)


def cleaned(raw: RawArticle) -> Article:
    outcome = clean(raw)
    assert isinstance(outcome, Emit)
    return outcome.records[0]


def test_timebank_judges_days_and_tells_those_that_date_events_apart() -> None:
    text = "STRELSAU, June 5 - Ruritania accused Graustark of spying on Monday.\nIt rained on Tuesday, as in 1987."
    values = {"June 5": "1990-06-05", "Monday": "1990-06-04", "Tuesday": "1990-06-12", "1987": "1987"}
    timexes = [
        {
            "start": text.index(words),
            "end": text.index(words) + len(words),
            "text": words,
            "type": "DATE",
            "value": value,
        }
        for words, value in values.items()
    ]
    given = {"id": "t", "dct": "1990-06-06", "text": text, "timexes": timexes}
    article = cleaned(FORMATS["timebank"].article(FORMATS["timebank"].read(given)))
    dated = mention(sentence=article.sentences[0].text, article_id=article.article_id)
    figure = detail("timebank", given, Reading((dated,), articles=(article,)))
    assert (figure["day"], figure["day.dateline"], figure["day.events"]) == (2 / 3, 1, 1)
    assert "day.dates" not in figure, "the event was given no date"


@pytest.mark.parametrize(
    ("expected", "figure"), [("FRA", {"named": 1, "country": 1}), ("UNO", {"named": 0, "body": 0})]
)
def test_actors_are_judged_by_country_or_body(expected: str, figure: dict[str, float]) -> None:
    given = {"id": "p", "text": "the French envoy", "expect": {"country": expected}, "kwargs": {}}
    assert detail("actors", given, Reading((mention(),))) == figure


def test_actors_that_name_no_country_are_not_judged() -> None:
    given = {"id": "p", "text": "some villagers", "expect": {"country": ""}, "kwargs": {}}
    assert detail("actors", given, Reading((mention(),))) == {}


def test_pages_are_judged_by_runs_of_four_words() -> None:
    body = "One ambassador met three ministers in the old palace."
    article = cleaned(RawArticle(text=f"{body}\nIt was raining in the whole of the little kingdom."))
    figure = detail("html", {"id": "h", "url": "-", "html": "-", "article_body": body}, Reading(articles=(article,)))
    assert figure["english.recall"] == 1
    assert figure["pages.precision"] == pytest.approx(6 / 16)  # 9 words have 6 runs, 19 have 16
