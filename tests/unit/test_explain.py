"""`legation explain`: every field has its words, every refusal its reason, every skip its evidence."""

from __future__ import annotations

import json
import re
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from legation.cli import main
from legation.cli.inputs import Payload, expand, read
from legation.explanation import ExplainedEvent, Explanation, Reason, explain
from legation.pipeline import Pipeline
from legation.records import EventMention, InvalidRecord, RawArticle, decode, encode
from legation.samples import FOLDER

STORY = """HELSINKI, March 4 (Reuters) - Finland and Sweden held talks on Monday and the two neighbours agreed to \
share radar data, officials in the Helsinki-based ministry said.

Norway urged Denmark to stop bombing fish stocks. Norway denied having met Danish envoys in Bergen. Danish ministers \
met the target."""


def told(text: str = STORY, **more: str) -> Explanation:
    (explanation,) = explain(RawArticle(text=text, published_at="2025-03-04", **more))
    return explanation


def sentence(begins: str, story: str = STORY):
    return next(it for it in told(story).sentences if it.text.startswith(begins))


def field(event: ExplainedEvent, about: str) -> Reason:
    return next(it for it in event.fields if it.about == about)


def test_each_field_has_its_words_and_where_its_value_is_from() -> None:
    talks = sentence("Finland").events[0]
    assert talks.rule.startswith("consult.")
    assert talks.example
    date = field(talks, "date")
    assert (date.value, date.text) == ("2025-03-03 (day)", "Monday")
    assert (date.why, date.rule) == ("relative, seen from 2025-03-04", "weekday")
    assert (field(talks, "type").value, field(talks, "type").text) == ("CONSULT", "held talks")
    assert field(talks, "place").why == "where the story was filed: “Helsinki”"
    denied = sentence("Norway denied").events[0]
    assert (field(denied, "status").value, field(denied, "status").text) == ("denied", "denied")
    assert (field(denied, "place").text, field(denied, "place").why) == ("Bergen", "in its clause")


def test_words_that_name_nobody_are_told_with_whom_they_stand_for() -> None:
    _, shared = sentence("Finland").events
    parties = [(it.value, it.text, it.why) for it in shared.fields if it.about == "party"]
    why = "stands for “Finland”, “Sweden”"
    assert parties == [("FIN", "two neighbours", why), ("SWE", "two neighbours", why)]


def test_a_pronoun_without_a_referent_is_refused_with_the_reason() -> None:
    lone = sentence("They", "They met the president of Chile in Lima on Friday. Peru and Chile signed a treaty.")
    refused = [(it.text, it.why) for it in lone.considered if it.about == "party"]
    assert ("They", "nobody before it whom it could mean") in refused


@pytest.mark.parametrize(
    ("begins", "word", "rule", "why"),
    [
        ("Finland", "agreed", "agree.", "only leads to “share”"),
        ("Norway urged", "bombing", "assault.", "not told as a fact: “stop”"),
        ("Norway denied", "denied", "reject.", "only leads to “met”"),
        ("Danish", "met", "none.", "a look-alike, which is no event"),
    ],
)
def test_a_refused_frame_is_told_with_the_reason(begins: str, word: str, rule: str, why: str) -> None:
    refused = [it for it in sentence(begins).considered if it.about == "frame"]
    assert [it for it in refused if (it.text, it.why) == (word, why) and it.rule and it.rule.startswith(rule)]


def test_dates_and_places_of_something_else_are_told() -> None:
    talks, shared = sentence("Finland").events
    assert ("place", "Helsinki", "only modifies “based”") in [(it.about, it.text, it.why) for it in talks.refused]
    assert ("date", "Monday", "that of “held”") in [(it.about, it.text, it.why) for it in shared.refused]
    assert not [it for it in talks.refused if it.about == "date"]


def test_an_event_told_twice_says_which_mention_stands_for_it() -> None:
    title, body = told(
        "Peru and Chile signed a treaty in Lima on Monday.", title="Peru and Chile sign treaty"
    ).sentences
    assert title.events[0].told_as == body.events[0].mention_id
    assert body.events[0].told_as is None


def test_a_skipped_article_says_by_which_stage_and_for_which_words() -> None:
    sport = told("The striker scored twice as Spain beat Italy in the league, and the coach praised the goalkeeper.")
    assert (sport.outcome, sport.stage, sport.reason) == ("skipped", "classify", "sport")
    assert {"striker", "coach", "goalkeeper"} <= set(sport.words["sport"])
    assert sport.names == ("ESP", "ITA")
    assert sport.sentences[0].unread
    assert sport.sentences[0].evidence < 2


def test_other_languages_end_in_classify_and_empty_payloads_in_clean() -> None:
    french = told("Le président a rencontré le ministre allemand à Berlin pour discuter de la guerre et des sanctions.")
    assert (french.stage, french.reason, french.detail) == ("classify", "language", "fr")
    assert told(" ").outcome == "rejected"


def test_every_event_of_extract_is_explained() -> None:
    pipeline = Pipeline(until="enrich")
    values = [it.value for it in read(expand([str(FOLDER)])) if isinstance(it, Payload)]
    for value in values:
        made = [decode(it.value, EventMention) for it in pipeline.feed(value).messages if "mentions" in it.topic]
        try:
            explanations = explain(decode(value, RawArticle))
        except InvalidRecord:  # the samples hold a few
            continue
        events = [it for explanation in explanations for sentence in explanation.sentences for it in sentence.events]
        assert {it.mention_id for it in events if it.told_as is None} == {it.mention_id for it in made}
        by_id = {it.mention_id: it for it in made}
        for event in events:
            if event.told_as is None:
                assert field(event, "status").value == by_id[event.mention_id].status
            else:
                assert event.told_as in by_id


def test_an_office_and_a_word_for_people_are_told_apart_and_so_are_words_that_name_nobody() -> None:
    _, recalled, *_ = told("Kenyan police accused Uganda's president. Kenya recalled its ambassador.").sentences
    police = sentence("Kenyan police", "Kenyan police accused Uganda's president of fraud.").events[0]
    assert field(police, "actor").why == "Kenyan: adjective, KEN; police: word for people"
    assert field(police, "recipient").why == "Uganda: country, UGA; president: office"
    assert field(recalled.events[0], "recipient").why == "from what else the article tells"


# --- the command ---


def run(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(main, ["explain", *arguments], input=stdin)


def test_it_reads_what_extract_reads(tmp_path: Path) -> None:
    file = tmp_path / "story.txt"
    file.write_text(STORY)
    from_file = run("--published", "2025-03-04", str(file))
    piped = run("--published", "2025-03-04", stdin=STORY)
    assert from_file.exit_code == piped.exit_code == 0
    assert from_file.stdout.replace(str(file), "-") == piped.stdout
    assert "Finland and Sweden »held talks« on Monday" in piped.stdout
    assert re.search(r"frame agree\.\d+\.agree “agreed”: only leads to “share”", piped.stdout)
    assert "\x1b" not in piped.stdout


def test_all_shows_the_sentences_that_were_not_read() -> None:
    story = STORY + " The weather was fine."
    assert "The weather was fine." not in run(stdin=story).stdout
    assert "too little of politics in it (evidence 0)" in run("--all", stdin=story).stdout


def test_json_is_the_whole_explanation() -> None:
    result = run("--json", "--published", "2025-03-04", stdin=STORY)
    assert decode(result.stdout_bytes, Explanation) == told()


def test_the_longest_fact_about_an_article_is_not_run_into_its_name() -> None:
    shown = run(stdin="Peru and Chile signed a treaty, and Peruvian lawmakers and tourists voted in a local election.")
    assert re.search("^  against housekeeping  lawmakers", shown.stdout, re.MULTILINE)


def test_control_characters_do_not_reach_the_terminal() -> None:
    raw = RawArticle(title="Peru\x1b[2J", text="Peru and Chile signed a treaty.")
    assert "\x1b" not in run(stdin=encode(raw).decode()).stdout


def test_what_cannot_be_read_is_named_and_the_rest_explained() -> None:
    lines = ['{"text": 3}', "{broken", json.dumps({"text": ""}), orjson.dumps({"text": STORY}).decode()]
    with CliRunner().isolated_filesystem():
        Path("mixed.jsonl").write_text("\n".join(lines))
        result = run("mixed.jsonl")
    assert result.exit_code == 1
    assert "mixed.jsonl:1: invalid" in result.stderr
    assert "mixed.jsonl:2: not-json" in result.stderr
    assert "rejected by clean: no-text" in result.stdout
    assert "»held talks«" in result.stdout


def test_nothing_to_explain_is_wrong_usage(tmp_path: Path) -> None:
    assert run(str(tmp_path)).exit_code == 2
