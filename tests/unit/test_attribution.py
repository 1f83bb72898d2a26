"""Who says so: named, an office, anonymous, an outlet or a document, wherever in the sentence it stands."""

from __future__ import annotations

import pytest

from legation.pipeline import Pipeline
from legation.records import EventMention, RawArticle, decode, encode

ENRICH = Pipeline(until="enrich")


def sources(text: str, kind: str) -> list[list[str]]:
    """For each event of a type its sources, as 'kind: words'."""
    report = ENRICH.feed(encode(RawArticle(text=text, published_at="2021-05-13")))
    read = [decode(it.value, EventMention) for it in report.messages if it.value and "mentions" in it.topic]
    return [[f"{source.kind}: {source.text}" for source in it.attribution] for it in read if it.type == kind]


CASES: list[tuple[str, str, list[str]]] = [
    (
        "Egypt has recalled its ambassador from Doha, the foreign ministry in Cairo said.",
        "SANCTION",
        ["office: the foreign ministry"],
    ),
    (
        "Egypt has recalled its ambassador from Doha, Foreign Minister Adel Shukri said on Monday.",
        "SANCTION",
        ["named: Foreign Minister Adel Shukri"],
    ),
    (
        "Egypt has recalled its ambassador from Doha, according to a diplomat who asked not to be named.",
        "SANCTION",
        ["anonymous: a diplomat"],
    ),
    ("Egypt has recalled its ambassador from Doha, Al-Ahram reported.", "SANCTION", ["outlet: Al-Ahram"]),
    (
        "Libya has expelled the Tunisian ambassador, the Tunisian news agency TAP reported.",
        "SANCTION",
        ["outlet: the Tunisian news agency TAP"],
    ),
    (
        "Egypt has recalled its ambassador from Doha, the state news agency MENA reported.",
        "SANCTION",
        ["outlet: the state news agency MENA"],
    ),
    ("Egypt has recalled its ambassador from Doha, state media said.", "SANCTION", ["outlet: state media"]),
    (
        "Egypt has recalled its ambassador from Doha, state television reported on Tuesday, citing the presidency.",
        "SANCTION",
        ["outlet: state television", "office: the presidency"],
    ),
    ("Egypt has recalled its ambassador from Doha, aid workers said.", "SANCTION", ["anonymous: aid workers"]),
    ("Egypt has recalled its ambassador from Doha, the premier signalled.", "SANCTION", ["office: the premier"]),
    (
        "The Kremlin said earlier that Russia was ready to send a delegation to Minsk.",
        "CONSULT",
        ["office: The Kremlin"],
    ),
    ("Egypt has recalled its ambassador from Doha, Yonhap reported.", "SANCTION", ["outlet: Yonhap"]),
    ("Yonhap reported that North Korea had fired two missiles into the East Sea.", "MOBILIZE", ["outlet: Yonhap"]),
    (
        "According to Yonhap, North Korea fired two missiles into the East Sea on Monday.",
        "MOBILIZE",
        ["outlet: Yonhap"],
    ),
    (
        "North Korea fired two missiles into the sea, Yonhap quoted a South Korean official as saying.",
        "MOBILIZE",
        ["outlet: Yonhap", "anonymous: a South Korean official"],
    ),
    (
        "North Korea fired two missiles into the sea, South Korea's Joint Chiefs of Staff said in a statement.",
        "MOBILIZE",
        ["office: South Korea's Joint Chiefs"],
    ),
    ("Officials said that Chad had closed its border with Sudan.", "COERCE", ["anonymous: Officials"]),
    (
        "Sources close to the palace said that Morocco had withdrawn its envoy from Berlin.",
        "SANCTION",
        ["anonymous: Sources"],
    ),
    (
        "Iran released two French tourists, French President Etienne Marchal wrote on Twitter.",
        "RETREAT",
        ["named: French President Etienne Marchal"],
    ),
    (
        "Iran released two French tourists, Le Monde newspaper said on its website.",
        "RETREAT",
        ["outlet: Le Monde newspaper"],
    ),
    ("Iran has released two French tourists, the Elysee said in a statement.", "RETREAT", ["office: the Elysee"]),
    (
        "Iran has released two French tourists, the IRNA news agency said, quoting the judiciary.",
        "RETREAT",
        ["outlet: the IRNA news agency", "office: the judiciary"],
    ),
    ("Saudi jets bombed Houthi camps near Sanaa, residents said.", "ASSAULT", ["anonymous: residents"]),
    (
        "Saudi jets bombed Houthi camps near Sanaa, witnesses and local media said.",
        "ASSAULT",
        ["anonymous: witnesses", "outlet: local media"],
    ),
    (
        "Saudi jets bombed Houthi camps near Sanaa, a medic who asked not to be named told reporters.",
        "ASSAULT",
        ["anonymous: a medic"],
    ),
    (
        "Saudi jets bombed Houthi camps near Sanaa, the Britain-based Yemeni Observatory for Human Rights said.",
        "ASSAULT",
        ["office: the Britain-based Yemeni Observatory"],
    ),
    (
        "Chad has cut its ties with Sudan, the newspaper Le Progres quoted the foreign minister as saying.",
        "SANCTION",
        ["outlet: the newspaper Le Progres", "office: the foreign minister"],
    ),
    (
        "The Iranian foreign ministry denied reports that Iran had held talks with Israel in Oman.",
        "CONSULT",
        ["office: The Iranian foreign ministry"],
    ),
    (
        "Saudi jets bombed Houthi camps near Sanaa, the rebels' Al-Masirah television said.",
        "ASSAULT",
        ["outlet: the rebels' Al-Masirah television"],
    ),
    ("Saudi jets bombed Houthi camps near Sanaa, it was reported.", "ASSAULT", []),
    (
        "Kenya's president met his Ugandan counterpart in Kampala, a statement from State House said.",
        "CONSULT",
        ["document: a statement"],
    ),
    (
        "Kenya's president met his Ugandan counterpart in Kampala, the two governments said in a joint statement.",
        "CONSULT",
        ["office: the two governments"],
    ),
    (
        "Kenyan President Samuel Otieno said on Monday that he had met his Ugandan counterpart in Kampala.",
        "CONSULT",
        ["named: Kenyan President Samuel Otieno"],
    ),
    (
        "The White House announced that the American president would visit Poland in June.",
        "CONSULT",
        ["office: The White House"],
    ),
    (
        "The Washington Post, citing intelligence officials, reported that Russia had moved missiles into Belarus.",
        "MOBILIZE",
        ["outlet: The Washington Post", "anonymous: intelligence officials"],
    ),
    ("A report by the United Nations said that Rwanda had sent troops to Congo.", "MOBILIZE", ["document: A report"]),
    ("Colombian troops crossed into Ecuador, Quito says.", "ASSAULT", ["office: Quito"]),
    ("Quito says that Colombian troops attacked a rebel camp in Ecuador.", "ASSAULT", ["office: Quito"]),
    (
        "Diplomats at the United Nations said China had blocked a statement on Myanmar.",
        "REJECT",
        ["anonymous: Diplomats"],
    ),
    (
        "Turkey has closed its airspace to Armenian flights, Foreign Minister Cem Arslan told broadcaster NTV.",
        "COERCE",
        ["named: Foreign Minister Cem Arslan"],
    ),
    ("Turkey has closed its airspace to Armenian flights, in the words of its foreign minister.", "COERCE", []),
    ("The Taliban released an American engineer, a spokesman for the group said.", "RETREAT", ["office: a spokesman"]),
    (
        "The Taliban released an American engineer, spokesman Abdul Karim said.",
        "RETREAT",
        ["named: spokesman Abdul Karim"],
    ),
    ("Japan accused North Korea of kidnapping.", "ACCUSE", []),
    (
        "Japan accused North Korea of kidnapping, Kyodo News said Thursday, citing sources familiar with the matter.",
        "ACCUSE",
        ["outlet: Kyodo News", "anonymous: sources"],
    ),
    ("Spain will withdraw its troops from Iraq, El Pais reported on Sunday.", "RETREAT", ["outlet: El Pais"]),
    (
        "Polish border guards detained two Belarusians, said Anna Nowak, a spokeswoman for the service.",
        "COERCE",
        ["named: Anna Nowak"],
    ),
    ("Seen from Moscow, Poland has summoned the Belarusian envoy.", "ACCUSE", []),
    ("Greek media reported that Albania had detained two Greek sailors.", "COERCE", ["outlet: Greek media"]),
    ("Media reports said Albania had detained two Greek sailors.", "COERCE", ["document: Media reports"]),
    (
        "Albania has detained two Greek sailors, Athens News Agency said, quoting coastguard officials.",
        "COERCE",
        ["outlet: Athens News Agency", "anonymous: coastguard officials"],
    ),
    ("In a letter to the Security Council, Syria accused Israel of bombing its airport.", "ACCUSE", []),
    (
        "Syria accused Israel of bombing its airport, its state news agency SANA said.",
        "ACCUSE",
        ["outlet: its state news agency SANA"],
    ),
    ("Israel bombed a depot in Syria, the army said.", "ASSAULT", ["office: the army"]),
    ("Israel bombed a depot in Syria, the ministry announced on Sunday.", "ASSAULT", ["office: the ministry"]),
    ("Israel bombed a depot in Syria, the presidency said.", "ASSAULT", ["office: the presidency"]),
    ("Israel bombed a depot in Syria, a military spokesman said.", "ASSAULT", ["office: a military spokesman"]),
    ("Israel bombed a depot in Syria, a spokesman said.", "ASSAULT", ["office: a spokesman"]),
    ("Israel bombed a depot in Syria, its army confirmed.", "ASSAULT", ["office: its army"]),
    ("Israel bombed a depot in Syria, villagers told Reuters.", "ASSAULT", ["anonymous: villagers"]),
    ("Israel bombed a depot in Syria, a resident told the BBC by telephone.", "ASSAULT", ["anonymous: a resident"]),
    ("Israel bombed a depot in Syria, an aide to the prime minister said.", "ASSAULT", ["anonymous: an aide"]),
    ("Israel bombed a depot in Syria, two Western diplomats said.", "ASSAULT", ["anonymous: two Western diplomats"]),
    (
        "Israel bombed a depot in Syria, the Syrian Observatory for Human Rights said.",
        "ASSAULT",
        ["office: the Syrian Observatory"],
    ),
    ("Israel bombed a depot in Syria, Syrian state TV said.", "ASSAULT", ["outlet: Syrian state TV"]),
    (
        "Israel bombed a depot in Syria, local media reported, citing a military source.",
        "ASSAULT",
        ["outlet: local media", "anonymous: a military source"],
    ),
    ("Israel bombed a depot in Syria, the United Nations said.", "ASSAULT", ["office: the United Nations"]),
    ("Israel bombed a depot in Syria, analysts said.", "ASSAULT", ["anonymous: analysts"]),
    ("Israel, state radio said, bombed a depot in Syria.", "ASSAULT", ["outlet: state radio"]),
    (
        "Israel bombed a depot in Syria on Monday, Syria's deputy foreign minister, Faris Haddad, said in Geneva.",
        "ASSAULT",
        ["named: Syria's deputy foreign minister, Faris Haddad"],
    ),
    (
        '"Israel bombed a depot near Homs," said Faris Haddad, Syria\'s deputy foreign minister.',
        "ASSAULT",
        ["named: Faris Haddad"],
    ),
    (
        "Syria's deputy foreign minister, Faris Haddad, said Israel had bombed a depot near Homs.",
        "ASSAULT",
        ["named: Syria's deputy foreign minister, Faris Haddad"],
    ),
    ("Israel bombed a depot in Syria and Iran vowed revenge, officials said.", "ASSAULT", ["anonymous: officials"]),
    ("Israel bombed a depot in Syria, and the army said that it would do so again.", "ASSAULT", []),
    ("Israel bombed a depot in Syria, which the army said was full of rockets.", "ASSAULT", []),
    ("Israel bombed a depot in Syria after the army said rockets had been fired.", "ASSAULT", []),
    (
        "The Haaretz daily reported Sunday that Israel had bombed a depot in Syria.",
        "ASSAULT",
        ["outlet: The Haaretz daily"],
    ),
    (
        "Israel has bombed a depot in Syria, the Kuwaiti newspaper al-Jarida reports.",
        "ASSAULT",
        ["outlet: the Kuwaiti newspaper al-Jarida"],
    ),
    ("Israel bombed a depot in Syria, says a UN report seen by AFP.", "ASSAULT", ["document: a UN report"]),
    (
        "Israel bombed a depot in Syria, according to the state news agency SANA.",
        "ASSAULT",
        ["outlet: the state news agency"],
    ),
    (
        "Israel bombed a depot in Syria, the official Xinhua news agency quoted Syria's envoy to Beijing as saying.",
        "ASSAULT",
        ["outlet: the official Xinhua news agency", "office: Syria's envoy"],
    ),
    (
        "Syria said Israel had bombed a depot near Homs, the SANA agency reported.",
        "ASSAULT",
        ["office: Syria", "outlet: the SANA agency"],
    ),
    (
        "Lebanon expelled the Syrian envoy on Monday, Prime Minister Karim Saad's office said.",
        "SANCTION",
        ["office: Prime Minister Karim Saad's office"],
    ),
    (
        "Beirut expelled the Syrian envoy, Lebanese Foreign Minister Rima Khoury was quoted by An-Nahar as saying.",
        "SANCTION",
        ["outlet: An-Nahar", "named: Lebanese Foreign Minister Rima Khoury"],
    ),
    ("Lebanon has expelled the Syrian envoy, Arab diplomats in Beirut say.", "SANCTION", ["anonymous: Arab diplomats"]),
]


@pytest.mark.parametrize(("sentence", "kind", "expected"), CASES)
def test_sources_are_found_and_told_apart(sentence: str, kind: str, expected: list[str]) -> None:
    assert expected in sources(sentence, kind)


@pytest.mark.parametrize(
    "sentence",
    [
        "Khartoum has denied shelling the camp, after Juba accused Sudan of the attack.",
        "Malawi and Tanzania resumed talks on Monday, ten days after mediators reported no progress.",
    ],
)
def test_a_clause_that_only_goes_with_another_has_no_source_in_it(sentence: str) -> None:
    assert [] in sources(sentence, "ACCUSE") + sources(sentence, "CONSULT")


@pytest.mark.parametrize(
    ("source", "country"),
    [("the Malian government", "MLI"), ("both governments", None), ("officials from both countries", None)],
)
def test_a_source_that_is_of_two_states_has_no_country(source: str, country: str | None) -> None:
    text = f"Mali and Niger signed a treaty on Monday, {source} said."
    report = ENRICH.feed(encode(RawArticle(text=text, published_at="2021-05-13")))
    (mention,) = (decode(it.value, EventMention) for it in report.messages if it.value and "mentions" in it.topic)
    assert [it.country for it in mention.attribution] == [country]
