"""Which sentences are read closely, which articles are skipped, and why."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from legation.outcomes import Emit, Skip, SkipReason
from legation.records import Article, Candidate, Caption, ClassifiedArticle, Part, Sentence, Versions
from legation.stages.classify import MAX_CANDIDATES, classify
from legation.stages.classify.evidence import weigh


def cut(texts: tuple[str, ...]) -> tuple[Sentence, ...]:
    sentences, at = [], 0
    for text in texts:
        sentences.append(Sentence(text=text, start=at, end=at + len(text)))
        at += len(text) + 1
    return tuple(sentences)


def article(*body: str, title: str | None = None, captions: tuple[tuple[str, ...], ...] = ()) -> Article:
    return Article(
        article_id="a",
        raw_id="a",
        url=None,
        outlet=None,
        agency=None,
        byline=None,
        published_at=None,
        published_from=None,
        fetched_at=None,
        language="en",
        title=title,
        dateline=None,
        body=" ".join(body),
        sentences=cut(body),
        captions=tuple(Caption(text=" ".join(texts), sentences=cut(texts)) for texts in captions),
        content_hash="",
        removed=(),
        versions=Versions(pipeline="test", knowledge="test"),
    )


def emitted(given: Article) -> ClassifiedArticle:
    outcome = classify(given)
    assert isinstance(outcome, Emit)
    (classified,) = outcome.records
    return classified


def skipped(given: Article) -> Skip:
    outcome = classify(given)
    assert isinstance(outcome, Skip)
    return outcome


READ = [
    "Norway's foreign minister met her Finnish counterpart in Oslo.",
    "Kenya recalled its ambassador from Somalia.",
    "Peru summoned the Chilean envoy.",
    "The European Union imposed sanctions on Belarus.",
    "Police arrested eleven protesters outside the parliament.",
    "A court convicted the former defence minister of bribery.",
    "Rebels attacked an army post and killed four soldiers.",
    "Jordan took in ten thousand Syrian refugees.",
    "Thousands of farmers went on strike against the government.",
    "The two countries signed a treaty on fishing.",
]


@pytest.mark.parametrize("sentence", READ)
def test_a_sentence_with_a_party_and_an_act_is_read(sentence: str) -> None:
    assert emitted(article(sentence)).candidates == (Candidate(part=Part.BODY, index=0),)


def test_a_sentence_without_the_words_of_any_frame_is_read_only_where_it_introduces_somebody() -> None:
    bare = "The president cut the ribbon between Chile and Argentina."
    by_name = "President Ana Rojas of Chile cut the ribbon in Argentina."
    behind_name = "Ana Rojas, the long-serving president of Chile, cut the ribbon in Argentina."
    news = "Chile expelled two diplomats of Argentina."
    found = emitted(article(news, bare, by_name, behind_name))
    assert [candidate.index for candidate in found.candidates] == [0, 2, 3]


def test_title_body_and_captions_are_candidates_each_in_its_place() -> None:
    told = "Kenya recalled its ambassador from Somalia."
    quiet = "It was a rainy day."
    given = article(quiet, told, title=told, captions=((quiet,), (quiet, told)))
    assert emitted(given).candidates == (
        Candidate(part=Part.TITLE, index=0),
        Candidate(part=Part.BODY, index=1),
        Candidate(part=Part.CAPTION, index=1, caption=1),
    )


def test_a_sentence_that_names_nobody_is_read_after_one_that_names_a_party() -> None:
    named, unnamed = "Kenya recalled its ambassador from Somalia.", "They had threatened to withdraw from the talks."
    assert [it.index for it in emitted(article(named, unnamed)).candidates] == [0, 1]
    assert skipped(article(unnamed)).reason is SkipReason.NO_PARTIES


@pytest.mark.parametrize(
    ("reason", "sentences"),
    [
        (
            SkipReason.SPORT,
            (
                "Portugal beat Wales 3-0 in a World Cup qualifier.",
                "The striker scored twice before half-time and the goalkeeper saved a penalty.",
                "Their coach praised the team after the match.",
            ),
        ),
        (
            SkipReason.BUSINESS,
            (
                "The Dutch brewer said quarterly profit rose by a tenth.",
                "Shareholders will receive a dividend of 40 cents a share.",
                "Analysts said the takeover bid had lifted its stock on Wall Street.",
            ),
        ),
        (
            SkipReason.CULTURE,
            (
                "The French actress brought her new film to the festival.",
                "Its soundtrack is by a jazz composer who also wrote an opera.",
            ),
        ),
        (
            SkipReason.DOMESTIC,
            (
                "The Danish finance minister backed a tax bill on Tuesday.",
                "Lawmakers had changed the budget and its spending cuts.",
            ),
        ),
        (
            SkipReason.DOMESTIC,
            (
                "A Peruvian judge sentenced two gang members to nine years in jail for a bank robbery.",
                "Police arrested a third suspect near his home.",
            ),
        ),
        (SkipReason.DOMESTIC, ("The Danish summer was the warmest in years.", "Beaches were full.")),
        (SkipReason.NO_PARTIES, ("The garden is best in June.", "Roses need sun.")),
    ],
)
def test_other_news_is_skipped_with_its_reason(reason: SkipReason, sentences: tuple[str, ...]) -> None:
    assert skipped(article(*sentences)).reason is reason


def test_the_words_that_made_it_sport_are_told() -> None:
    detail = skipped(article("The striker and the goalkeeper left the World Cup, and their coach resigned.")).detail
    assert "striker" in detail
    assert "goalkeeper" in detail


def test_an_act_of_state_in_a_sports_story_is_still_read() -> None:
    given = article(
        "The striker scored twice in the World Cup qualifier.",
        "The goalkeeper and the coach praised the team after the match.",
        "Before the match Poland expelled two Belarusian diplomats and condemned the government in Minsk.",
    )
    assert [it.index for it in emitted(given).candidates] == [2]


def test_housekeeping_is_read_where_a_second_party_is_named() -> None:
    given = article(
        "The Danish parliament rejected a tax bill on Tuesday.",
        "Lawmakers had opposed the budget and its spending cuts.",
        "Denmark also recalled its ambassador from Somalia.",
    )
    assert 2 in [it.index for it in emitted(given).candidates]


def test_crime_is_read_where_a_second_party_is_named() -> None:
    murder = "Police in Kenya shot two bank robbers after a murder."
    assert skipped(article(murder)).reason is SkipReason.DOMESTIC
    given = article(murder, "Kenya also extradited a Ugandan drug dealer to Uganda.")
    assert 1 in [it.index for it in emitted(given).candidates]


def test_a_name_that_a_former_state_shares_is_no_second_party() -> None:
    (evidence,) = weigh(["Russian police shot two bank robbers in Belgrade."]).evidence
    assert evidence.codes == {"RUS", "SRB"}
    given = article("Police in Russia shot two bank robbers after a murder.", "The Russian robbers had fled.")
    assert skipped(given).reason is SkipReason.DOMESTIC


def test_force_at_home_is_read_among_housekeeping() -> None:
    given = article(
        "The Danish parliament passed a tax bill on Tuesday.",
        "Lawmakers argued over the budget and its spending cuts.",
        "Danish police arrested protesters who attacked the building.",
    )
    assert [it.index for it in emitted(given).candidates] == [2]


def test_business_news_is_read_where_it_tells_of_relations() -> None:
    given = article(
        "The Dutch brewer said quarterly profit rose by a tenth, and shareholders sold their shares.",
        "It said Kenya would welcome an investment.",
        "Its shares fell after Kenya imposed sanctions on Somalia.",
    )
    assert [it.index for it in emitted(given).candidates] == [2]


def test_an_article_told_in_words_of_money_says_so() -> None:
    talks = "Brazil's finance minister met his Argentine counterpart in Lima on Monday."
    assert not emitted(article(talks)).business
    assert emitted(article(talks, "Investors sold shares, bonds and futures, dealers said.")).business


def test_an_article_without_sentences_is_skipped() -> None:
    assert skipped(article()).reason is SkipReason.NO_PARTIES


def test_no_more_than_the_limit_are_read_and_those_with_most_evidence() -> None:
    weak = "Kenya visited Somalia."
    strong = "Kenya expelled the Somali ambassador and imposed sanctions on the government."
    given = article(*[weak] * MAX_CANDIDATES, strong)
    indexes = [it.index for it in emitted(given).candidates]
    assert len(indexes) == MAX_CANDIDATES
    assert indexes == sorted(indexes)
    assert indexes[-1] == MAX_CANDIDATES


def test_relevance_grows_with_parties_and_acts_and_says_why() -> None:
    crime = emitted(article("Police arrested a man after a row.")).relevance
    visit = emitted(
        article(
            "Norway and Finland signed a treaty after talks in Oslo.",
            "Their foreign ministers condemned the invasion and urged Russia to withdraw.",
        )
    ).relevance
    assert 0 <= crime.score < visit.score <= 1
    assert {"treaty", "condemned", "withdraw"} <= set(visit.reasons)


@pytest.mark.parametrize(("language", "reason"), [("de", SkipReason.LANGUAGE), ("en", None), (None, None)])
def test_other_languages_are_skipped(language: str | None, reason: SkipReason | None) -> None:
    told = replace(article("France expelled two Russian diplomats on Monday."), language=language)
    outcome = classify(told)
    assert (outcome.reason if isinstance(outcome, Skip) else None) == reason
