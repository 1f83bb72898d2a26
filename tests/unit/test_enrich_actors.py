"""Who a phrase means: by itself, and by what the article told before."""

from __future__ import annotations

import pytest

from legation.knowledge import load
from legation.pipeline import step
from legation.records import EventMention, EventType, Participant, RawArticle, Sector, decode, encode
from legation.stages.enrich import recipients as rules
from legation.stages.enrich.actors import Sentence
from legation.stages.enrich.memory import Memory
from legation.stages.enrich.parse import parse
from legation.stages.enrich.syntax import surface_subject
from legation.topology import TOPOLOGY


def who(phrase: str, day: str | None = None) -> list[Participant]:
    """The parties that a phrase names as the subject of a sentence."""
    text = f"{phrase} met the chairman on Monday."
    [tree] = parse([text])
    sentence = Sentence(text, tree, load(), Memory(day))
    sentence.learn()
    sentence.forget()
    head = next(head for token in tree if token.lower == "met" and (head := surface_subject(token)) is not None)
    return sentence.participants(head)


def mentions(text: str, published: str = "2019-03-14") -> list[EventMention]:
    """All mentions of an article, through the three stages."""
    values = [encode(RawArticle(text=text, published_at=published))]
    for stage in TOPOLOGY.stages:
        values = [message.value for value in values for message in step(stage, value).messages]
    return [decode(value, EventMention) for value in values]


def told(text: str, kind: EventType, published: str = "2019-03-14") -> EventMention:
    """The one mention of a type in the last sentence that has one."""
    found = [mention for mention in mentions(text, published) if mention.type is kind]
    assert found, [(m.type, m.rule) for m in mentions(text, published)]
    return max(found, key=lambda mention: mention.evidence.start)


@pytest.mark.parametrize(
    ("phrase", "code", "sector"),
    [
        ("Several of the largest banks in Denmark", "DNK", Sector.BUS),
        ("People across Bolivia", "BOL", Sector.CVL),
        ("The chief of staff of the Ghanaian armed forces", "GHA", Sector.MIL),
        ("The People's Liberation Army", "CHN", Sector.MIL),
        ("Hezbollah fighters", "HEZBOLLAH", Sector.REB),
        ("Ayatollah Ali Khamenei", "IRN", Sector.GOV),
        ("A BBC reporter", "GBR", Sector.JRN),
        ("Portuguese navy ships", "PRT", Sector.MIL),
        ("A dozen Latvian truck drivers", "LVA", None),
    ],
)
def test_a_phrase_tells_country_or_body_and_sector(phrase: str, code: str, sector: Sector | None) -> None:
    [party] = who(phrase)
    assert code in (party.country, party.body)
    assert sector is None or party.sector is sector


@pytest.mark.parametrize(
    ("phrase", "day", "code", "name"),
    [
        ("President Moon", "2019-06-01", "KOR", "Moon Jae-in"),
        ("Defense Secretary Austin", "2022-06-01", "USA", "Lloyd Austin"),
        ("Prime Minister Khan", "2020-06-01", "PAK", "Imran Khan"),
        ("Prime Minister Khan", "2012-06-01", None, "Khan"),
        ("President Bush", "1990-08-07", "USA", "George H.W. Bush"),
        ("President Bush", "2003-03-20", "USA", "George W. Bush"),
        ("Bush", "2019-01-01", "USA", "George W. Bush"),
    ],
)
def test_an_office_with_a_family_name_is_who_held_it_then(phrase: str, day: str, code: str | None, name: str) -> None:
    [party] = who(phrase, day)
    assert (party.country, party.name) == (code, name)


@pytest.mark.parametrize("phrase", ["Horatio Bush", "Juan Carlos Quiroga"])
def test_a_longer_name_that_holds_a_known_one_is_another_person(phrase: str) -> None:
    assert all(party.country is None and party.name == phrase for party in who(phrase))


def test_initials_do_not_make_another_person() -> None:
    [party] = who("Vladimir V. Putin")
    assert party.country == "RUS"


def test_a_namesake_in_one_article_is_not_who_was_introduced() -> None:
    text = (
        "Danish Foreign Minister Mads Holm met Latvian officials on Monday. "
        "Swedish Prime Minister Agnes Holm accused Latvia of censorship."
    )
    assert [(party.country, party.name) for party in told(text, EventType.ACCUSE).actors] == [("SWE", "Agnes Holm")]


@pytest.mark.parametrize("name", ["Riverside International Airport", "Baltic Holdings", "EU99"])
def test_what_is_no_person_gets_no_persons_name(name: str) -> None:
    assert all(party.name is None for party in who(f"The owner of {name}") + who(name))


@pytest.mark.parametrize(
    ("text", "code", "name"),
    [
        (
            "Dutch Foreign Minister Jan Visser visited Rabat on Tuesday. The minister accused Russia of spying.",
            "NLD",
            "Jan Visser",
        ),
        (
            "Latvian President Ilze Ozola met Polish President Adam Wilk. "
            "The Polish leader accused Belarus of sending migrants.",
            "POL",
            "Adam Wilk",
        ),
        ("Jordan recalled its envoy to Syria. The kingdom accused Syria of smuggling.", "JOR", None),
        ("Cuba freed a U.S. sailor on Friday. The island accused Washington of spying.", "CUB", None),
        (
            "The Belarusian Defence Ministry denied the report. The ministry accused Poland of spreading lies.",
            "BLR",
            None,
        ),
        ("The African Union met on Friday. The bloc accused Sudan of delays.", "AU", None),
        (
            "Egypt quarrelled with Qatar. France sent an envoy. The gas-rich emirate accused Iran of spying.",
            "QAT",
            None,
        ),
        (
            '"They are at our gates," a Yemeni foreign ministry official told reporters. He accused Eritrea of a raid.',
            "YEM",
            None,
        ),
        (
            "Jiro Sato, who led the Japanese delegation, asked North Korea for lists. "
            "His opposite number, Jong Su Il, refused. He accused Tokyo of breaking its word.",
            "PRK",
            "Jong Su Il",
        ),
        (
            "North Korea met Japan. France looked on. Cuba waited. Oslo did, too. The North accused Japan of lies.",
            "PRK",
            None,
        ),
    ],
)
def test_a_noun_alone_means_who_was_told_of_before(text: str, code: str, name: str | None) -> None:
    [party] = told(text, EventType.ACCUSE).actors
    assert (party.body or party.country, party.name) == (code, name)


def test_neighbours_and_ministers_are_the_two_told_of_before() -> None:
    text = "Kenya and Somalia held talks in Doha on Thursday. The neighbours signed a maritime treaty."
    assert {p.country for p in told(text, EventType.AGREE).actors} == {"KEN", "SOM"}
    text = (
        "Greek Foreign Minister Eleni Zografou met her Turkish counterpart, Kemal Aydin, on Thursday. "
        "The two ministers signed a maritime treaty."
    )
    named = {(p.country, p.name) for p in told(text, EventType.AGREE).actors}
    assert named == {("GRC", "Eleni Zografou"), ("TUR", "Kemal Aydin")}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (
            "Yemen clashed with Eritrea on Monday. Yemen accused Eritrea of a raid. Egypt and Libya are near. "
            "The two sides signed a pact on Friday.",
            {"YEM", "ERI"},
        ),
        (
            "Mali, Niger and Chad met in Bamako. Togo and Benin stayed away, and so did Ghana. "
            "The three signed a defence pact on Friday.",
            {"MLI", "NER", "TCD"},
        ),
        ("The foreign ministers of Kenya, Uganda and Rwanda met. The ministers signed a pact.", {"KEN", "UGA", "RWA"}),
        ("EU foreign ministers met in Brussels. The ministers agreed to a ban on oil.", {"EU"}),
    ],
)
def test_the_two_or_more_are_those_whom_the_story_is_about(text: str, codes: set[str]) -> None:
    assert {p.code for p in told(text, EventType.AGREE).actors} == codes


def test_the_leaders_of_named_states_are_not_those_of_the_sentence_before() -> None:
    text = "Kenya and Somalia held talks. The leaders of Chad and Niger signed a maritime treaty."
    assert {p.country for p in told(text, EventType.AGREE).actors} == {"TCD", "NER"}


def test_an_object_pronoun_is_not_the_one_who_acts() -> None:
    text = (
        "Cuban Foreign Minister Raul Prieto landed in Ottawa on Monday. "
        "Canadian Prime Minister Jean Tremblay, who had invited him, praised him on Friday."
    )
    mention = told(text, EventType.SUPPORT)
    assert {p.country for p in mention.actors} == {"CAN"}
    assert {p.country for p in mention.recipients} == {"CUB"}


def test_whoever_is_condemned_did_what_he_is_condemned_for() -> None:
    text = "Ecuador condemned Colombia on Monday for a raid in which its soldiers killed a Peruvian priest."
    assert [p.code for p in told(text, EventType.ASSAULT).actors] == ["COL"]


def test_they_are_not_the_town_where_they_were_found() -> None:
    text = "Kenya mourned nine sailors washed ashore near Lisbon, and its government vowed to bring them home."
    assert "PRT" not in {party.country for mention in mentions(text) for party in mention.recipients}


def test_a_government_is_of_the_town_where_it_sits() -> None:
    mention = told("The Danish prime minister asked the government in Rome to lift the ban.", EventType.REQUEST)
    assert [party.country for party in mention.recipients] == ["ITA"]


def test_who_is_told_of_grief_is_not_accused() -> None:
    text = "The Kenyan president sent his condolences to the Dutch people and condemned the attack."
    assert told(text, EventType.ACCUSE).recipients == ()


def test_her_country_is_no_person() -> None:
    text = "Kenyan Foreign Minister Grace Wanjiru met Somali officials. Wanjiru said her country would send troops."
    [party] = told(text, EventType.MOBILIZE).actors
    assert (party.country, party.name) == ("KEN", None)


def test_the_army_of_a_story_filed_at_home_is_that_of_the_country() -> None:
    text = "KAMPALA, March 14 (Reuters) - The army arrested three opposition leaders on Thursday, witnesses said."
    mention = told(text, EventType.COERCE)
    assert [(p.country, p.sector) for p in mention.actors] == [("UGA", Sector.MIL)]


def test_the_government_beside_a_rebel_group_is_not_the_groups() -> None:
    text = "Colombia and the FARC signed a truce on Thursday. The rebels accused the government of delays."
    mention = told(text, EventType.ACCUSE)
    assert all(p.body is None for p in mention.recipients)
    assert all(p.body == "FARC" for p in mention.actors)


@pytest.mark.parametrize(
    ("text", "kind", "recipient"),
    [
        ("Norway donated ten million euros to help flooded villages in Nepal.", EventType.AID, "NPL"),
        ("Brazil reiterated its government's support for the talks among Haitian parties.", EventType.SUPPORT, "HTI"),
        ("France will not lift the embargo until Iraq lets the inspectors in.", EventType.REJECT, "IRQ"),
        ("Swiss aid agencies pledged to help Malawi feed the refugees.", EventType.AID, "MWI"),
    ],
)
def test_who_gains_or_must_move_first_is_the_recipient(text: str, kind: EventType, recipient: str) -> None:
    assert recipient in {p.country for p in told(text, kind).recipients}


def test_missiles_act_for_those_who_fired_them() -> None:
    mention = told("Missiles fired by the Iraqi army struck a Kuwaiti depot on Monday.", EventType.ASSAULT)
    assert {p.country for p in mention.actors} == {"IRQ"}


def test_a_group_without_a_state_is_told_where_it_is() -> None:
    [party] = told("Egypt bombed Islamic State camps in Libya on Monday.", EventType.ASSAULT).recipients
    assert (party.body, party.country) == ("IS", "LBY")


def test_forces_loyal_to_somebody_are_of_his_country() -> None:
    [party] = who("Forces loyal to Libyan commander Khalifa Haftar")
    assert (party.country, party.sector) == ("LBY", Sector.MIL)


def test_its_minister_who_speaks_last_is_of_the_state_that_acts() -> None:
    text = "Gambia will leave the International Criminal Court, its minister said, accusing it of bias."
    mention = told(text, EventType.ACCUSE)
    assert ([p.code for p in mention.actors], [p.code for p in mention.recipients]) == (["GMB"], ["ICC"])


def test_it_is_the_country_of_who_speaks_and_never_that_of_a_meeting() -> None:
    text = "Turkey's president said it will open its border with Syria."
    assert {p.country for p in told(text, EventType.RETREAT).actors} == {"TUR"}
    text = "Guests of the Istanbul meeting left early. Georgia's minister said it supports the United Nations."
    assert {p.country for p in told(text, EventType.SUPPORT).actors} == {"GEO"}


@pytest.mark.parametrize(
    "text",
    [
        "Britain's prime minister met Soviet officials. Most of the voters asked said they supported Norway.",
        "Guinea met the World Bank on Friday. The two countries signed a mining treaty.",
        "Greece met Turkey on Friday. The ministers of the bloc signed a fishing treaty.",
    ],
)
def test_who_is_not_clear_stays_unknown(text: str) -> None:
    last = [m for m in mentions(text) if m.evidence.sentence in text and m.evidence.start > 20]
    assert all(not {p.country for p in m.actors} & {"GBR", "SUN", "GIN", "GRC", "TUR"} for m in last)


def test_a_neighbour_is_the_other_of_the_two_and_never_the_owner() -> None:
    text = "Ethiopia and Eritrea broke off talks. Ethiopia accused its neighbour of raids."
    mention = told(text, EventType.ACCUSE)
    assert {p.country for p in mention.actors} == {"ETH"}
    assert {p.country for p in mention.recipients} == {"ERI"}
    assert not [p for m in mentions("France condemned its ally.") for p in m.recipients if p.country == "FRA"]


@pytest.mark.parametrize(
    ("phrase", "sector", "name"),
    [
        ("A delegation of Chilean businessmen", Sector.BUS, None),
        ("The head of Austria's foreign intelligence service, Karl Huber,", Sector.SPY, "Karl Huber"),
        ("French President Lebrun's spokesman Luc Petit", Sector.GOV, "Luc Petit"),
        ("Mexico's ruling party, Adelante,", Sector.PTY, None),
        ("Angolan jets", Sector.MIL, None),
    ],
)
def test_sector_and_name_are_those_of_the_phrase_as_a_whole(phrase: str, sector: Sector, name: str | None) -> None:
    [party] = who(phrase)
    assert (party.sector, party.name) == (sector, name)


def test_the_chairman_of_a_body_is_of_the_state_that_he_is_named_with() -> None:
    text = "The African Union met on Friday. Its chairman, Ghanaian President John Mahama, visited Chad on Monday."
    assert {p.code for p in told(text, EventType.CONSULT, "2027-02-19").actors} == {"GHA"}


def test_a_known_person_is_of_his_own_country_whosever_president_he_seems() -> None:
    text = "Abidjan thanked Togo on Friday. Its president, Faure Gnassingbe, flew to Mali on Monday."
    assert {p.country for p in told(text, EventType.CONSULT, "2023-01-11").actors} == {"TGO"}


def test_of_two_kings_of_one_name_the_phrase_tells_which() -> None:
    [party] = who("Jordan's King Abdullah", "2014-02-10")
    assert (party.country, party.sector) == ("JOR", Sector.GOV)


def test_a_summoned_ambassador_has_office_and_name() -> None:
    mention = told("Tokyo summoned the Chadian ambassador, Idris Saleh, to complain.", EventType.ACCUSE)
    [party] = mention.recipients
    assert (party.country, party.sector, party.name) == ("TCD", Sector.GOV, "Idris Saleh")


def test_brussels_acts_for_the_union_and_lies_in_belgium() -> None:
    assert [(p.body, p.country) for p in who("Brussels")] == [("EU", None)]
    assert [(p.body, p.country) for p in who("Brussels police")] == [(None, "BEL")]
    mention = told("Serbia's president flew to Brussels for talks on Friday.", EventType.CONSULT)
    assert {p.country for p in mention.recipients} == {"BEL"}


def test_a_name_in_the_news_long_before_an_office_is_another_persons() -> None:
    assert {p.country for p in who("Angela Merkel", "2010-05-01")} == {"DEU"}
    assert {p.country for p in who("Angela Merkel", "1965-05-01")} == {None}


def test_media_act_but_are_none_of_the_two() -> None:
    mention = told("Russia expelled the BBC on Friday.", EventType.SANCTION)
    assert [(p.country, p.sector) for p in mention.recipients] == [("GBR", Sector.JRN)]
    text = "Kenya and Somalia held talks, the BBC reported. The two countries signed a border treaty."
    assert {p.country for p in told(text, EventType.AGREE).actors} == {"KEN", "SOM"}


def test_its_missions_abroad_are_its_own() -> None:
    text = "Romania has said its missions in Austria are watched and has accused Austria of spying."
    mention = told(text, EventType.ACCUSE)
    assert {p.country for p in mention.actors} == {"ROU"}


@pytest.mark.parametrize(
    "text",
    [
        "The OPEC president told Reuters in an interview that quotas were kept.",
        "Regulators weighed the bid for Luxoptic (LUXO.PA) on Friday.",
        "The Organisation for Economic Cooperation and Development published a report.",
    ],
)
def test_media_tickers_and_names_of_bodies_make_no_event(text: str) -> None:
    assert not mentions(text)


def test_a_town_that_names_an_accord_is_no_party() -> None:
    text = "Under the Paris accords, Norway and Japan agreed to stabilise exchange rates on Friday."
    mention = told(text, EventType.AGREE)
    assert {p.country for p in (*mention.actors, *mention.recipients)} == {"NOR", "JPN"}


def test_officials_of_a_body_are_no_governments() -> None:
    assert [(p.body, p.sector) for p in who("IMF officials")] == [("IMF", Sector.IGO)]


def test_three_ministers_are_the_three_named_before() -> None:
    text = (
        "Japanese Foreign Minister Ken Mori and his Thai and Indian counterparts held talks in Osaka on Sunday. "
        "The three ministers urged Laos to hold a vote."
    )
    met = told(text, EventType.CONSULT)
    assert {p.country for p in met.actors} == {"JPN", "THA", "IND"}
    asked = told(text, EventType.REQUEST)
    assert {(p.country, p.sector) for p in asked.actors} == {(code, Sector.GOV) for code in ("JPN", "THA", "IND")}
    assert {p.country for p in asked.recipients} == {"LAO"}


@pytest.mark.parametrize(
    ("text", "kind", "recipients"),
    [
        ("Ankara deployed a warship off Cyprus on Monday. Athens called the step illegal.", "ACCUSE", ["TUR"]),
        ("Iran test-fired a ballistic missile. Germany condemned it. Britain called it reckless.", "ACCUSE", ["IRN"]),
        (
            "The two Koreas signed a declaration on Monday. The White House hailed the accord.",
            "SUPPORT",
            ["KOR", "PRK"],
        ),
        ("Vietnam accused China of ramming a boat. Beijing dismissed the claim as untenable.", "REJECT", ["VNM"]),
        (
            "Kuwait will lift its ban on Syria. Egypt praised the decision. Israel criticised the move.",
            "ACCUSE",
            ["KWT"],
        ),
        ("Tokyo bought the islands on Tuesday, and Beijing called the step illegal.", "ACCUSE", ["JPN"]),
        # of what several agreed on, and of a newcomer to a quarrel
        (
            "Israel and the Emirates announced they are establishing full ties. Egypt praised the accord.",
            "SUPPORT",
            ["ISR", "ARE"],
        ),
        (
            "Poland banned flights to Belarus. Latvia expelled a Belarusian. Belarus expelled a Latvian. "
            "Germany summoned the ambassador.",
            "ACCUSE",
            ["BLR"],
        ),
        ("Three bombs killed 20 people in Kabul, Afghan officials said. Pakistan condemned the attack.", "ACCUSE", []),
    ],
)
def test_a_deed_that_is_only_pointed_to_is_of_whom_the_article_told(
    text: str, kind: str, recipients: list[str]
) -> None:
    assert [p.code for p in told(text, EventType(kind)).recipients] == recipients


def test_the_country_is_whoever_was_told_of_and_not_who_told_of_it() -> None:
    text = (
        "Mali's junta will free its captives, a minister of Chad said. ECOWAS closed the country's borders on Monday."
    )
    assert [p.code for p in told(text, EventType.COERCE).recipients] == ["MLI"]


def test_both_sides_are_those_of_whom_one_attacked_the_other() -> None:
    text = (
        "Azerbaijan shelled Armenia on Sunday. Turkey backed Azerbaijan. Russia's Sergey Lavrov telephoned both sides."
    )
    assert {p.code for p in told(text, EventType.CONSULT).actors} == {"RUS", "ARM", "AZE"}


def test_a_crowd_without_a_place_is_where_the_story_was_filed() -> None:
    text = "KHARTOUM (AP) - Thousands of demonstrators stormed the empty U.S. embassy on Friday, officials said."
    stormed = told(text, EventType.PROTEST)
    assert [p.code for p in stormed.actors] == ["SDN"]


def test_she_is_the_woman_told_of_last() -> None:
    text = "President Hamid Karzai met US adviser Susan Rice on Monday. She warned him against new delays."
    warned = told(text, EventType.THREATEN)
    assert [p.code for p in warned.actors] == ["USA"]
    assert [p.code for p in warned.recipients] == ["AFG"]


def test_the_presidents_are_the_two_introduced_and_no_third_state_named_beside() -> None:
    text = (
        "Soviet President Mikhail Gorbachev told President George Bush on Friday that Germany must be free. "
        "The presidents signed a trade treaty on Saturday."
    )
    assert {p.country for p in told(text, EventType.AGREE, "1990-06-03").actors} == {"SUN", "USA"}


def test_russians_are_soviets_while_there_was_a_soviet_union() -> None:
    assert [[p.country for p in who("The Russians", day)] for day in ("1987-06-01", "1994-06-01")] == [["SUN"], ["RUS"]]


@pytest.mark.parametrize(
    ("published", "codes"),
    [
        ("1988-03-03", ["SUN", "CSK", "YUG"]),
        ("1992-06-03", ["RUS", "CSK", "YUG"]),
        ("2004-06-03", ["RUS", "CZE", "SCG"]),
        ("2015-06-03", ["RUS", "CZE", "SRB"]),
    ],
)
def test_a_capital_is_of_the_state_that_was_there_then(published: str, codes: list[str]) -> None:
    parties = [who(phrase, published) for phrase in ("Moscow", "Prague", "Belgrade")]
    assert [party.country for [party] in parties] == codes
    [kremlin] = who("The Kremlin", published)
    assert kremlin.country == codes[0]


def test_states_set_beside_each_other_are_a_list() -> None:
    phrase = "Saudi Arabia, the United Arab Emirates, Bahrain and Egypt"
    assert [party.country for party in who(phrase)] == ["SAU", "ARE", "BHR", "EGY"]


@pytest.mark.parametrize(
    ("text", "kind", "codes"),
    [
        ("India and Pakistan exchanged fire. Each side blamed the other for the clash.", "ACCUSE", {"IND", "PAK"}),
        ("India and Pakistan exchanged fire. Each accused the other of lying.", "ACCUSE", {"IND", "PAK"}),
        ("Each accusing the other of lying, Chad and Sudan closed their border.", "ACCUSE", {"TCD", "SDN"}),
        ("India and Pakistan exchanged fire. New Delhi then called off talks in Geneva.", "CONSULT", {"IND", "PAK"}),
        ("Delegations from the two Koreas signed a pact in Hanoi.", "AGREE", {"KOR", "PRK"}),
        ("Turkey and the UN-recognized government in Tripoli signed a pact.", "AGREE", {"TUR", "LBY"}),
        ("Jordan received the Syrian minister, and the two signed a pact.", "AGREE", {"JOR", "SYR"}),
        ("President Macron received Kenyan President Ruto in Paris. His guest thanked France.", "SUPPORT", {"KEN"}),
        ("North Korea is at odds with Japan. A second North-U.S. summit was held in Hanoi.", "CONSULT", {"PRK", "USA"}),
        ("The Saudi king met the emir of Qatar. The kingdom reopened its border to Qatar.", "RETREAT", {"SAU"}),
        ("Oman, which has a base in Yemen, is said to be generous; it gave Kenya $3 billion.", "AID", {"OMN"}),
        ("Ecuador and Peru clashed. Chile, Peru's ally, appealed to both sides for restraint.", "REQUEST", {"CHL"}),
    ],
)
def test_who_acts_under_another_word(text: str, kind: str, codes: set[str]) -> None:
    assert {party.code for party in told(text, EventType(kind)).actors} == codes


@pytest.mark.parametrize(
    ("text", "kind", "recipients"),
    [
        ("India protested to Pakistan over a raid. New Delhi suspended the treaty on water.", "SANCTION", ["PAK"]),
        ("China and Japan traded barbs over a captain. Tokyo denied that it had erred.", "REJECT", ["CHN"]),
        ("Peru accused Chile of spying. The Peruvian president urged his ministers to be calm.", "ACCUSE", ["CHL"]),
        ("The premier of Japan telephoned Seoul's ambassador to convey his congratulations.", "SUPPORT", ["KOR"]),
        (
            "Iraq and Turkey quarrelled over a dam on Monday. The Iraqi president asked for more time.",
            "REQUEST",
            ["TUR"],
        ),
        ("Mali and Niger met in Bamako on Monday. Niger undertook never to repeat the raid.", "AGREE", ["MLI"]),
        ("Oman shut the port to Iranian ships, which Tehran condemned.", "ACCUSE", ["OMN"]),
        ("Peru made an offer on the river, a proposal that Chile dismissed.", "REJECT", ["PER"]),
        ("The UN envoy mediated between Chad and Libya on Monday. Chad blamed the other side.", "ACCUSE", ["LBY"]),
        ("Peru broke off relations with Chile. Bolivia and Brazil withdrew their ambassadors.", "SANCTION", ["CHL"]),
        ("Togo protested to Ghana after a mob attacked its embassy in Accra.", "ASSAULT", ["TGO"]),
        ("Iran and Oman fell out on Monday. Tehran vowed to avenge its sailors.", "THREATEN", ["OMN"]),
        ("Kenya met Uganda on Monday. Kenya cut its ties with the landlocked country.", "SANCTION", ["UGA"]),
        ("Chad accused Libya of raids. Algeria offered to mediate between the two.", "CONSULT", ["TCD", "LBY"]),
        ("Gambia and Senegal signed a pact. The United Nations thanked both countries.", "SUPPORT", ["GMB", "SEN"]),
        ("Oman and Iran traded barbs on Monday. Muscat asked Iran's envoy to Qatar for an answer.", "REQUEST", ["IRN"]),
    ],
)
def test_what_names_nobody_is_for_the_other_of_two(text: str, kind: str, recipients: list[str]) -> None:
    assert [party.code for party in told(text, EventType(kind)).recipients] == recipients


@pytest.mark.parametrize("text", ["Spain arrested three of its soldiers on Monday.", "Peru recalled its ambassador."])
def test_what_is_done_to_ones_own_people_stays_at_home(text: str) -> None:
    assert not [
        p
        for m in mentions(f"Spain met Peru in Oslo on Friday, Norway said. {text}")
        for p in m.recipients
        if p.code == "NOR"
    ]


def test_a_request_is_not_to_whoever_is_only_named_beside() -> None:
    assert not mentions("After the vote in Chile, Bolivia's president called for calm.")


@pytest.mark.parametrize(
    ("source", "text", "kind", "recipient"),
    [
        ("slot", "Chad will not lift its blockade of Libya until Niger frees two men.", "REJECT", "LBY"),
        ("within reach", "Chad refused to send troops to Libya until Niger frees two men.", "REJECT", "LBY"),
        ("owner", "Chad met Libya on Monday. Niger says Chad threatened to storm its embassy.", "THREATEN", "NER"),
        (
            "condition",
            "Chad accused Libya of raids. Chad will not lift the embargo until Niger frees two men.",
            "REJECT",
            "NER",
        ),
        (
            "reply",
            "Niger accused Chad of raids. Libya met Chad. Chad dismissed the claim as untenable.",
            "REJECT",
            "NER",
        ),
        (
            "named beside",
            "Chad met Libya on Monday. Chad recalled its ambassador after an arrest in Niger.",
            "SANCTION",
            "NER",
        ),
        ("last event", "Chad accused Niger of raids. Chad recalled its ambassador.", "SANCTION", "NER"),
        ("joins in", "Libya broke off relations with Niger. Chad recalled its ambassador.", "SANCTION", "NER"),
        ("nobody", "Libya met Mali on Monday. Chad recalled its ambassador.", "SANCTION", None),
    ],
)
def test_the_nearest_source_tells_to_whom(source: str, text: str, kind: str, recipient: str | None) -> None:
    """The order of `recipients.SOURCES`; each text but the last two has another party for a later source to take."""
    assert source
    assert [p.code for p in told(text, EventType(kind)).recipients if p.code] == ([recipient] if recipient else [])


@pytest.mark.parametrize(
    ("table", "rule"),
    [(table, it) for table in ("CORRECTIONS", "SOURCES") for it in getattr(rules, table)],
    ids=lambda it: it.reason if isinstance(it, rules.Rule) else "",
)
def test_each_rule_tells_to_whom(table: str, rule: rules.Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    def codes() -> list[str | None]:
        return [party.code for it in mentions(rule.example) if it.type is rule.type for party in it.recipients]

    found = codes()
    monkeypatch.setattr(rules, table, tuple(it for it in getattr(rules, table) if it is not rule))
    assert found != codes()


def test_nobody_knows_who_its_allies_are() -> None:
    found = mentions("Russia attacked Ukraine on Monday. Kyiv's allies condemned the United Nations.")
    assert not [m for m in found if m.type is EventType.ACCUSE and {p.code for p in m.actors} & {"RUS", "UKR"}]


def test_a_government_and_its_rebels_are_two() -> None:
    text = "Zairian President Mobutu Sese Seko met rebel leader Laurent Kabila aboard a South African warship."
    meeting = told(text, EventType.CONSULT, "1997-05-04")
    assert {party.sector for party in meeting.actors} == {Sector.GOV, Sector.REB}


def test_who_is_left_unnamed_among_words_of_money_is_nobody() -> None:
    met = "Brazil and Peru held talks in Lima on Monday."
    recalled = "Brazil recalled its ambassador."
    assert [p.country for p in told(f"{met} {recalled}", EventType.SANCTION).recipients] == ["PER"]
    money = "Investors sold futures, dealers said."
    assert [p.country for p in told(f"{met} {money} {recalled}", EventType.SANCTION).recipients] == []
