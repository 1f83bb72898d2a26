"""What enrich reads out of sentences, in the words of this file."""

from __future__ import annotations

import pytest

from legation.outcomes import Emit
from legation.pipeline import Pipeline, step, steps
from legation.records import (
    Article,
    AttributionKind,
    ClassifiedArticle,
    EventMention,
    EventType,
    Part,
    Precision,
    RawArticle,
    Status,
    decode,
    encode,
)
from legation.stages.clean import clean
from legation.topology import TOPOLOGY


def read(text: str, published: str = "2024-03-14", **fields: str) -> list[EventMention]:
    """All mentions of an article, through the three stages, as bytes like everywhere else."""
    values = [encode(RawArticle(text=text, published_at=published, **fields))]
    for stage in TOPOLOGY.stages:
        steps = [step(stage, value) for value in values]
        assert all(done.reject is None for done in steps), [done.reject for done in steps]
        values = [message.value for done in steps for message in done.messages]
    return [decode(value, EventMention) for value in values]


def one(text: str, kind: EventType, **more: str) -> EventMention:
    found = [mention for mention in read(text, **more) if mention.type is kind]
    assert len(found) == 1, [(m.type, m.status, m.rule) for m in read(text, **more)]
    return found[0]


def countries(mention: EventMention) -> tuple[set[str | None], set[str | None]]:
    return {p.country or p.body for p in mention.actors}, {p.country or p.body for p in mention.recipients}


def test_a_noun_phrase_names_country_office_and_person_at_once() -> None:
    mention = one(
        "Visiting Peruvian spy chief Rosa Quispe met with Chilean President Juan Soto on Tuesday.", EventType.CONSULT
    )
    [rosa] = [p for p in mention.actors if p.country == "PER"]
    assert (rosa.sector, rosa.name) == ("SPY", "Rosa Quispe")
    assert rosa.office is not None


def test_parties_that_only_the_article_names_are_not_where_they_meet() -> None:
    text = (
        "Peru's president Ana Soto hosted her Chilean counterpart Luis Rojas on Tuesday. The two leaders agreed to "
        "reopen the Tacna crossing, and a panel that meets in Quito in May is to name the days. "
        "Norway welcomed the meeting."
    )
    crossing, welcome = one(text, EventType.RETREAT), one(text, EventType.SUPPORT)
    assert countries(crossing) == ({"PER", "CHL"}, {"PER", "CHL"})
    assert countries(welcome) == ({"NOR"}, {"PER", "CHL"})


def test_an_ally_condemns_whoever_wronged_his_ally() -> None:
    text = (
        "Chadian gunboats rammed a ferry of Niger on Monday. Togo, which has a defence pact with Niger, condemned what "
        "it called a reckless act."
    )
    assert countries(one(text, EventType.ACCUSE)) == ({"TGO"}, {"TCD"})


def test_guerrillas_whom_an_army_shot_are_not_whoever_was_named_before() -> None:
    text = "Norway appealed to India for calm. Indian troops shot dead four guerrillas near a village."
    assert countries(one(text, EventType.ASSAULT)) == ({"IND"}, {None})


def test_nobody_threatens_himself_by_a_pronoun() -> None:
    text = "Chad and Niger traded fire on Monday. Chad threatened on Tuesday to strike them again."
    assert countries(one(text, EventType.THREATEN)) == ({"TCD"}, {"NER"})


def test_a_later_surname_is_the_person_introduced_before() -> None:
    text = (
        "Norwegian Foreign Minister Kari Dahlberg arrived in Helsinki on Monday. "
        "Dahlberg accused Russia of jamming navigation signals."
    )
    mention = one(text, EventType.ACCUSE)
    assert countries(mention) == ({"NOR"}, {"RUS"})
    assert mention.actors[0].name == "Kari Dahlberg"


def test_items_of_a_communique_are_said_by_the_body_that_it_names_first() -> None:
    text = (
        "The summit of the East African Community, held in Arusha:\n\n"
        "1. Calls on Rwanda to reopen the border with Burundi;\n\n"
        "2. Reaffirms its respect for the sovereignty of the Federal Republic of Somalia."
    )
    assert countries(one(text, EventType.REQUEST)) == ({"EAC"}, {"RWA"})
    assert countries(one(text, EventType.SUPPORT)) == ({"EAC"}, {"SOM"})


def test_a_place_behind_an_office_and_a_name_is_a_surname() -> None:
    mention = one("Norway's premier met Ecuadorian Foreign Minister Jose Valencia on Monday.", EventType.CONSULT)
    assert countries(mention)[0] == {"NOR", "ECU"}
    assert "Jose Valencia" in {p.name for p in mention.actors}


def test_a_semicolon_parts_two_sentences() -> None:
    text = "Chad accused Sudan of a raid; Khartoum denied it."
    accused = one(text, EventType.ACCUSE)
    assert (accused.status, accused.attribution) == (Status.OCCURRED, ())
    assert countries(one(text, EventType.REJECT)) == ({"SDN"}, {"TCD"})


def test_who_went_there_signs_with_the_host() -> None:
    mention = one("The Omani sultan flew to Nepal on Sunday and signed a trade treaty.", EventType.AGREE)
    assert countries(mention) == ({"OMN", "NPL"}, {"OMN", "NPL"})


def test_the_two_countries_are_the_two_named_before() -> None:
    text = "Kenya and Somalia have quarrelled for years. The two countries signed a border treaty on Friday."
    mention = one(text, EventType.AGREE)
    assert countries(mention) == ({"KEN", "SOM"}, {"KEN", "SOM"})


@pytest.mark.parametrize(
    ("named", "words", "codes"),
    [
        ("Kenya, Somalia and Ethiopia", "All three", {"KEN", "SOM", "ETH"}),
        ("Chad, Mali, Niger and Benin", "The quartet", {"TCD", "MLI", "NER", "BEN"}),
        (
            "Togo, Ghana, Mali, Niger, Chad, Gabon and Benin",
            "The seven",
            {"TGO", "GHA", "MLI", "NER", "TCD", "GAB", "BEN"},
        ),
        ("Peru and Chile", "The pair", {"PER", "CHL"}),
    ],
)
def test_a_number_stands_for_as_many_as_were_named(named: str, words: str, codes: set[str | None]) -> None:
    text = f"{named} sent their ministers to a summit. The weather was fair. {words} signed a treaty on fishing."
    assert countries(one(text, EventType.AGREE)) == (codes, codes)


def test_two_of_three_named_countries_stay_unknown() -> None:
    text = "Kenya, Somalia and Ethiopia sent envoys. The two countries signed a border treaty on Friday."
    assert all(countries(m)[0] != {"KEN", "SOM"} for m in read(text))


def test_a_capital_as_subject_is_the_government_and_after_in_the_place() -> None:
    mention = one("Ankara condemned Athens on Wednesday at a conference in Vienna.", EventType.ACCUSE)
    assert countries(mention) == ({"TUR"}, {"GRC"})
    assert mention.place is not None
    assert (mention.place.name, mention.place.country) == ("Vienna", "AUT")


def test_who_is_accused_is_the_recipient_also_in_the_passive() -> None:
    mention = one("Estonia was accused by Belarus on Tuesday of sheltering saboteurs.", EventType.ACCUSE)
    assert countries(mention) == ({"BLR"}, {"EST"})


@pytest.mark.parametrize(
    ("text", "status", "plover"),
    [
        ("The Brazilian president met his Argentine counterpart on Monday.", Status.OCCURRED, EventType.CONSULT),
        ("The Brazilian president will meet his Argentine counterpart next week.", Status.PLANNED, EventType.AGREE),
        ("The Brazilian president hopes to meet his Argentine counterpart soon.", Status.PROPOSED, EventType.REQUEST),
        ("Brazil called off a meeting with Argentina on Monday.", Status.CANCELLED, EventType.REJECT),
        ("The Brazilian president is meeting his Argentine counterpart.", Status.ONGOING, EventType.CONSULT),
        ("Brazil's president denied that he had met Argentina's foreign minister.", Status.DENIED, EventType.REJECT),
    ],
)
def test_a_meeting_is_told_from_the_hope_of_one(text: str, status: Status, plover: EventType) -> None:
    mention = one(text, EventType.CONSULT)
    assert (mention.status, mention.plover) == (status, plover)
    assert countries(mention)[0] == {"ARG", "BRA"}


def test_no_event_where_a_meeting_failed_to_happen() -> None:
    assert not [
        m for m in read("Brazil and Argentina have not held a summit since 2019.") if m.type is EventType.CONSULT
    ]


def test_a_weekday_counts_back_from_the_day_of_publication() -> None:
    mention = one("Egypt's foreign minister met his Sudanese counterpart on Tuesday.", EventType.CONSULT)  # a Thursday
    assert mention.date is not None
    assert (mention.date.start, mention.date.end, mention.date.text) == ("2024-03-12", "2024-03-12", "Tuesday")


def test_background_keeps_its_own_date() -> None:
    text = (
        "Egypt and Sudan have quarrelled over the river again. "
        "The Egyptian and Sudanese leaders last met in Juba in November 2022."
    )
    mention = one(text, EventType.CONSULT)
    assert mention.date is not None
    assert (mention.date.start, mention.date.precision) == ("2022-11-01", Precision.MONTH)
    assert mention.place is not None
    assert mention.place.country == "SSD"


def test_the_day_of_report_bounds_an_undated_event_and_says_so() -> None:
    mention = one("Egypt's spy chief met Sudan's president, an aide said Wednesday.", EventType.CONSULT)
    assert mention.date is not None
    assert (mention.date.start, mention.date.end, mention.date.basis) == ("2024-03-12", "2024-03-13", "reported")


def test_without_any_date_there_is_none() -> None:
    assert one("Egypt condemned Ethiopia for filling the dam.", EventType.ACCUSE).date is None


def test_sources_are_told_apart() -> None:
    mention = one("Egypt expelled two Iranian diplomats on Monday, a diplomatic source said.", EventType.SANCTION)
    assert [(a.kind, a.text) for a in mention.attribution] == [(AttributionKind.ANONYMOUS, "a diplomatic source")]
    mention = one(
        "Egypt expelled two Iranian diplomats on Monday, according to the Iranian foreign ministry.", EventType.SANCTION
    )
    assert [(a.kind, a.country) for a in mention.attribution] == [(AttributionKind.OFFICE, "IRN")]


def test_what_is_demanded_or_threatened_is_no_event_of_its_own() -> None:
    assert [m.type for m in read("Japan urged North Korea to release the fishermen.")] == [EventType.REQUEST]
    assert [m.type for m in read("Iran threatened to attack Azerbaijan.")] == [EventType.THREATEN]


def test_one_article_tells_of_an_event_once() -> None:
    mentions = read(
        "Kenya expelled the Somali ambassador on Monday. Kenya expelled the ambassador of Somalia.",
        title="Kenya expels Somali ambassador",
    )
    assert len([m for m in mentions if m.type is EventType.SANCTION]) == 1


def test_a_list_of_parties_is_one_event() -> None:
    mention = one("The foreign ministers of Poland, Latvia and Estonia met in Riga on Monday.", EventType.CONSULT)
    assert countries(mention)[0] == {"POL", "LVA", "EST"}
    assert mention.mode == "multilateral"


def test_evidence_selects_the_words_it_claims() -> None:
    text = (
        "VIENNA (AFP) - Austria's chancellor met Hungarian Prime Minister Laszlo Kovacs in Graz on Monday, "
        "a spokesman said.\n"
        "Italy and Slovenia, which had recalled its ambassador in May 2023, signed a treaty on fishing.\n"
        "A convoy of Chadian troops was attacked near Bol by Boko Haram on Sunday, according to the United Nations."
    )
    raw = RawArticle(text=text, published_at="2024-03-14")
    outcome = clean(raw)
    assert isinstance(outcome, Emit)
    articles = {article.article_id: article for article in outcome.records}
    mentions = read(text)
    assert len(mentions) >= 3
    for mention in mentions:
        check_evidence(mention, articles[mention.article_id])


def test_the_north_is_the_korea_that_a_sentence_before_named() -> None:
    text = (
        "Japan and South Korea held talks in Seoul on Monday about North Korea.\n"
        "Japan urged the North to halt its missile tests."
    )
    (urged,) = [mention for mention in read(text) if mention.type is EventType.REQUEST]
    assert countries(urged)[1] == {"PRK"}


def test_a_pronoun_that_says_so_twice_is_one_source() -> None:
    text = (
        "Norwegian Foreign Minister Nils Berg met reporters in Oslo on Monday.\n"
        "He noted that he had appointed an envoy and said he hoped the envoy would hold talks with Denmark."
    )
    sources = [it.attribution for it in read(text) if it.attribution]
    assert sources
    assert all(len({source.text.casefold() for source in told}) == len(told) for told in sources)


def check_evidence(mention: EventMention, article: Article) -> None:
    evidence = mention.evidence
    parts = {Part.BODY: article.body, Part.TITLE: article.title or ""}
    whole = parts[evidence.part] if evidence.part in parts else article.captions[evidence.caption or 0].text
    assert whole[evidence.start : evidence.end] == evidence.sentence
    for participant in (*mention.actors, *mention.recipients):
        assert evidence.sentence[participant.start : participant.end] == participant.text
    told = {name: evidence.sentence[start:end] for name, (start, end) in evidence.fields.items()}
    assert told["type"]
    if "date" in told:
        assert mention.date is not None
        assert told["date"] == mention.date.text
    if "place" in told:
        assert mention.place is not None
        assert told["place"] == mention.place.text
    for number, attribution in enumerate(mention.attribution):
        assert told[f"attribution.{number}"] == attribution.text


def test_classified_articles_carry_what_enrich_needs() -> None:
    [value] = [
        m.value for m in step(TOPOLOGY.stages[0], encode(RawArticle(text="Kenya expelled the Somali envoy."))).messages
    ]
    assert value is not None
    [classified] = [m.value for m in step(TOPOLOGY.stages[1], value).messages]
    assert classified is not None
    assert decode(classified, ClassifiedArticle).candidates


def test_articles_read_together_read_like_each_alone() -> None:
    texts = ["Kenya expelled the Somali envoy.", "Nothing to read here.", "Peru and Chile signed a treaty on Monday."]
    clean_stage, classify_stage, enrich_stage = TOPOLOGY.stages
    cleaned = [
        m.value for r in steps(clean_stage, [encode(RawArticle(text=text)) for text in texts]) for m in r.messages
    ]
    values = [m.value for result in steps(classify_stage, cleaned) for m in result.messages]
    values.insert(1, b"broken")
    together = steps(enrich_stage, values)
    assert together == [step(enrich_stage, value) for value in values]
    assert together[1].reject is not None
    assert sum(bool(result.messages) for result in together) >= 2


def test_the_hope_for_a_summit_is_a_proposed_one() -> None:
    mention = one("Chad voiced hope for holding a summit with Niger, a diplomat said.", EventType.CONSULT)
    assert (mention.status, countries(mention)[0]) == (Status.PROPOSED, {"TCD", "NER"})


def test_an_agency_that_another_quotes_is_the_source() -> None:
    text = "Iran's Tasnim news agency reported that Iranian and Omani diplomats met in Salalah on Sunday."
    mention = one(text, EventType.CONSULT)
    assert [a.kind for a in mention.attribution] == [AttributionKind.OUTLET]


def test_one_meeting_told_twice_from_one_agency_is_one_event_with_one_source() -> None:
    pipeline = Pipeline()
    first = (
        "TUNIS (AFP) - Visiting Malian spy chief Oumar Keita met Tunisian President Slim Haddad on Wednesday, "
        "a diplomat said."
    )
    second = (
        "BAMAKO (AFP) - Mali hopes for a summit with Tunisia, as Malian spy chief Oumar Keita met Tunisian "
        "President Slim Haddad, an aide said Thursday."
    )
    for text, outlet in ((first, "Harbour Post"), (second, "Daily Ledger")):
        pipeline.feed(encode(RawArticle(text=text, source=outlet, published_at="2024-03-14")))
    meetings = [
        event
        for event in pipeline.events()
        if event.type is EventType.CONSULT and event.status is Status.OCCURRED and event.sources.articles == 2
    ]
    assert len(meetings) == 1
    assert meetings[0].date is not None
    assert (meetings[0].date.start, meetings[0].date.end) == ("2024-03-13", "2024-03-13")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Turkish and Greek ministers discussed the war in Libya at talks in Rome on Monday.", "Rome"),
        ("Spain and Morocco held talks on the violence in Gaza.", None),
        ("Talks on Syria in Geneva between Russia and the United States ended on Friday.", "Geneva"),
        ("France condemned the killing of a priest in Algeria.", None),
        ("Italy and Libya signed an agreement on migration in Tripoli.", "Tripoli"),
    ],
)
def test_the_place_of_words_is_where_they_were_said_and_not_what_they_were_about(text: str, place: str | None) -> None:
    mentions = [m for m in read(f"It rained all morning. It rained on. {text}") if m.type is not EventType.ASSAULT]
    assert {m.place.name if m.place else None for m in mentions} == {place}


def test_a_visit_that_only_dates_another_has_neither_its_date_nor_its_place() -> None:
    mentions = read("Maduro of Venezuela arrived in Beijing on Tuesday after a visit to Vietnam.")
    dates = {m.place.name: m.date and m.date.start for m in mentions if m.place}
    assert dates == {"Beijing": "2024-03-12", "Vietnam": None}


def test_what_was_discussed_at_talks_is_no_doubt_about_the_talks() -> None:
    mention = one("Chad and Niger discussed a pact at talks in Abuja on Monday.", EventType.CONSULT)
    assert mention.status is Status.OCCURRED


def test_two_neighbours_are_no_alliance() -> None:
    text = "Sudan and Ethiopia agreed to talk. The African Union urged both neighbours to leave the border."
    assert countries(one(text, EventType.REQUEST)) == ({"AU"}, {"SDN", "ETH"})


def test_he_is_the_person_of_the_sentence_between() -> None:
    text = (
        "Ethiopian Foreign Minister Tesfaye Alemu met his Sudanese counterpart Osman Idris on Monday. "
        "Egypt welcomed the talks. Tesfaye was in good spirits. He will visit Khartoum next month."
    )
    [visit] = [mention for mention in read(text) if mention.mode == "visit"]
    assert (countries(visit), visit.status) == (({"ETH"}, {"SDN"}), Status.PLANNED)


def test_what_two_clauses_say_is_announced_alike() -> None:
    text = "France said it had taken note and would recall its ambassador to Mali."
    assert one(text, EventType.SANCTION).status is Status.PLANNED


def test_who_made_a_demand_is_whom_its_refusal_is_for() -> None:
    text = "Gambia urged Senegal to reopen the bridge. Dakar on Friday rejected the demand."
    assert countries(one(text, EventType.REJECT)) == ({"SEN"}, {"GMB"})


def test_who_is_left_out_is_the_other_side_of_what_was_told() -> None:
    text = "Mexico granted asylum to a fugitive Peruvian minister. Lima severed diplomatic ties on Tuesday."
    assert countries(one(text, EventType.SANCTION)) == ({"PER"}, {"MEX"})
    text = "Togo accused Benin of theft. Lome recalled its ambassador after the arrest of two spies in Gabon."
    assert countries(one(text, EventType.SANCTION)) == ({"TGO"}, {"GAB"})


def test_the_move_that_is_condemned_is_the_one_told_before() -> None:
    text = "Gambia has expelled two diplomats of Senegal. Mali condemned the move."
    assert countries(one(text, EventType.ACCUSE)) == ({"MLI"}, {"GMB"})


def test_a_summit_is_proposed_to_whom_the_sentence_before_told_of() -> None:
    text = "The presidents of Peru and Chile spoke by phone on Tuesday. Lima proposed holding a summit."
    summit = next(mention for mention in read(text) if mention.status is Status.PROPOSED)
    assert countries(summit) == ({"PER", "CHL"}, {"PER", "CHL"})
    text = "Peru and Chile signed a pact on water. Lima will host a summit on refugees."
    assert {mention.type for mention in read(text)} == {EventType.AGREE}


def test_a_minister_named_without_a_country_is_of_the_state_told_of() -> None:
    text = "Chad lodged a protest with Niger on Monday. Foreign Minister Idriss Dabo urged Libya to mediate."
    assert countries(one(text, EventType.REQUEST)) == ({"TCD"}, {"LBY"})
    text = "Niger will close its border, Interior Minister Moussa Kane said. Kane urged Libya to do the same."
    assert countries(one(text, EventType.REQUEST)) == ({"NER"}, {"LBY"})


def test_it_behind_a_thing_is_that_thing() -> None:
    text = "Egypt praised Sudan's deal with Chad. Libya's opposition rejected the accord, calling it a betrayal."
    accused = {p.country for m in read(text) if m.type in (EventType.ACCUSE, EventType.REJECT) for p in m.recipients}
    assert "EGY" not in accused


def test_what_is_denied_is_no_charge_and_what_is_asked_for_is_not_broken_off() -> None:
    denied = read("Chile does not spy on Peru, the Chilean minister said.")
    assert EventType.ACCUSE not in {mention.type for mention in denied}
    text = "Peruvian lawmakers urged Chile to break off trade talks with Bolivia."
    assert [m.type for m in read(text)] == [EventType.REQUEST]


@pytest.mark.parametrize("title", ["Japan to free Chinese skipper held in Naha", "Turkey to host Somali talks"])
def test_headlines_tell_of_plans_with_an_infinitive(title: str) -> None:
    [mention] = read("It rained all day.", title=title)
    assert mention.status is Status.PLANNED


def test_a_visit_was_not_where_it_was_reported_from() -> None:
    text = "GENEVA, March 14 (Reuters) - President Raul Castro of Cuba visited Haiti last week, officials said."
    assert one(text, EventType.CONSULT).place is None


def test_a_past_tense_is_joined_to_no_infinitive() -> None:
    text = "Laos and Vietnam agreed to step up border cooperation and signed six documents on Tuesday."
    assert {(m.type, m.status) for m in read(text) if "sign" in m.rule} == {(EventType.AGREE, Status.OCCURRED)}


def test_the_last_of_joined_passives_says_by_whom() -> None:
    seized = one("Three Danish reporters were detained and questioned by Omani police.", EventType.COERCE)
    assert countries(seized) == ({"OMN"}, {"DNK"})


def test_money_is_no_party() -> None:
    aid = one("Vietnam has provided 30 million U.S. dollars in aid to Laos.", EventType.AID)
    assert countries(aid) == ({"VNM"}, {"LAO"})


def test_what_was_said_while_speaking_has_the_day_of_speaking() -> None:
    text = "It rained. It rained on. Rosa Quispe of Peru, speaking in Lima on Tuesday, accused Chile of spying."
    accused = one(text, EventType.ACCUSE)
    assert accused.date is not None
    assert accused.date.start == "2024-03-12"


def test_who_met_are_all_whom_the_relative_clause_stands_behind() -> None:
    text = (
        "President Obama of the U.S. and his French counterpart, Hollande, who met in Rome, urged both sides to talk."
    )
    assert countries(one(text, EventType.CONSULT))[0] == {"USA", "FRA"}
    assert not [m for m in read(text) if m.type is EventType.REQUEST]  # 'both sides' are not those who urge


def test_a_story_behind_its_source_note_is_read() -> None:
    text = (
        "Text of report by news agency PTI. New Delhi, 12 August: India on Thursday lodged a strong protest with "
        "Pakistan over shots at a group of journalists near the border."
    )
    assert countries(one(text, EventType.ACCUSE)) == ({"IND"}, {"PAK"})


def test_a_title_that_leaves_out_a_side_tells_the_event_of_the_lead() -> None:
    mention = one(
        "South Korea has halted a shipment of cement to North Korea, an official said.",
        EventType.SANCTION,
        title="Seoul halts cement aid",
    )
    assert countries(mention) == ({"KOR"}, {"PRK"})


def test_a_title_is_not_believed_where_the_text_tells_it_otherwise() -> None:
    text = "Kenya has halted all flights to Somalia, and Somalia accused Kenya of breaking a treaty."
    found = read(text, title="Nairobi attacked over ban on Somalia flights")
    assert {mention.evidence.part for mention in found} == {Part.BODY}


def test_a_title_about_others_tells_another_event() -> None:
    text = "Chad recalled its ambassador from Mali on Monday."
    found = read(text, title="Peru recalls ambassador from Chile")
    assert {frozenset(countries(mention)[0]) for mention in found} == {frozenset({"TCD"}), frozenset({"PER"})}
