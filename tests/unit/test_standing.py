"""What is an event only with parties of weight, and what is only said, wished or weighed: in the words of this file."""

from __future__ import annotations

import pytest

from legation.knowledge import load
from legation.knowledge.frames import load_frames
from legation.records import EventType, Status
from legation.stages.enrich.actors import Sentence
from legation.stages.enrich.events import find_events
from legation.stages.enrich.found import Found
from legation.stages.enrich.memory import Memory
from legation.stages.enrich.parse import parse


def read(text: str, *, business: bool = False) -> list[Found]:
    [tree] = parse([text])
    sentence = Sentence(text, tree, load(), Memory(None, business=business))
    sentence.learn()
    return find_events(sentence, load_frames())


@pytest.mark.parametrize(
    "text",
    [
        # an appeal to nobody, or to everybody
        "The Danish king called for peace in Sudan.",
        "Bolivia has pushed for alterations in the Peruvian constitution.",
        "The United Nations launched an appeal for 60 million dollars for Chad.",
        "Iraq appealed to the international community for help.",
        "The Peruvian president urged all parties to show restraint.",
        "The Thai prime minister urged citizens to stay at home.",
        "Spain called for the harbour of Algiers to remain open.",
        # a deed only weighed
        "Portugal is considering sending food to Angola.",
        "The Greek cabinet is mulling giving medicine to Cyprus.",
        # a deed that others wish, doubt or ask for
        "Jordan voiced hope that Kuwait will help Yemen.",
        "Panama expects that Mexico will send food to Cuba.",
        "Peru is sceptical of the claim that Chile had withdrawn its troops.",
        "Malta made an appeal to help Libya.",
        "Egypt will keep its troops there until Libya disarms the militia.",
        "In her third thriller the President of France invades Monaco.",
        "The pipeline goes from Iraq to Turkey.",
        "A group seeking to overthrow the Somali government runs the port.",
        # what has no hands, what is played, what befalls people, and what scholars look into
        "Danish butter has conquered Japan.",
        "Kenya was invaded by its worst swarms of locusts.",
        "A late wicket denied Kenya a win over Ireland.",
        "A Danish tourist was killed after falling from a cliff in Iceland.",
        "Three Polish nurses were killed when their bus plunged off a bridge in Chile.",
        "The levy is meant to cripple Iraq.",
        "There were rumours that Brazil would not attend the summit in Peru.",
        "Somalia has been at war for twenty years.",
        "Volunteers from Peru and Chile met at the lake.",
        "Danish tankers supplied Namibia with oil.",
        "Chile's shipbreaking trade will decline because of Peru.",
        "Omani tankers could be threatened by Yemeni missiles.",
        "The bank said that rates would fall once Zambia reached an agreement with Malawi.",
        "Norway said that it has yet to see the Japanese report.",
        "A Swedish insurer asked the government in Stockholm to help.",
        "A Polish bus plunged into a ravine in Serbia, killing twelve.",
        "Researchers in Spain are investigating a reef off Morocco.",
        # other ages, mountains, artists and courts
        "Swedish troops occupied Bavaria in 1632.",
        "Climbers from Nepal and Poland reached the summit.",
        "The Danish pianist will tour Japan and South Korea in spring.",
        "The mayor of Hamburg welcomed athletes.",
        "An Australian court sentenced a man to nine years.",
        # what may be, or is asked
        "The Polish president can reject any appointment by Lithuania.",
        "Analysts said the Malian president was likely to be ousted within a year.",
        "Asked if Chile was expected to retaliate against Bolivia, he smiled.",
        "Morocco said there were no discussions about a possible meeting between the king and the Algerian president.",
        "There are no talks underway to hold a summit with Libya.",
        "Sweden said governments should not be obliged to pay.",
        "Kenya Airways will withdraw two aircraft from the route.",
        # what only dates or describes something else, and general truths
        "Rates in Denmark rose before the summit, the Danish minister said.",
        "Ships lie idle in a row over the accord between Chile and Bolivia.",
        "The Danish minister said Canada restricts trade in fifteen ways.",
        "Japan has not shown any willingness to open its market to Thailand.",
        "Malta was the largest trading partner of Libya.",
        "Norway promised a package of measures to boost demand.",
        # what did not happen
        "Turkey almost invaded Syria in 1998.",
        "Sudan and Chad have yet to sign the accord.",
        "No date has been set for a meeting between Peru and Chile.",
        "No Kenyan soldier was killed in Somalia.",
        # firms, unions, towns and one's own officials
        "A conductor praised the Swiss government.",
        "The tourists flew to Malta for talks.",
        "Typhoon Rosa struck Vietnam at dawn.",
        "Nigeria accused its own envoys of sloth.",
        "Chile demands more of its teachers than Peru does.",
        "A Greek university rejected the offer.",
        "The Kenyan bank threatened to close two branches.",
        "If Spain imposed duties, Cuba would hit back, economist Ana Lind told a seminar.",
        "A century ago Sweden and Russia signed a treaty.",
        "Poland blamed higher rents.",
        "The union on Tuesday called on Nigerian leaders to learn from the late President Mandela of South Africa.",
        "A Danish man surrendered to the demands of his neighbours.",
        "A Spaniard rejected the approach.",
        "Lawyers of Chile and Peru met to discuss a settlement.",
        "Romania's president clashed with the prime minister over a road.",
        "The European Union imposed no sanctions on Togo.",
        "If Canada were to lift its embargo on Cuba, prices might fall.",
        "The Ghanaian bank held talks with miners.",
        "Argentina has been negotiating with the banks since May.",
        "Belarus granted licences to two airlines.",
        "Some see an IMF accord as a way out.",
        "Lacombe said the French government should guarantee prices.",
        "Asked by reporters what he had told Chad, the French minister smiled.",
        "Exporters asked the Spanish government to lift the levy.",
        "The Swiss airline praised the Italian bank.",
        "The Florida legislature will give money to farmers.",
        "The White House asked the Pentagon to look into the matter.",
        "The Canadian government agreed with the senate that the rule was clear.",
        # what a firm or a union does, or somebody of whom no more than a name is told
        "The Swedish insurer rejected a bid by its Danish rival.",
        "Portuguese mineworkers threatened the Spanish owner of the pit with a walkout.",
        "Austria's Brandl accused a Hungarian of foul play.",
        "Austria's Brandl and a Hungarian rival agreed to share masts.",
        "A Swiss chocolate maker signed a pact with a Danish retail chain.",
        "Botswana would be forced to rely on Namibia for maize.",
        "Lobmayr Steel of Austria signed an agreement with Italy's Ferrone Shipping.",
    ],
)
def test_no_event(text: str) -> None:
    assert [(event.frame.name, event.status) for event in read(text)] == []


@pytest.mark.parametrize(
    ("text", "kind", "status"),
    [
        ("She is the first Polish president to visit Kenya.", EventType.CONSULT, Status.OCCURRED),
        ("The Kenyan minister flew to Rome to sign a treaty with Italy.", EventType.AGREE, Status.PLANNED),
        ("Kenya was to have met Somalia on Tuesday.", EventType.CONSULT, Status.CANCELLED),
        ("The planned visit by the Finnish king to Estonia has been put off.", EventType.CONSULT, Status.CANCELLED),
        ("The summit between Kenya and Mali planned for Monday was called off.", EventType.CONSULT, Status.CANCELLED),
        ("Spain and Morocco are about to sign a treaty.", EventType.AGREE, Status.PLANNED),
        ("Had Iraq attacked, Britain would have sent troops to Oman.", EventType.MOBILIZE, Status.HYPOTHETICAL),
        ("They will discuss it when Spain and Morocco meet in June.", EventType.CONSULT, Status.PLANNED),
        ("It will be discussed at a summit of Spain and Morocco.", EventType.CONSULT, Status.PLANNED),
        ("Iraq appealed to Jordan for calm.", EventType.REQUEST, Status.OCCURRED),
        ("Finland called on Monday for Estonia to reopen the border.", EventType.REQUEST, Status.OCCURRED),
        ("Netanyahu is demanding that Lebanon disarm the militia.", EventType.REQUEST, Status.ONGOING),
        ("Brazil is considering a meeting with Peru.", EventType.CONSULT, Status.PROPOSED),
        ("Analysts believe that Spain and Morocco will meet.", EventType.CONSULT, Status.PROPOSED),
        ("Iran signed a contract with a French oil company.", EventType.AGREE, Status.OCCURRED),
        ("The Egyptian opposition agreed with the government on a date.", EventType.AGREE, Status.OCCURRED),
        ("The Armenian army demanded that the Armenian president step down.", EventType.REQUEST, Status.OCCURRED),
        ("Two men fired on the Greek embassy.", EventType.ASSAULT, Status.OCCURRED),
        (
            "Ministers of 16 states warned Togo that a strike would be met with force.",
            EventType.THREATEN,
            Status.OCCURRED,
        ),
        ("Peru will withdraw its troops from Chile.", EventType.RETREAT, Status.PLANNED),
        ("Norway will send Ukraine no more weapons.", EventType.REJECT, Status.OCCURRED),
        ("The Security Council imposed a no-fly zone over Libya.", EventType.COERCE, Status.OCCURRED),
        ("Niger will help Benin, the Nigerien minister said.", EventType.AID, Status.PLANNED),
    ],
)
def test_an_event_stays_one(text: str, kind: EventType, status: Status) -> None:
    assert (kind, status) in [(event.type, event.status) for event in read(text)]


@pytest.mark.parametrize(
    "text",
    [
        "The Austrian senate rejected the levy.",
        "Chile suspended exports of copper until June.",
        "The Danish central bank refused to lower its rates.",
        "The Irish president held talks with the banks and the ministers.",
    ],
)
def test_one_party_alone_is_none_where_money_is_the_matter(text: str) -> None:
    assert read(text, business=True) == []


@pytest.mark.parametrize(
    "text",
    [
        "Austria rejected the Hungarian levy.",
        "The Brazilian government withdrew its troops from the refineries.",
        "Portuguese dockers went on strike.",
        "Ecuador recalled its ambassador.",
        "Danish police arrested two bankers.",
        "Ministers of the European Union met on Monday.",
    ],
)
def test_two_parties_troops_strikes_and_councils_stay_where_money_is_the_matter(text: str) -> None:
    assert read(text, business=True)
