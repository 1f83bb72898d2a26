"""Which date is an event's own. Every story is of Thursday, May 13, 2021, unless a test says otherwise."""

from __future__ import annotations

import pytest

from legation.pipeline import Pipeline
from legation.records import EventMention, RawArticle, Status, decode, encode

ENRICH = Pipeline(until="enrich")


def mentions(text: str, kind: str, published: str = "2021-05-13", **fields: str) -> list[EventMention]:
    report = ENRICH.feed(encode(RawArticle(text=text, published_at=published, **fields)))
    read = [decode(it.value, EventMention) for it in report.messages if it.value and "mentions" in it.topic]
    return [it for it in read if it.type == kind]


def days(text: str, kind: str, published: str = "2021-05-13", **fields: str) -> set[str | None]:
    """The dates of the events of a type, as a day or 'first/last'."""
    return {_written(it) for it in mentions(text, kind, published, **fields)}


def _written(mention: EventMention) -> str | None:
    if mention.date is None:
        return None
    start, end = mention.date.start, mention.date.end
    return start if start == end else f"{start}/{end}"


CASES = [
    ("Japan and China held talks in Tokyo on Wednesday.", "CONSULT", "2021-05-12"),
    ("Japanese and Chinese envoys will meet in Tokyo next week.", "CONSULT", "2021-05-17/2021-05-23"),
    ("Ministers from Iran and Iraq met in September last year.", "CONSULT", "2020-09-01/2020-09-30"),
    ("Vietnamese President Tran Quoc will visit Laos from May 16 to 20.", "CONSULT", "2021-05-16/2021-05-20"),
    ("Iran and Iraq signed a peace accord a decade ago.", "AGREE", "2011-01-01/2011-12-31"),
    ("The Italian and Greek leaders will meet on Friday in Rome.", "CONSULT", "2021-05-14"),
    ("Kenya and Somalia held talks over the weekend in Nairobi.", "CONSULT", "2021-05-08/2021-05-09"),
    ("Togo said on Monday it would expel the Nigerien ambassador.", "SANCTION", None),
    ("Togo said on Monday it would not accept Nigerien troops.", "REJECT", "2021-05-10"),
    ("Turkey arrested two Iranians last week after they had photographed a base.", "COERCE", "2021-05-03/2021-05-09"),
    ("Libyan jets bombed a Chadian base yesterday, an army spokesman said today.", "ASSAULT", "2021-05-12"),
    ("Belarus let a Polish journalist leave on Tuesday.", "RETREAT", "2021-05-11"),
    ("Malta stopped issuing visas to Russians on Monday.", "SANCTION", "2021-05-10"),
    ("On Sunday the Danish premier is expected to arrive in Rome for talks with Italy.", "CONSULT", "2021-05-16"),
    ("On Saturday the president of Peru is due to meet the leader of Chile.", "CONSULT", "2021-05-15"),
    ("In June the Latvian premier is to receive the Chadian president.", "CONSULT", "2021-06-01/2021-06-30"),
    ("Yemen's president and Eritrea's spoke on Sunday and agreed on a ceasefire.", "RETREAT", "2021-05-09"),
    ("Japan will send Fiji two ships, and France's envoy met Togo's on Monday.", "CONSULT", "2021-05-10"),
    ("Libyan jets bombed what Chad called a hospital on Tuesday.", "ASSAULT", "2021-05-11"),
    (
        "Ghana expelled two envoys of Mali, and Mali threw out six Ghanaians, both announced on Monday.",
        "SANCTION",
        None,
    ),
    ("Poland's president said on Tuesday after meeting his Czech counterpart in Bern.", "CONSULT", "2021-05-11"),
    ("Chad's foreign minister asked Libya to withdraw its troops on Wednesday.", "REQUEST", "2021-05-12"),
    ("Chad's foreign minister asked Libya to withdraw its troops on Sunday.", "REQUEST", None),
    ("Algeria has accused Morocco of killing three lorry drivers on Monday.", "ACCUSE", None),
    ("NATO ministers meeting in Vilnius on Sunday condemned Russia.", "ACCUSE", "2021-05-09"),
    ("NATO ministers meeting in Vilnius condemned Russia on Tuesday.", "ACCUSE", "2021-05-11"),
    (
        "Spain called off talks with Mali planned for next week after a quarrel.",
        "CONSULT",
        "2021-05-17/2021-05-23",
    ),
    ("Russia met Georgia in Bern on Monday, and will sign the treaty with it.", "AGREE", None),
    ("Turkey's president will speak to Russia's leader by phone in the coming days.", "CONSULT", None),
    ("Israeli jets bombed Hamas positions in Gaza last night.", "ASSAULT", "2021-05-12"),
    ("Poland summoned the Belarusian ambassador yesterday.", "ACCUSE", "2021-05-12"),
    ("Brazil recalled its envoy to Caracas earlier this week.", "SANCTION", "2021-05-10/2021-05-16"),
    ("Syria on Monday vowed to attack Israeli planes.", "THREATEN", "2021-05-10"),
    ("France on Tuesday threatened to impose sanctions on Mali.", "THREATEN", "2021-05-11"),
    ("On Tuesday, Ghana agreed to send troops to Liberia.", "MOBILIZE", "2021-05-11"),
    ("Iran agreed on Monday to release two French sailors.", "RETREAT", "2021-05-10"),
    ("Iran agreed on Monday to release two French sailors on June 1.", "RETREAT", "2021-06-01"),
    ("Peru pledged a further 20 tonnes of rice for Haiti in mid-March.", "AID", "2021-03-01/2021-03-31"),
    ("Chad and Sudan agreed on Monday to hold talks in Cairo.", "CONSULT", None),
    ("The UN set talks between Chad and Sudan for Friday.", "CONSULT", "2021-05-14"),
    ("Peru and Chile signed a treaty banning mines on Tuesday.", "AGREE", "2021-05-11"),
    (
        "The Omani premier telephoned Qatar's emir on Monday to protest about the arrest of a nurse.",
        "ACCUSE",
        "2021-05-10",
    ),
    (
        "Envoys of Chad and Mali were to have met on May 20 to end a round of the dialogue that began in 2004.",
        "CONSULT",
        "2021-05-20",
    ),
    ("Korea and Japan will hold a joint drill in the Sea of Japan, beginning on Sunday.", "COOPERATE", "2021-05-16"),
    ("Kenya and Uganda signed a trade treaty at an air base here on Tuesday.", "AGREE", "2021-05-11"),
    ("Iraq fired seven missiles at Israel before dawn on Tuesday.", "ASSAULT", "2021-05-11"),
    ("The Kenyan president agreed after talks with Ugandan envoys in Nairobi on Tuesday.", "CONSULT", "2021-05-11"),
    ("The Danish minister travelled to Oman in July.", "CONSULT", "2020-07-01/2020-07-31"),
    ("India has a treaty with Nepal, which it had refused to sign in 1996.", "REJECT", "1996-01-01/1996-12-31"),
    ("Thai and Cambodian envoys are to meet in Kuala Lumpur on Friday week.", "CONSULT", "2021-05-21"),
    ("Turkey's minister angered Greece on Monday by accusing Athens of lying.", "ACCUSE", "2021-05-10"),
    ("Egypt surprised Qatar last week by recalling its ambassador from Doha.", "SANCTION", "2021-05-03/2021-05-09"),
    (
        "Chad recalled its ambassador from Khartoum on Monday, three weeks after Sudanese troops shelled a village.",
        "ASSAULT",
        "2021-04-19/2021-04-25",
    ),
    (
        "Seoul said on Wednesday that it had recalled its envoy to Tokyo, a day after Japan published new textbooks.",
        "SANCTION",
        "2021-05-11/2021-05-12",
    ),
    ("The presidents of Kenya and Uganda met on May 3, a month before their armies clashed.", "CONSULT", "2021-05-03"),
    ("Egypt and Sudan called off a summit planned for next Monday.", "CONSULT", "2021-05-17"),
    ("Egypt and Sudan have cancelled talks that were to be held on Saturday.", "CONSULT", "2021-05-15"),
    ("Spain postponed a visit by Morocco's foreign minister that was due to start on Friday.", "CONSULT", "2021-05-14"),
    ("Pakistan has called off talks with India scheduled for June 3.", "CONSULT", "2021-06-03"),
    ("India on Monday called off talks with Pakistan set for June 3.", "CONSULT", "2021-06-03"),
    ("India on Monday called off talks with Pakistan.", "CONSULT", "2021-05-10"),
    ("Portugal and Spain plan to hold a summit in Lisbon on June 2.", "CONSULT", "2021-06-02"),
    ("A summit of the Portuguese and Spanish premiers is scheduled for June 2 in Lisbon.", "CONSULT", "2021-06-02"),
    ("On Monday Burundi recalled its ambassador to Kigali and closed the border with Rwanda.", "COERCE", "2021-05-10"),
    ("Mobs stoned the French embassy and burned cars in Bamako on Sunday.", "PROTEST", "2021-05-09"),
    (
        "The German chancellor met her Danish counterpart in Berlin, and signed a treaty with Denmark on Tuesday.",
        "AGREE",
        "2021-05-11",
    ),
    (
        "Negotiators from Cyprus and Turkey met in Geneva but went home on Saturday without a deal.",
        "CONSULT",
        "2021-05-08",
    ),
    ("Cuba criticised the United States in a statement on Monday.", "ACCUSE", "2021-05-10"),
    ("Algeria cut off gas supplies to Spain through Morocco on Wednesday.", "SANCTION", "2021-05-12"),
    ("Jordan denounced an Israeli plan for the West Bank on Sunday.", "ACCUSE", "2021-05-09"),
    ("Mexico rejected a U.S. request for the extradition of a general on Tuesday.", "REJECT", "2021-05-11"),
    ("Sudan on Sunday accused Ethiopia of killing six soldiers who were captured in April.", "ACCUSE", "2021-05-09"),
    (
        "The U.S. on Wednesday welcomed an agreement reached last month between Sudan and rebels.",
        "SUPPORT",
        "2021-05-12",
    ),
    ("Ukraine's president met the Polish leader, his office said on Wednesday.", "CONSULT", "2021-05-11/2021-05-12"),
    (
        "The Kremlin said on Wednesday that Russia's president had spoken by telephone with the French one.",
        "CONSULT",
        "2021-05-11/2021-05-12",
    ),
    ("The president of Ghana will visit Togo, his spokesman said on Wednesday.", "CONSULT", None),
    (
        "Ghana's president met his Togolese counterpart last week, his spokesman said on Wednesday.",
        "CONSULT",
        "2021-05-03/2021-05-09",
    ),
    ("Chinese and Indian generals meet on Saturday to discuss the border.", "CONSULT", "2021-05-15"),
    ("Oman said it would not receive the Iranian minister on Saturday.", "REJECT", None),
    ("The two Koreas are to hold talks at Panmunjom on Monday.", "CONSULT", "2021-05-17"),
    ("Russia's foreign minister is visiting Armenia this week.", "CONSULT", "2021-05-10/2021-05-16"),
    ("Argentina and Chile signed a treaty in Rome on November 29, 1984.", "AGREE", "1984-11-29"),
    ("Britain and Argentina restored relations in February 1990.", "SUPPORT", "1990-02-01/1990-02-28"),
    ("The United States recognised Kosovo in 2008.", "SUPPORT", "2008-01-01/2008-12-31"),
    ("In March, Niger expelled the French ambassador.", "SANCTION", "2021-03-01/2021-03-31"),
    ("Moldova and Ukraine signed a trade accord in the first quarter.", "AGREE", "2021-01-01/2021-03-31"),
    ("Under a treaty of 1979, Egypt recognised Israel.", "SUPPORT", None),
    ("The foreign ministers of Mali and Niger met in Bamako the day before yesterday.", "CONSULT", "2021-05-11"),
    ("Armenia and Turkey have held talks since January.", "CONSULT", None),
    ("The visit by the Chinese leader to Burma was the first since 2001.", "CONSULT", None),
    ("Iran has accused Israel of sabotage until last year.", "ACCUSE", None),
    ("The Italian premier met the Libyan leader for the first time since 2011 on Wednesday.", "CONSULT", "2021-05-12"),
    ("Before Monday's talks, Israel released ten Palestinian prisoners.", "RETREAT", None),
    ("At Tuesday's summit, Egypt and Sudan signed a water treaty.", "AGREE", "2021-05-11"),
    ("Egypt and Sudan signed a water treaty at a summit on Tuesday.", "AGREE", "2021-05-11"),
    (
        "During a meeting with Chinese officials in Beijing on Tuesday, the French minister praised China.",
        "SUPPORT",
        "2021-05-11",
    ),
    (
        "In talks with his Thai counterpart on Monday, Cambodia's minister demanded the withdrawal of Thai troops.",
        "REQUEST",
        "2021-05-10",
    ),
    ("Tuesday's meeting between the Swiss and German presidents lasted an hour.", "CONSULT", "2021-05-11"),
    ("The May 3 talks between Peru and Chile failed.", "CONSULT", "2021-05-03"),
    ("Wednesday's expulsion of two Czech diplomats by Russia drew protests.", "SANCTION", "2021-05-12"),
    ("Speaking in Ankara on Monday, Turkey's foreign minister accused Greece of piracy.", "ACCUSE", "2021-05-10"),
    ("Arriving in Ankara on Monday, Iraq's foreign minister accused Iran of meddling.", "ACCUSE", "2021-05-10"),
    ("Iran's president, who arrived in Baghdad on Monday, accused the United States of meddling.", "ACCUSE", None),
    ("Russia, which expelled a Romanian diplomat on Monday, summoned the Bulgarian ambassador.", "ACCUSE", None),
    ('"We will defend Estonia," the German chancellor told reporters in Tallinn on Tuesday.', "SUPPORT", None),
    ("Ethiopian soldiers killed ten Sudanese farmers on April 22, Khartoum said Tuesday.", "ASSAULT", "2021-04-22"),
    ("Nigeria's president is to fly to Niamey on Thursday.", "CONSULT", "2021-05-13"),
    (
        "A Danish warship and two Swedish jets held joint exercises in the Baltic between May 3 and May 7.",
        "COOPERATE",
        "2021-05-03/2021-05-07",
    ),
    ("Uruguay sent doctors to Haiti twice in 2010.", "AID", "2010-01-01/2010-12-31"),
    ("Tanzania deported 200 Burundians at the end of April.", "COERCE", "2021-04-01/2021-04-30"),
    ("Laos, at 0300 GMT on Wednesday, closed its border with Thailand.", "COERCE", "2021-05-12"),
    ("Sweden and Finland signed a defence pact at midnight Tuesday.", "AGREE", "2021-05-11"),
    ("Slovakia has invited the Ukrainian president to Bratislava on June 1.", "CONSULT", "2021-06-01"),
    ("Japan asked South Korea on Tuesday for talks on May 20.", "REQUEST", "2021-05-11"),
    ("Ecuador announced on Monday that it would withdraw its ambassador from Colombia.", "SANCTION", None),
    ("Ecuador announced on Monday it had withdrawn its ambassador from Colombia.", "SANCTION", "2021-05-09/2021-05-10"),
    ("Lebanon's premier cancelled Thursday's visit to Riyadh.", "CONSULT", "2021-05-13"),
    ("The Iraqi and Kuwaiti ministers meet Monday in Amman.", "CONSULT", "2021-05-17"),
    ("Greece infuriated Turkey on Saturday by seizing two fishing boats.", "COERCE", "2021-05-08"),
    ("Brushing aside protests from Tokyo on Tuesday, Russia held war games on the Kurils.", "MOBILIZE", "2021-05-11"),
    ("Gabon broke off relations with Benin on Sunday, accusing it of plotting a coup.", "ACCUSE", "2021-05-09"),
    ("Bahrain jailed two Iranians last Thursday as Tehran denounced the trial.", "ACCUSE", "2021-05-06"),
    (
        "The treaty was signed by Ghana and Mali on March 3, two months before Guinea accused Ghana of bad faith.",
        "ACCUSE",
        "2021-05-01/2021-05-31",
    ),
    ("Oman scrapped talks with Yemen that had been set for Sunday.", "CONSULT", "2021-05-16"),
    (
        "A visit to Ankara by the Dutch premier, planned for late June, has been called off.",
        "CONSULT",
        "2021-06-01/2021-06-30",
    ),
    ("Peru and Bolivia will resume talks that broke down in March.", "CONSULT", None),
    ("A summit between the two Koreas that ended on Tuesday produced no accord.", "CONSULT", "2021-05-11"),
    ("Talks between Sudan and Egypt that began on Monday are still going on in Juba.", "CONSULT", "2021-05-10"),
    ("Israel freed twelve Jordanian prisoners and handed back two bodies on Sunday.", "RETREAT", "2021-05-09"),
    ("Italy recalled its envoy to Cairo on Friday but did not cut ties with Egypt.", "SANCTION", "2021-05-07"),
    ("Iran detained a British sailor on Monday but London has not protested.", "COERCE", "2021-05-10"),
    ("Laos denounced the shelling by Thai troops of a border village on Tuesday.", "ACCUSE", "2021-05-11"),
    ("The premier of Malta, a member since 2004, met the Libyan leader on Monday.", "CONSULT", "2021-05-10"),
    ("Ahead of Friday's summit, Japan imposed sanctions on North Korea.", "COERCE", None),
    ("Following Monday's bombing, Iraq summoned the Turkish ambassador.", "ACCUSE", None),
    ("Despite last week's truce, Israeli aircraft bombed Gaza.", "ASSAULT", None),
    ("Belgium and Rwanda met in Geneva in a bid to end a quarrel that began in 2017.", "CONSULT", None),
    ("Germany summons the Iranian ambassador on Friday over the hanging.", "ACCUSE", "2021-05-14"),
    ("Sri Lanka's president meets the Indian prime minister in Delhi today.", "CONSULT", "2021-05-13"),
    ("It was in June 2002 that Senegal recognised Taiwan again.", "SUPPORT", None),
    ("Two weeks ago Zambia deported a Chinese businessman.", "COERCE", "2021-04-26/2021-05-02"),
    ("In the early hours of Wednesday Saudi jets bombed Houthi camps near Sanaa.", "ASSAULT", "2021-05-12"),
    (
        "Between April 3 and April 9 Ethiopian and Kenyan soldiers held joint drills.",
        "COOPERATE",
        "2021-04-03/2021-04-09",
    ),
    ("Tonga and Fiji signed a fishing treaty in the 1990s.", "AGREE", "1990-01-01/1999-12-31"),
    (
        "Speaking in Brasilia on Monday, the foreign minister said Brazil had recalled its ambassador to La Paz.",
        "SANCTION",
        "2021-05-09/2021-05-10",
    ),
    (
        "Polish and Czech ministers will meet in Brno on Wednesday, the day after Germany's chancellor visits Warsaw.",
        "CONSULT",
        "2021-05-19",
    ),
    (
        "Bulgaria closed its consulate in Skopje on Tuesday morning after a bomb attack the night before.",
        "SANCTION",
        "2021-05-11",
    ),
    (
        "The Swedish and Danish premiers held talks on Tuesday at which they signed a defence pact.",
        "AGREE",
        "2021-05-11",
    ),
    ("Niger, in a statement on Sunday, accused France of arming rebels.", "ACCUSE", "2021-05-09"),
    ("Niger accused France on Sunday in a statement of arming rebels.", "ACCUSE", "2021-05-09"),
    ("Estonia on May 3 expelled a Russian diplomat.", "SANCTION", "2021-05-03"),
    ("Chile and Peru begin talks on Monday on their sea border.", "CONSULT", "2021-05-17"),
    ("Jordan condemned Sunday's killing of a judge by Israeli soldiers.", "ACCUSE", None),
    ("Sunday's killing of a Jordanian judge by Israeli soldiers drew protests.", "ASSAULT", "2021-05-09"),
    ("Romania opposed Hungary's plan in March and again on Monday.", "ACCUSE", "2021-05-10"),
    # words are the event where the party itself says them
    ("Iraq's envoy said on Tuesday that Iraq would retaliate against Kuwait with missiles.", "THREATEN", "2021-05-11"),
    ("The premier of Malta said on Monday that he rejected Libya's demand.", "REJECT", "2021-05-10"),
    # the year of what somebody is blamed for is not that of the words
    ("Oman blamed Yemen for attacks on its ports in 2019.", "ACCUSE", None),
    ("Oman condemned Yemen in April for the raids.", "ACCUSE", "2021-04-01/2021-04-30"),
    # what cannot be is none
    ("Kenya demanded talks with Somalia next week.", "CONSULT", None),
    ("In May the two rivals fell out, and Iran was accused by Iraq of murder.", "ACCUSE", "2021-05-01/2021-05-31"),
]


@pytest.mark.parametrize(("sentence", "kind", "expected"), CASES)
def test_an_event_has_the_date_of_its_own_clause(sentence: str, kind: str, expected: str | None) -> None:
    assert expected in days(sentence, kind)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("The following day Lima expelled the Bolivian envoy.", "2021-05-04"),
        ("Two days later Lima expelled the Bolivian envoy.", "2021-05-05"),
        ("Lima had expelled the Bolivian envoy a week earlier.", "2021-04-26/2021-05-02"),
        ("Lima expelled the Bolivian envoy on the same day.", "2021-05-03"),
        ("Lima expelled the Bolivian envoy.", None),
    ],
)
def test_words_that_point_back_count_from_the_date_told_before(after: str, expected: str | None) -> None:
    told = "Bolivian President Evo Roca accused Peru of spying on May 3. Nobody was hurt."
    assert expected in days(f"{told} {after}", "SANCTION")


@pytest.mark.parametrize(
    ("outlet", "published", "expected"),
    [
        ("Kyodo News", "2021-05-12T22:30:00Z", "2021-05-13"),  # Thursday morning in Tokyo
        ("Asahi Shimbun", "2021-05-12T22:30:00Z", "2021-05-13"),
        ("Washington Post", "2021-05-14T01:30:00Z", "2021-05-13"),  # Thursday evening in Washington
        ("Asahi Shimbun", "2021-05-12T22:30:00-05:00", "2021-05-12"),  # somebody's clock already
        ("Daily Ruritanian", "2021-05-13T22:30:00Z", "2021-05-13"),
    ],
)
def test_today_is_the_day_that_it_was_where_the_outlet_is(outlet: str, published: str, expected: str) -> None:
    text = "Italy summoned the Maltese ambassador today over the rescue of migrants."
    assert expected in days(text, "ACCUSE", published, source=outlet)


def test_today_is_the_day_that_it_was_where_the_story_was_filed() -> None:
    text = "TOKYO (AP) - Japan summoned the Russian ambassador today over flights near Hokkaido."
    assert "2021-05-13" in days(text, "ACCUSE", "2021-05-12T22:30:00Z")


def test_the_dateline_goes_before_the_feed() -> None:
    text = "TUNIS, May 10 (Reuters) - Tunisia recalled its ambassador to Malta today in a quarrel over fish."
    assert "2021-05-10" in days(text, "SANCTION")


@pytest.mark.parametrize(
    ("sentence", "status"),
    [
        ("Chinese and Indian generals meet on Saturday to discuss the border.", Status.PLANNED),
        ("The Dutch premier arrives in Rabat next Tuesday for talks with Morocco's king.", Status.PLANNED),
        ("Chinese and Indian generals met on Saturday to discuss the border.", Status.OCCURRED),
        ("The Swiss president meets Iran's foreign minister in Bern.", Status.OCCURRED),
        ("Gaps remain between Israel and Egypt before next week's talks in London.", Status.PLANNED),
    ],
)
def test_the_present_with_a_day_to_come_is_a_plan(sentence: str, status: Status) -> None:
    assert status in {it.status for it in mentions(sentence, "CONSULT")}


def test_the_present_of_a_caption_is_no_plan() -> None:
    text = (
        "The Swiss president shakes hands with Iran's foreign minister in Bern on Tuesday. (Photo: Keystone)\n\n"
        "BERN, May 13 (Reuters) - The Swiss president met Iran's foreign minister in Bern on Tuesday."
    )
    assert [it.status for it in mentions(text, "CONSULT")] == [Status.OCCURRED]


def test_a_threat_is_dated_by_who_threatens_and_not_by_the_deed() -> None:
    assert "2021-05-11" in days("Chad on Tuesday vowed to annex the Libyan strip by June 1.", "THREATEN")
