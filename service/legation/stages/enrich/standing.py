"""Whether the parties of a reading make it an event: who stands for a state or a side, and who for a firm or a town."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from legation.knowledge import Kind
from legation.knowledge.frames import Frame
from legation.knowledge.words import word_list
from legation.records import EventType, Participant, Quad, Sector, Status
from legation.stages.enrich.actors import Sentence
from legation.stages.enrich.parties import reading
from legation.vocabulary import QUADS

_PRIVATE = frozenset({Sector.CVL, Sector.BUS, Sector.SOC, Sector.EDU, Sector.MED, Sector.JRN, Sector.LAB, Sector.REF})
"""Sectors of people who stand for no more than themselves, their firm or their union."""

_TRADE = frozenset({Sector.BUS, Sector.LAB, Sector.MED, Sector.AGR})
"""Those whose doings among each other are business and not politics; refugees and charities are politics' concern."""

_ONE_OF_MANY = frozenset({Sector.REB, Sector.UAF, Sector.PTY, Sector.SOC, Sector.CRM, Sector.OPP})
"""Sectors of groups: one group that met is no event, where one body of states ('the Security Council met') is."""

_CIVIL = frozenset(
    {
        EventType.AGREE,
        EventType.CONSULT,
        EventType.SUPPORT,
        EventType.CONCEDE,
        EventType.COOPERATE,
        EventType.AID,
        EventType.REQUEST,
        EventType.ACCUSE,
        EventType.REJECT,
    }
)
"""Types that anybody can do to anybody: only the parties make them politics. Force and threats need no such test."""

SAID = frozenset(
    {kind for kind in _CIVIL if QUADS[kind] in (Quad.VERBAL_COOPERATION, Quad.VERBAL_CONFLICT)} - {EventType.CONSULT}
)
"""What only counts by who says it."""

_PLAIN = _PRIVATE | {None, Sector.AGR}
"""Sectors of those whom to praise or welcome is no politics, where it is not known whose they are."""

_GRANTED = frozenset({EventType.SUPPORT, EventType.CONCEDE, EventType.COOPERATE, EventType.REQUEST})
"""Those that a state also does to its businesses, without any politics."""

_GIVING = frozenset({EventType.AGREE, EventType.CONSULT, EventType.COOPERATE, EventType.AID, EventType.REQUEST})
"""Those that a town or a province also does all day, at home."""

_WITHIN = frozenset({EventType.AGREE, EventType.COOPERATE, EventType.AID, EventType.REQUEST})
"""Those that are no news of politics inside one government: 'the president asked the army'."""

_AMONG_STATES = frozenset({EventType.AGREE, EventType.CONCEDE})
"""Those that private people do all day without any politics."""

_FORCE = frozenset({EventType.ASSAULT, EventType.COERCE})
"""Those that firms and unions do in words alone: 'struck the plant'."""

_PRESSURE = _FORCE | {EventType.THREATEN}
"""Nor is it politics what a union threatens ('to down tools')."""

_BARGAINS = frozenset({EventType.AGREE, EventType.CONCEDE, EventType.REJECT})
"""Those that firms and unions do to each other all day; what they ask of a state, or cut off from it, is its affair."""

_UNPLACED = frozenset({Sector.REB, Sector.UAF, Sector.PRM, Sector.COP, Sector.JUD, Sector.SOC})
"""Sectors of those who act for themselves, so that an act of theirs counts where their country is not told: gunmen, the
court, an aid group.
"""

_BUSY_AT_HOME = frozenset({Sector.AGR, Sector.BUS, Sector.CRM, Sector.EDU, Sector.JRN, Sector.MED, Sector.SOC})
"""Sectors of those whose doings are no politics, unless they are done to somebody who is named."""

_NEEDS_ANOTHER = frozenset(
    {
        EventType.ACCUSE,
        EventType.CONCEDE,
        EventType.COERCE,
        EventType.REJECT,
        EventType.RETREAT,
        EventType.SANCTION,
        EventType.THREATEN,
    }
)
"""Types that take somebody to be done to: of 'the firm rejected the offer' nobody is known."""

_TO_OTHERS = frozenset(
    {
        EventType.ACCUSE,
        EventType.AID,
        EventType.COERCE,
        EventType.CONSULT,
        EventType.REJECT,
        EventType.REQUEST,
        EventType.SANCTION,
        EventType.SUPPORT,
        EventType.THREATEN,
    }
)
"""Types that nobody does to what is his own: 'accused his own army', 'demanded more of its teachers' are no politics.
Troops and prisoners of one's own may be withdrawn or freed.
"""

_ALONE = frozenset({EventType.MOBILIZE, EventType.PROTEST, EventType.RETREAT})
"""What one party does by itself, and is told even where money is the matter: troops, strikes, a resignation."""

_ALONE_BY_MODE = frozenset({"arrest", "convict", "investigate", "expel", "withdraw"})
"""The same: what police and courts do, who look after money, too, and what nobody does at home: to recall an envoy."""

_OWNERS = frozenset({"its", "his", "her", "their", "our", "my"})

_STATE = frozenset({Sector.GOV, Sector.LEG, Sector.MIL, Sector.SPY, Sector.COP})


_PLAYED = frozenset(
    {
        *_FORCE,
        EventType.ACCUSE,
        EventType.AGREE,
        EventType.CONSULT,
        EventType.MOBILIZE,
        EventType.REJECT,
        EventType.RETREAT,
        EventType.THREATEN,
    }
)
"""What teams do to each other, as reporters tell it."""

_CURIOUS = frozenset({Sector.EDU, Sector.MED, Sector.JRN})
"""Sectors of those who investigate for knowledge."""


def is_known(participant: Participant) -> bool:
    """Whether we can tell its country or body."""
    return participant.code is not None


def is_at_home(participant: Participant, others: Sequence[Participant]) -> bool:
    """Whether it is of the same country and body as one of the others."""
    return any((participant.country, participant.body) == (other.country, other.body) for other in others)


def objection(
    sentence: Sentence, frame: Frame, kind: EventType, actors: Sequence[Participant], recipients: Sequence[Participant]
) -> str | None:
    """Why these parties are not enough, or not of a sort, to call it an event of that type; None where they are."""
    it = _Parties(sentence, frame, kind, actors, recipients)
    reason = _of_roles(it) or _of_reach(it) or _of_trade(it)
    if reason is not None or kind not in _CIVIL:
        return reason
    return _of_civil_life(it) or (_of_equals(it) if frame.slots.equal else _of_one_side(it))


class _Parties(NamedTuple):
    """Who is told to have done what to whom."""

    sentence: Sentence
    frame: Frame
    kind: EventType
    actors: Sequence[Participant]
    recipients: Sequence[Participant]

    @property
    def everyone(self) -> tuple[Participant, ...]:
        return (*self.actors, *self.recipients)

    @property
    def traders(self) -> bool:
        """Whether firms and unions alone did it."""
        return bool(self.actors) and all(map(_trades, self.actors))


def _of_roles(it: _Parties) -> str | None:
    """Why they do not fill the roles, or are not known well enough to."""
    if not any(map(is_known, it.everyone)):
        return "no party that we know"
    if it.frame.lemma == "tell" and it.recipients and all(p.sector is Sector.JRN for p in it.recipients):
        return "told to reporters"
    if it.kind in _PLAYED and not it.sentence.tree.words.isdisjoint(word_list("sports")):
        return "a game"
    if not _has_roles(it.frame, it.actors, it.recipients):
        return f"without the party that the frame needs ({it.frame.needs})"
    if it.actors and it.kind is not EventType.PROTEST and not any(_may_act(p, it.kind) for p in it.actors):
        return "done by somebody of whose country nothing is known"
    named = any(map(_is_bare_name, it.actors)) and all(_is_bare_name(p) or _trades(p) for p in it.actors)
    if named and it.kind not in _FORCE:
        return "done by a name alone, which tells of no office"  # 'Italy's Ferrone', 'the French insurer Midor'
    return None


def _of_reach(it: _Parties) -> str | None:
    """Why it stays in the doer's own house."""
    owned = (p.text.split()[0].lower() in _OWNERS and is_at_home(p, it.actors) for p in it.recipients)
    if it.kind in _TO_OTHERS and not it.frame.slots.equal and it.recipients and all(owned):
        return "done to its own people or servants"
    if it.kind in _NEEDS_ANOTHER and not any(map(is_known, it.recipients)) and all(_is_private(p) for p in it.actors):
        return "a firm's or school's doing, to nobody that is named"  # 'teachers ended their strike'
    if it.frame.mode == "visit" and not it.frame.slots.equal and not _is_official_travel(it):
        return "no travel abroad of people who stand for a party"
    codes = {p.code for p in it.everyone if is_known(p)}
    alone = it.kind in _ALONE or it.frame.mode in _ALONE_BY_MODE
    if it.sentence.memory.business and not alone and _is_home_affair(it):
        return "one party alone, where money is the matter"  # 'the senate rejected the tax', 'cut its exports'
    if it.frame.mode == "third-party" and (
        (len(codes) < 2 and len(it.recipients) < 2 and not any(map(is_known, it.actors)))
        or (bool(it.recipients) and all(is_known(p) and is_at_home(p, it.actors) for p in it.recipients))
    ):
        return "mediates between nobody that is named"
    if it.kind is EventType.CONSULT and it.frame.mode is None and not it.frame.slots.equal and len(codes) < 2:
        return "a message at home"
    return None


def _of_trade(it: _Parties) -> str | None:
    """Why it is the doing of firms, things or private people."""
    if it.kind is EventType.AID and it.actors and all(p.sector is Sector.BUS for p in it.actors):
        return "sold, and not given, by a firm"
    if it.traders and (it.kind in _PRESSURE or (it.kind is EventType.RETREAT and it.frame.mode == "withdraw")):
        return "force by a firm or a union"  # 'shut down its plant', 'withdrew two aircraft'
    firms = any(_trades(p) or _is_bare_name(p) for p in it.actors)
    if firms and it.kind in _BARGAINS and not any(_is_the_state(it.sentence, p) for p in it.everyone):
        return "a bargain of a firm or a union"  # 'rejected a bid by its German rival'
    if it.kind in _FORCE and it.actors and all(_is_thing(it.sentence, p) for p in it.actors):
        return "done by a thing"  # 'Danish butter conquered'
    if it.kind is EventType.CONSULT and it.frame.slots.equal and _are_private(it.sentence, it.actors):
        return "a meeting of private people"  # 'volunteers from Peru and Chile met at the lake'
    return None


def _of_civil_life(it: _Parties) -> str | None:
    """Why what anybody may do to anybody is no politics here."""
    weighty = any(p.country is not None or p.sector in _STATE for p in it.recipients)
    if it.frame.mode == "disapprove" and it.actors and all(p.sector is Sector.JUD for p in it.actors) and not weighty:
        return "a court's verdict on nobody who is known"
    if it.frame.mode == "investigate" and it.actors and all(p.sector in _CURIOUS for p in it.actors):
        return "research"
    if not any(not _trades(p) for p in it.everyone if is_known(p) or (p.sector in _STATE and not it.frame.slots.equal)):
        return "trade among firms, unions or media"
    if it.kind in _AMONG_STATES and it.actors and not it.traders and all(p.sector in _PRIVATE for p in it.actors):
        return "done by private people"  # 'economists in Canada and Mexico agree'
    if it.kind in SAID and it.actors and all(p.sector in (None, Sector.EDU) and not is_known(p) for p in it.actors):
        return "said by somebody of whom nothing is known"
    if it.kind in _GRANTED and it.recipients and all(_trades(p) and not is_known(p) for p in it.recipients):
        return "to a firm or a union of which nothing is known"  # 'granted licences to two airlines'
    if it.kind is EventType.AID and it.frame.status is Status.PLANNED and not it.recipients:
        return "gives to nobody that is named"  # 'promised a package of measures'
    if it.kind is EventType.SUPPORT and all(not is_known(p) and p.sector in _PLAIN for p in it.recipients):
        return "an opinion: supports nobody that is named"  # 'supports the bill'
    if it.kind is EventType.REQUEST and not any(_can_be_asked(p, it.actors) for p in it.recipients):
        return "an appeal to nobody in particular"
    return None


def _of_equals(it: _Parties) -> str | None:
    """The same of those who do it together."""
    if it.kind is EventType.AGREE and not _are_two_sides(it.frame, it.actors):
        return "agreed with its own people"
    if all(p.sector is Sector.JUD or _trades(p) for p in it.actors if is_known(p)):
        return "a matter for courts and firms"  # 'lawyers for the two sides met'
    towns = it.kind is EventType.COOPERATE and all(_is_local(it.sentence, p) for p in it.actors if is_known(p))
    return "a town's or region's business" if towns else None


def _of_one_side(it: _Parties) -> str | None:
    """The same of those who do it to others."""
    foreign = [p for p in it.recipients if is_known(p) and not is_at_home(p, it.actors)]
    abroad = {p.country for p in foreign} - {p.country for p in it.actors}
    if it.traders and not (abroad and any(map(is_known, it.actors))):
        return "a firm or a union at home"  # 'exporters asked the government'
    if it.kind in _GIVING and not foreign and all(_is_local(it.sentence, p) for p in it.actors if is_known(p)):
        return "done at home by a town or region"
    if it.kind in _WITHIN and it.frame.mode != "yield":  # 'demanded that the premier resign' is a quarrel of weight
        weighty = not it.recipients or bool(foreign) or any(p.sector not in _STATE for p in it.everyone)
        return None if weighty else "inside one government"
    return None


def _is_home_affair(it: _Parties) -> bool:
    """Whether a sentence names no second party beside that of an event. A body that meets is many."""
    everyone = it.everyone
    meets = it.kind is EventType.CONSULT and any(p.body is not None for p in everyone)
    return not meets and len({p.code for p in everyone} - {None}) == 1 and not it.sentence.others_than(everyone)


def _trades(participant: Participant) -> bool:
    """Whether it is a firm or a union, by its sector or, where that is not told, by how its name ends."""
    last = participant.name.rsplit(" ", 1)[-1].lower() if participant.name is not None else ""
    return participant.sector in _TRADE or (participant.sector is None and last in word_list("firms"))


def _is_bare_name(participant: Participant) -> bool:
    """Whether one word names it that is told to be of a country, and nothing else is told: mostly a firm."""
    name = participant.name
    return name is not None and " " not in name and participant.sector is None and participant.office is None


def _is_the_state(sentence: Sentence, participant: Participant) -> bool:
    """Whether it is a state or body itself, and not somebody or something of it: 'Germany', not 'German rival'."""
    head = sentence.tree.root_of(participant.start, participant.end)
    kind = sentence.kind(head) if head is not None else None
    return participant.sector in _STATE or kind in (Kind.COUNTRY, Kind.CAPITAL, Kind.SEAT, Kind.BODY)


def _are_private(sentence: Sentence, parties: Sequence[Participant]) -> bool:
    """Whether one of those who meet stands for no more than himself or his firm, and no other for a state."""
    private = [p for p in parties if p.sector in _PRIVATE]
    others = [p for p in parties if p not in private]
    return bool(private) and not any(p.sector or p.name or _is_the_state(sentence, p) for p in others)


def _is_private(participant: Participant) -> bool:
    """Whether it is a firm or a school, or one person of no office: 'a Danish man'."""
    text = participant.text.lower()
    one = not text.endswith(("s", "people", "men")) if participant.sector is Sector.CVL else text.endswith(" man")
    return participant.sector in _BUSY_AT_HOME or (one and participant.office is None)


def _may_act(participant: Participant, kind: EventType) -> bool:
    """Whether an act counts, though its doer's country be not known: of those who act for themselves, of several states
    ('ministers of 16 states', 'Arab leaders'), of 'two men' who attack, and of a government that refuses or strikes.
    """
    governs = participant.sector is Sector.GOV
    several = participant.text.endswith("s") and (governs or participant.text.endswith("leaders"))
    attackers = kind is EventType.ASSAULT and participant.text.lower().endswith(("man", "men"))
    refuses = governs and kind not in _CIVIL - {EventType.REJECT}
    return is_known(participant) or participant.sector in _UNPLACED or several or attackers or refuses


def _has_roles(frame: Frame, actors: Sequence[Participant], recipients: Sequence[Participant]) -> bool:
    """Whether the roles that the frame needs are filled: of equals by two, or by one body of states."""
    if frame.slots.equal:
        parties = {
            (p.country, p.body, None if is_known(p) and p.sector not in _OPPONENTS else p.name or p.sector)
            for p in actors
            if (is_known(p) or p.sector not in _PRIVATE) and p.sector is not Sector.JRN  # nor 'with the banks'
        }
        bodies = any(p.body is not None and p.sector not in _ONE_OF_MANY for p in actors)
        several = len(parties) > 1 or bodies or any(map(_is_opposed, actors))
        return any(map(is_known, actors)) and (several or frame.needs != "both")
    if frame.needs in ("actor", "both") and not actors:
        return False
    return not (frame.needs in ("recipient", "both") and not recipients)


def _are_two_sides(frame: Frame, parties: Sequence[Participant]) -> bool:
    """Whether those who agree are two whom we know, or one and its opponents: not 'agreed with the senate'. A body may
    agree by itself, but 'an IMF accord' tells of none.
    """
    codes = {p.code for p in parties if is_known(p)}
    alone = frame.part != "n" and any(p.body is not None for p in parties)
    powers = any(p.sector is Sector.IGO and not is_known(p) for p in parties)  # 'world powers'
    opposed = any(p.sector in _OPPONENTS or _is_opposed(p) for p in parties)
    return len(codes) > 1 or alone or (powers and bool(codes)) or opposed


def _is_opposed(party: Participant) -> bool:
    """'The warring factions of Chad', 'Kenya's rival leaders'."""
    return not word_list("opposed").isdisjoint(party.text.lower().split())


_OPPONENTS = _ONE_OF_MANY | {Sector.LAB}


def _is_official_travel(it: _Parties) -> bool:
    """Whether travel is diplomacy: abroad, and by people who stand for more than themselves; not 'Omani dates'."""
    if not any(is_known(p) and not is_at_home(p, it.actors) for p in it.recipients):
        return False
    names = {(match.start, match.end) for match in it.sentence.matches}
    together = len({p.code for p in it.actors if is_known(p)}) > 1  # 'will host the pair'
    return together or any(
        p.sector not in _PRIVATE and (p.sector or p.office or p.name or (p.start, p.end) in names) for p in it.actors
    )


def _can_be_asked(participant: Participant, actors: Sequence[Participant]) -> bool:
    """Whether somebody is addressed, and not the public ('urged donors', 'called on Kenyans to vote'): an appeal to
    all is a statement.
    """
    if is_known(participant):
        ours = is_at_home(participant, actors) or not any(map(is_known, actors))
        governed = participant.sector is None and all(actor.sector in _STATE for actor in actors)
        return not ours or not (participant.sector in _SUBJECTS or governed)
    if participant.sector is Sector.GOV and participant.office is None and participant.text.endswith("s"):
        return False  # 'governments should'
    return participant.name is not None or participant.sector not in _EVERYBODY


_SUBJECTS = frozenset({Sector.CVL, Sector.EDU, Sector.MED})
"""Sectors of people whom their own state asks for something every day."""

_EVERYBODY = frozenset({None, Sector.CVL, Sector.JRN, Sector.REL, Sector.IGO, Sector.PTY})
"""What those may be who are nobody in particular: 'the media', 'the international community', 'all parties'."""


def _is_thing(sentence: Sentence, participant: Participant) -> bool:
    """Whether a party stands only for something of its own that has no hands ('Iceland's volcano')."""
    head = sentence.tree.root_of(participant.start, participant.end) if participant.sector is None else None
    if head is not None and head.dep == "poss":
        head = head.head
    if head is None or head.pos != "NOUN" or sentence.is_party(head):
        return False
    return head.lemma not in word_list("hands of force")


def _is_local(sentence: Sentence, participant: Participant) -> bool:
    """Whether it is told only by a town or a region: 'the Florida legislature'."""
    inside = (m for m in sentence.matches if participant.start <= m.start and m.end <= participant.end)
    entries = [entry for match in inside if (entry := reading(match, sentence.memory.day)) is not None]
    return bool(entries) and all(entry.kind in (Kind.CITY, Kind.REGION) for entry in entries)
