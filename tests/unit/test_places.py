"""Where an event was, and which places in a sentence are only of something else."""

from __future__ import annotations

import pytest

from legation.pipeline import Pipeline
from legation.records import EventMention, RawArticle, decode, encode

ENRICH = Pipeline(until="enrich")


def places(text: str, kind: str) -> set[str | None]:
    """The names of the places of the events of a type."""
    report = ENRICH.feed(encode(RawArticle(text=text, published_at="2021-05-13")))
    read = [decode(it.value, EventMention) for it in report.messages if it.value and "mentions" in it.topic]
    return {it.place.name if it.place else None for it in read if it.type == kind}


def test_moscow_was_in_the_soviet_union() -> None:
    text = "The Finnish and French presidents met in Moscow on Monday."
    report = ENRICH.feed(encode(RawArticle(text=text, published_at="1988-05-13")))
    [met] = [decode(it.value, EventMention) for it in report.messages if it.value and "mentions" in it.topic]
    assert met.place is not None
    assert (met.place.name, met.place.country) == ("Moscow", "SUN")


CASES = [
    ("The Greek and Turkish premiers met in London on Monday.", "CONSULT", "London"),
    ("MADRID (AP) - Peru signed a fishing treaty with Chile on Monday.", "AGREE", "Madrid"),
    ("MADRID (AP) - Peru agreed with Chile on a price for fish on Monday.", "AGREE", None),
    (
        "The Greek and Turkish premiers met on the sidelines of the G7 meeting in Hiroshima on Monday.",
        "CONSULT",
        "Hiroshima",
    ),
    (
        "The Greek premier met his Turkish counterpart on the margins of the UN General Assembly in New York.",
        "CONSULT",
        "New York",
    ),
    ("Qatar hosted talks between Chad and rebel groups in Doha.", "CONSULT", "Doha"),
    ("Eritrean planes attacked the northern Ethiopian town of Mekele.", "ASSAULT", "Mekelle"),
    ("Russia shelled Kherson on Tuesday.", "ASSAULT", "Kherson"),
    ("Niger bombed Chad on Monday.", "ASSAULT", None),
    ("The Geneva-based UNHCR condemned Syria on Monday.", "ACCUSE", None),
    ("The president of the court in The Hague met the Serbian premier on Monday.", "CONSULT", None),
    ("Russia's ambassador in Sofia was summoned by Bulgaria's foreign minister on Monday.", "ACCUSE", None),
    ("The U.S. ambassador to Kenya met Somalia's president on Monday.", "CONSULT", None),
    ("Egypt's foreign minister will pay a visit to Sudan on Monday.", "CONSULT", "Sudan"),
    ("Egyptian jets bombed a training camp in the Libyan city of Derna.", "ASSAULT", "Derna"),
    ("Egyptian jets bombed camps near Derna, in eastern Libya.", "ASSAULT", "Derna"),
    ("Gunmen from Chad attacked a village in Darfur on Monday, Sudan said.", "ASSAULT", "Darfur"),
    ("Iran accused Israel of killing a scientist in Tehran.", "ACCUSE", None),
    ("Speaking in Ankara, Iraq's foreign minister accused Iran of meddling.", "ACCUSE", "Ankara"),
    ("France signed a defence pact with Djibouti at the Elysee Palace in Paris.", "AGREE", "Paris"),
    ("The Paris Club cancelled a meeting with Sudan.", "CONSULT", None),
    ("The leaders of Iran and Oman met at the White House on Monday.", "CONSULT", "White House"),
    ("The leaders of Iran and Oman met on the Chinese island of Hainan on Monday.", "CONSULT", "Hainan"),
    ("A summit of Peru and Chile that will open in Quito on Friday could end the war.", "CONSULT", "Quito"),
    ("African Union leaders meeting in Kigali on Monday condemned Chad.", "ACCUSE", "Kigali"),
    ("Eritrean rockets hit Ethiopia and fell on the outskirts of Mekele.", "ASSAULT", "Mekelle"),
    ("Ethiopian jets strafed Mogadishu's main airport on Monday.", "ASSAULT", "Mogadishu"),
    ("A bomb exploded in Colombo on Monday, killing four Pakistani diplomats.", "ASSAULT", "Colombo"),
    ("The UN opened an inquiry into alleged crimes by Sudan in Darfur.", "ACCUSE", None),
    ("Peru and Chile will sign a fishing pact in Quito, Peruvian officials here said.", "AGREE", "Quito"),
    ("Washington and Hanoi signed a trade treaty.", "AGREE", None),
    ("The treaty between Italy and Libya was signed at Benghazi.", "AGREE", "Benghazi"),
    ("Thousands of Pakistanis rallied in Lahore, Karachi and Islamabad against India.", "PROTEST", "Lahore"),
    ("Protesters stormed the Iranian consulate in Basra on Friday.", "PROTEST", "Basra"),
    ("Crowds burned American flags outside the U.S. embassy in Jakarta.", "PROTEST", "Jakarta"),
    ("Kim's envoy met President Reece in the Oval Office on Friday.", "CONSULT", "White House"),
    ("The Belgian premier received the Congolese president in Brussels.", "CONSULT", "Brussels"),
    ("Belgium's premier hosted the Congolese president in the Belgian capital.", "CONSULT", "Brussels"),
    (
        "Japan's foreign minister met his Chinese counterpart in the Chinese city of Dalian on Monday.",
        "CONSULT",
        "Dalian",
    ),
    ("The war in Yemen was discussed by Saudi and Omani ministers in Muscat.", "CONSULT", "Muscat"),
    ("Saudi and Omani ministers discussed the war in Yemen on Monday.", "CONSULT", None),
    ("Norway gave food to refugees in northern Uganda.", "AID", "Northern Uganda"),
    ("The United States sent 200 marines to Liberia on Monday.", "MOBILIZE", None),
    ("The Cuban foreign minister was in Madrid on Monday to meet his Spanish counterpart.", "CONSULT", "Madrid"),
    ("Gambia's president met Senegal's in Banjul, the Gambian capital.", "CONSULT", "Banjul"),
    ("Peru recalled its ambassador from Mexico City.", "SANCTION", None),
    ("India and Pakistan will hold talks on Kashmir in New Delhi.", "CONSULT", "New Delhi"),
    ("The Vatican's envoy met Venezuela's president at the Miraflores palace.", "CONSULT", "Miraflores"),
    ("Foreign ministers from the Quad countries gathered at Melbourne on Friday.", "CONSULT", "Melbourne"),
    ("Ukraine's president visited troops in Kharkiv and met the Polish premier in Lviv.", "CONSULT", "Lviv"),
    ("Thai police arrested four Iranians in Bangkok on Monday.", "COERCE", "Bangkok"),
    ("Oslo will host talks between Colombia and the rebels in June.", "CONSULT", "Oslo"),
    ("Oman's king held talks with Iran's president in Shiraz on Monday.", "CONSULT", "Shiraz"),
    ("Oman's sultan invited Iran's president to Muscat.", "CONSULT", "Muscat"),
    ("Israeli aircraft struck targets across Lebanon on Monday.", "ASSAULT", "Lebanon"),
    ("Addressing parliament in Vilnius, Estonia's president praised Lithuania.", "SUPPORT", "Vilnius"),
    ("Poland expelled two Russian diplomats over the murder of an exile in Gdansk.", "SANCTION", None),
    ("Poland accused Russia of murdering an exile in Gdansk.", "ACCUSE", None),
    ("Rwanda's army chief was in Maputo to sign a pact with Mozambique.", "AGREE", "Maputo"),
    ("The treaty that ended the war in Bosnia was signed by Serbia and Croatia in Paris in 1995.", "AGREE", "Paris"),
    ("Students in Tehran burned British flags on Sunday.", "PROTEST", "Tehran"),
    ("Mediators in Geneva praised Syria.", "SUPPORT", None),
    (
        "The foreign minister of Fiji met New Zealand's prime minister in Wellington before a Pacific summit in Tonga.",
        "CONSULT",
        "Wellington",
    ),
    ("The Chilean foreign ministry in Santiago summoned the Bolivian consul.", "ACCUSE", None),
    ("Nigerian and Chadian troops clashed on an island in Lake Chad.", "ASSAULT", "Lake Chad"),
    ("Denmark's premier, on a visit to Nuuk, condemned the United States.", "ACCUSE", None),
    ("Hungary's premier met Serbia's president in Belgrade, the Serbian capital, on Tuesday.", "CONSULT", "Belgrade"),
    ("Envoys of Armenia and Turkey met for three hours in a hotel in Vienna.", "CONSULT", "Vienna"),
]


@pytest.mark.parametrize(("sentence", "kind", "expected"), CASES)
def test_an_event_has_the_place_of_its_own_clause(sentence: str, kind: str, expected: str | None) -> None:
    assert expected in places(sentence, kind)


def test_a_call_was_not_where_the_story_was_filed() -> None:
    text = "ATHENS, May 13 (Reuters) - Greece's premier spoke by phone with his Turkish counterpart on Tuesday."
    assert places(text, "CONSULT") == {None}
