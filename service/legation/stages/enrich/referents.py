"""Whom words stand for that name nobody: pronouns, 'the two countries', 'its neighbour', 'the ministry'."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from legation.knowledge import Entry, Kind, Match, Office
from legation.knowledge.words import word_list
from legation.records import Participant, Sector
from legation.stages.enrich.memory import MEDIA, WHERE, is_where, is_woman
from legation.stages.enrich.notes import About
from legation.stages.enrich.parties import KOREAS, at, from_entry, stand_in
from legation.stages.enrich.syntax import (
    conjuncts,
    governor,
    is_definite,
    left_edge,
    prepositions,
    subject,
    surface_subject,
)
from legation.stages.enrich.tree import Token

if TYPE_CHECKING:
    from legation.stages.enrich.actors import Sentence

_PERSON_PRONOUNS = frozenset("he she him her his hers himself herself".split())
_HIM = frozenset({"he", "him", "his", "himself"})


_THING_PRONOUNS = frozenset("it its itself".split())


_PLURAL_PRONOUNS = frozenset("they them their themselves".split())


_SPEAKER_PRONOUNS = frozenset("i we me us our my".split())


_BOTH = frozenset({"both", "two", "each", "either", "pair", "duo"})


_ARGUMENTS = frozenset({"nsubj", "nsubjpass", "dobj", "dative", "pobj"})


_COUNTS = {"both": 2, "each": 2, "pair": 2, "duo": 2, "trio": 3, "quartet": 4, "quintet": 5} | {
    word: count for count, word in enumerate("two three four five six seven eight nine ten eleven twelve".split(), 2)
}
"""How many parties a phrase may mean; of more nobody keeps count."""


_SUBJECTS = frozenset({"nsubj", "nsubjpass"})


_REALMS = {"kingdom": "kingdoms", "island": "islands", "emirate": "emirates", "sultanate": "sultanates"}
"""Nouns that only some states are called by -> the word list of their codes."""


def telling_words(office: Office) -> frozenset[str]:
    """The words of an office that tell it from others; none of 'leader', which only says that somebody has one."""
    return frozenset() if office.name in word_list("any leader") else frozenset(office.name.split())


def _last_of(sentence: Sentence, kind: Kind, head: Token) -> list[tuple[Entry, Match]]:
    """'The rebels', 'the bloc': the one group or body that the article has named so far."""
    seen: dict[str, tuple[Entry, Match]] = {}
    for match in sentence.matches:
        entry = sentence.entry(match)
        if match.start < head.idx and entry is not None and entry.kind is kind and entry.body is not None:
            seen[entry.body] = (entry, match)
    for entry, match in sentence.memory.bodies:
        if entry.kind is kind:
            seen.setdefault(entry.body or "", (entry, match))
    return list(seen.values()) if len(seen) == 1 else []


def shared_office(sentence: Sentence, head: Token) -> tuple[int, int, Office] | None:
    """The office of 'his Chinese counterpart': that of the one whose counterpart it is."""
    before = [span for index, span in sentence.offices.items() if index < head.i and span[2].name != "counterpart"]
    if before:
        return before[-1]
    for owner in (c for c in head.children if c.dep == "poss"):
        for party in sentence.participants(owner):
            if party.office is not None:
                return owner.idx, owner.end, Office(party.office, party.sector, collective=False, weak=False)
    return None


def of_a_word(sentence: Sentence, head: Token) -> list[tuple[Entry, Match]]:
    """The country of 'its foreign minister' or 'the government': its owner's, or the one named last before it."""
    owner = next((c for c in head.children if c.dep == "poss"), None)
    if owner is not None:
        found = sentence.participants(owner)
        whose = [stand_in(owned) for owned in found if owned.code]
        if head.i in sentence.offices and len(whose) == 1:  # the director of a spy service is a spy
            entry, match = whose[0]
            return [(replace(entry, sector=found[0].sector), match)]
        return whose
    for nouns, kind in ((word_list("fighters"), Kind.GROUP), (word_list("bodies"), Kind.BODY)):
        if head.lemma in nouns and any(c.lower == "the" for c in head.lefts):
            return _last_of(sentence, kind, head)
    state = head.lemma in word_list("states") and head.tag != "NNS"
    if not state and head.lower not in word_list("national"):
        return []
    if not is_definite(head) and (state or head.tag != "NNS"):
        return []
    if not state and (same := sentence.memory.heads.get(head.lemma)) is not None:
        return [stand_in(same)]
    before: dict[str, Participant] = {}
    for match in sentence.matches:
        if match.start < head.idx:
            _collect(sentence, match, before)
    named = [p for p in before.values() if p.country is not None and p.body is None]
    doers: set[str | None] = set()
    if state and any(c.dep in ("amod", "compound") for c in head.lefts):  # 'Chile cut its ties with the Andean country'
        verb = governor(head)
        doer = surface_subject(verb) if verb is not None and head.dep in ("dobj", "pobj") else None
        doers = {p.code for p in sentence.participants(doer)} if doer is not None else set()
        named = [p for p in named if p.code not in doers]
    if head.lemma in _REALMS:
        named = [p for p in named if p.country in word_list(_REALMS[head.lemma])]
    if named:
        return [stand_in(named[-1])] if state or len(named) == 1 else []
    if head.lemma in _REALMS:
        codes = word_list(_REALMS[head.lemma])
        fitting = {p.country: p for parties in sentence.memory.recent[-3:] for p in parties if p.country in codes}
        return [stand_in(p) for p in fitting.values()] if len(fitting) == 1 else []
    last: Sequence[Participant] = [p for p in sentence.memory.last_subject if p.code not in doers]
    if state and (len(last) != 1 or last[0].country is None or last[0].body is not None):
        last = [p for p in sentence.memory.recent[-1] if p.code not in doers] if sentence.memory.recent else ()
    return _state_of(sentence, last) or _home(sentence, head)


def compatriots(sentence: Sentence, head: Token) -> list[tuple[Entry, Match]]:
    """The country of a minister named without one: the state that he speaks for ('Chad will close the border,
    Interior Minister Dabo said'), else that of the sentence before, else the dateline's.
    """
    verb = head.head
    told = [c for c in verb.children if c.dep == "ccomp" and c.i < head.i] if head.dep == "nsubj" else []
    for clause in told:
        doer = subject(clause)
        if doer is not None and (found := _state_of(sentence, sentence.participants(doer))):
            return found
    return _state_of(sentence, sentence.memory.last_subject) or _home(sentence, head)


def _state_of(sentence: Sentence, parties: Sequence[Participant]) -> list[tuple[Entry, Match]]:
    """The one state that all of these are of."""
    one = len({p.code for p in parties}) == 1 and parties[0].country is not None and parties[0].body is None
    return [stand_in(parties[0])] if one else []


def _home(sentence: Sentence, head: Token) -> list[tuple[Entry, Match]]:
    """The dateline's country, while nobody else has been named."""
    if sentence.memory.recent or sentence.memory.home is None:
        return []
    home = Entry(Kind.COUNTRY, sentence.knowledge.country_name(sentence.memory.home), sentence.memory.home)
    return [(home, Match(head.idx, head.end, sentence.text[head.idx : head.end], (home,)))]


def of_several(sentence: Sentence, head: Token) -> list[Participant]:
    """'the two countries', 'both sides', 'the three ministers': those named before, if they are just as many."""
    lemma, counted = head.lemma, head.lower in _COUNTS
    if lemma not in word_list("pairs") and not counted and head.text != "Koreas":
        return []
    if head.text == "Koreas":
        return [
            Participant(
                country=country,
                body=None,
                sector=None,
                name=None,
                office=None,
                text=sentence.text[head.idx : head.end],
                start=head.idx,
                end=head.end,
            )
            for country in sorted(KOREAS.values())
        ]
    if lemma in word_list("delegates") and (met := sentence.memory.gathering()) and _is_bare(head):
        return moved(sentence, met, head, sentence.tree[left_edge(head)].idx)
    definite = is_definite(head) or any(c.lower == "all" for c in head.lefts)
    alone = counted and head.dep in _ARGUMENTS and (head.lower in ("both", "each") or definite)
    if (lemma not in word_list("pairs") or sentence.match(head) is not None) and not alone:
        return []
    count = next((_COUNTS[c.lower] for c in (head, *head.lefts) if c.lower in _COUNTS), 2)
    both = any(c.lower in _BOTH for c in (head, *head.lefts)) or (count > 2 and definite)
    bare = lemma in word_list("mutual") and _is_bare(head)
    if not both and not bare:
        return []
    if (lemma == "side" or bare or alone) and any(name == "of" for name, _ in prepositions(head)):
        return []  # 'both sides of the border', 'the leaders of France and Britain'
    if sentence.nations(left_edge(head), head.i):
        return []
    found: dict[str, Participant] = {}
    done_to = head
    while done_to.dep == "poss":  # 'offered to host the two countries' ministers'
        done_to = done_to.head
    doers = {p.code for p in _rivals(sentence, done_to)}  # whom who urges 'both sides' cannot mean
    states = lemma not in word_list("any pair")
    for match in sentence.matches:
        if match.start < head.idx and not is_where(match, sentence.text):
            _collect(sentence, match, found)
    found = {code: party for code, party in found.items() if code not in doers and not (states and party.body)}
    if len(found) < 2 and both:  # 'he spoke with Biden and the two agreed'
        doing = (t for t in sentence.tree.tokens[: head.i] if t.pos == "PRON" and t.dep in _SUBJECTS)
        for party in (p for pronoun in doing for p in sentence.participants(pronoun) if p.code is not None):
            found.setdefault(party.code or "", party)
    first_told = head.dep not in _SUBJECTS or not sentence.memory.recent
    if len(found) < 2 and both and first_told:  # 'called off talks between the two after Pakistan had'
        for match in sentence.matches:
            if match.start > head.idx and len(found) < 2:
                _collect(sentence, match, found)
    first = left_edge(head)
    start, end = sentence.tree[first].idx, head.end
    office = sentence.office_in(first, head.i)
    if office is not None and office[2].sector in (Sector.CVL, Sector.PTY):
        office = None  # 'the neighbours', 'both parties' are states
    alike = office is None or office[2].collective
    told = telling_words(office[2]) if office is not None else frozenset[str]()
    if len(found) != count and (len(found) < 2 or count > 2):
        holders = sentence.memory.holders(told, count, doers) if not alike else ()
        fought = sentence.memory.fighting(doers) if lemma == "side" and count == 2 else ()
        told_of = holders or fought or sentence.memory.several(count, doers, states=states)
        found = {party.code or "": party for party in told_of}
    if len(found) != count or (states and any(p.body for p in found.values())):
        sentence.note(About.PARTY, start, end, f"{count} of whom? {len(found)} parties are named around it")
        return []
    sentence.stands_for(start, end, found.values())
    text = sentence.text[start:end]
    if alike:
        return [from_entry(stand_in(p)[0], text, start, end, office) for p in found.values()]
    persons = [sentence.memory.introduced(told, p.country) for p in found.values()]
    if bare and None in persons:
        return []  # 'the ministers' of a council, not of the two
    return [
        from_entry(stand_in(party)[0], text, start, end, office)
        if person is None
        else moved(sentence, [person], head, start)[0]
        for party, person in zip(found.values(), persons, strict=True)
    ]


def _is_bare(noun: Token) -> bool:
    """'The ministers', with nothing more to say which."""
    return noun.tag in ("NNS", "NNPS") and [c.lower for c in noun.lefts] == ["the"]


def of_the_other(sentence: Sentence, head: Token, owner: Token) -> list[Participant]:
    """'Its neighbour', 'their old rival': the other of two named before, never the owner himself; of several
    ('Kyiv's allies') nobody tells who they are.
    """
    if (named := sentence.nations(left_edge(head), head.i, below=None)) and owner.pos == "PRON":
        return [from_entry(e, m.text, m.start, m.end) for e, m in named]
    if head.tag == "NNS":
        return []
    owners = {p.code for p in sentence.participants(owner)}
    if head.lemma in word_list("company"):  # whoever was named last but him
        last = next((p for p in reversed(sentence.memory.persons) if p.code not in owners), None)
        return moved(sentence, [last], head) if last is not None and owners else []
    found: dict[str, Participant] = {}
    for match in sentence.matches:
        if match.start < head.idx and not is_where(match, sentence.text):
            _collect(sentence, match, found)
    others = [party for code, party in found.items() if code not in owners and party.body is None]
    others = others or [p for p in sentence.memory.several(2) if p.code not in owners and p.body is None]
    return moved(sentence, others, head) if len(others) == 1 and owners else []


def _collect(sentence: Sentence, match: Match, found: dict[str, Participant]) -> None:
    entry = sentence.entry(match)
    if entry is None or entry.kind in (Kind.CITY, Kind.REGION, *MEDIA):
        return
    key = entry.body or entry.country
    if key is not None:
        found.setdefault(key, from_entry(entry, match.text, match.start, match.end))


def of_pronoun(sentence: Sentence, token: Token, other: Token | None = None) -> list[Participant]:
    """Who 'he', 'it', 'they' or, in a quote, 'we' is: the nearest before it that agrees, is not done to by himself and
    is another than `other`; nobody where the nearest is somebody whom we cannot place.
    """
    word = token.lower
    if word in _SPEAKER_PRONOUNS:
        return moved(sentence, _speaker(sentence, token), token)
    if word not in _PERSON_PRONOUNS | _THING_PRONOUNS | _PLURAL_PRONOUNS:
        return []
    woman = sentence.memory.woman() if word in ("she", "her") else None
    if woman is not None and not any(p.name for head in _before(sentence, token) for p in sentence.participants(head)):
        return moved(sentence, [woman], token)
    rivals = [*_rivals(sentence, token), *(sentence.participants(other) if other is not None else ())]
    before = _before(sentence, token)
    if word in _PLURAL_PRONOUNS:  # who are several before who is one: 'Russia cut off gas to the two after they'
        before = iter(sorted(before, key=lambda it: not _is_several(sentence, it)))
    for head in before:
        if head is other:
            continue
        if head.pos == "NOUN" and not sentence.is_party(head) and not (head.dep in _SUBJECTS and _agrees(word, head)):
            if token.dep == head.dep == "dobj" and _agrees(word, head):
                return moved(sentence, (), token)  # 'rejected the accord, calling it a betrayal'
            continue  # 'the Istanbul meeting' is not Turkey
        if word in _THING_PRONOUNS and head.dep == "pobj" and _is_site(sentence, head):
            continue
        found = sentence.participants(head)
        if any(p.code for p in found):
            if _can_be(word, found, head) and not _overlap(found, rivals):
                return moved(sentence, found, token)
        elif _agrees(word, head) and head.dep in _SUBJECTS and not rivals:
            return moved(sentence, found, token)  # 'the shareholders said they': who that is we cannot name
    if word in _THING_PRONOUNS and (speaker := _reporter(sentence, token)):
        return speaker
    if (ahead := _ahead(sentence, token)) is not None and _can_be(word, ahead, None) and not _overlap(ahead, rivals):
        return moved(sentence, ahead, token)
    if word in _PLURAL_PRONOUNS and len(sentence.memory.last_subject) == 1:
        one = sentence.memory.last_subject[0].code
        several = sentence.memory.others_than(one) or sentence.memory.pair()
        if several:
            return moved(sentence, several, token)
    for last in (
        sentence.memory.last_subject,
        tuple(sentence.memory.persons[-1:]),
        tuple(sentence.memory.persons[-2:-1]),
    ):
        if last and _can_be(word, last, None) and not _overlap(last, rivals):
            return moved(sentence, last, token)
        if not rivals:
            break
    return moved(sentence, (), token)


def _ahead(sentence: Sentence, token: Token) -> list[Participant] | None:
    """'On his visit to Bern, the premier': the subject that a phrase before it speaks of."""
    clause = governor(token)
    head = surface_subject(clause) if clause is not None and token.dep == "poss" else None
    return sentence.participants(head) if head is not None and head.i > token.i else None


def _is_site(sentence: Sentence, head: Token) -> bool:
    """'Reached an accord in Copenhagen, but Sudan objected to it': not to the town."""
    return head.head.lower in ("in", "at", "near") and sentence.kind(head) in (Kind.CAPITAL, Kind.CITY)


def _reporter(sentence: Sentence, token: Token) -> list[Participant]:
    """Of 'the Turkish president said it would' the country."""
    for above in token.ancestors:
        if above.lemma in word_list("saying") and (head := surface_subject(above)) is not None:
            found = sentence.participants(head) if head.i < token.i and head.pos != "PRON" else []
            text = sentence.text[token.idx : token.end]
            states = [from_entry(stand_in(p)[0], text, token.idx, token.end) for p in found if p.country is not None]
            return states if len(states) == 1 else []
    return []


def _rivals(sentence: Sentence, token: Token) -> list[Participant]:
    """Whom an object pronoun cannot mean: who does it to him."""
    verb: Token | None = token.head.head if token.dep == "pobj" else token.head
    if token.dep == "pobj" and token.head.lower == "with" and verb is not None and verb.pos == "NOUN":
        verb = governor(verb)  # 'left after talks with him'
    elif token.dep == "pobj" and verb is not None and verb.lemma in word_list("transparent"):
        verb = governor(verb)  # 'shot down most of them'
    if token.dep not in ("dobj", "dative", "pobj") or verb is None or verb.pos != "VERB":
        return []
    head = surface_subject(verb)
    return sentence.participants(head) if head is not None and head.i != token.i else []


def _before(sentence: Sentence, token: Token) -> Iterator[Token]:
    """Where a pronoun may point: subjects of the clauses above it, then other phrases before it."""
    saying = token.dep == "nsubj" and token.head.lemma in word_list("saying")
    quoted = [c for c in token.head.children if c.dep == "ccomp" and c.i < token.i] if saying else []
    seen = {inner.i for clause in quoted for inner in clause.subtree}  # '"Haftar must stop," he said'
    own = token.head if token.dep in ("nsubj", "nsubjpass", "dobj", "pobj", "dative") else None
    for above in token.ancestors:
        if above.pos not in ("VERB", "AUX"):
            continue
        head = surface_subject(above)
        if above == own and token.dep in ("dobj", "dative"):
            if head is not None:
                seen.add(head.i)
            continue
        pointed = token.dep == "dobj" and token.lower in _THING_PRONOUNS  # 'called the step rash and denounced it'
        if pointed or _is_judged_for(above, token):
            yield from (c for c in above.children if c.dep == "dobj" and c.i < token.i)
        if token.dep == "poss" and token.head is head:  # 'Gambia will leave the court, its minister said'
            told = next((c for c in above.children if c.dep == "ccomp" and c.i < token.i), None)
            head = surface_subject(told) if told is not None else head
        if head is not None and head.i != token.i and head.i < token.i and head.i not in seen:
            seen.add(head.i)
            yield head
    behind = [other for other in sentence.tree.tokens[token.i :: -1] if other.i not in seen and other.pos != "PRON"]
    if token.dep in _SUBJECTS:  # who did something is likelier to do the next than where it was done
        yield from (other for other in behind if other.dep in _SUBJECTS and other.head.dep in ("ROOT", "ccomp"))
    yield from (other for other in behind if other.dep in (*_SUBJECTS, "dobj", "pobj", "agent"))


def _is_judged_for(verb: Token, token: Token) -> bool:
    """'Condemned Chad for a raid in which its soldiers': whoever is judged did what he is judged for."""
    return verb.lemma in word_list("judging") and any(it.dep == "prep" for it in token.ancestors if it.head is verb)


def _speaker(sentence: Sentence, token: Token) -> list[Participant]:
    for above in token.ancestors:
        if above.lemma in word_list("saying"):
            head = surface_subject(above)
            if head is not None and head.i != token.i:
                return sentence.participants(head)
    return []


def moved(
    sentence: Sentence, found: Sequence[Participant], token: Token, start: int | None = None
) -> list[Participant]:
    """The same participants, with the words up to the one that stands for them (from `start`, or it alone) as their
    evidence.
    """
    start, end = token.idx if start is None else start, token.end
    sentence.stands_for(start, end, found)
    return at(found, sentence.text, start, end)


def _can_be(pronoun: str, parties: Sequence[Participant], head: Token | None) -> bool:
    """Whether a pronoun can stand for these parties, told by the phrase `head` (None: of a sentence before)."""
    person = any(p.name or p.office for p in parties)
    if pronoun in _PERSON_PRONOUNS:
        return person and len(parties) == 1 and not (pronoun in _HIM and is_woman(parties[0]))
    if pronoun in _THING_PRONOUNS:
        return len(parties) == 1 and not parties[0].name and (head is None or head.tag != "NNS")
    if head is None or len(parties) > 1 or head.tag in ("NNS", "NNPS"):
        return True
    return not person and not (head.dep == "pobj" and head.head.lower in WHERE)


def _is_several(sentence: Sentence, head: Token) -> bool:
    """Whether a phrase is of several: in the plural, a list, or a people ('the Chinese')."""
    names = (sentence.entry(it) for it in sentence.matches if it.start <= head.idx < it.end)
    people = any(it is not None and it.kind is Kind.ADJECTIVE for it in names)
    return people or head.tag in ("NNS", "NNPS") or len(conjuncts(head)) > 1


def _agrees(pronoun: str, head: Token) -> bool:
    """Whether a phrase of which nothing is known agrees with a pronoun: in number, and a person's name for 'he'."""
    if pronoun in _PLURAL_PRONOUNS:
        return head.tag in ("NNS", "NNPS")
    return head.pos == "PROPN" if pronoun in _PERSON_PRONOUNS else head.tag in ("NN", "NNP")


def _overlap(some: Iterable[Participant], others: Sequence[Participant]) -> bool:
    return any((p.code, p.name) == (other.code, other.name) for p in some for other in others)
