"""From noun phrases to participants: which country or body, which office, which person.

Evidence is taken from the phrase itself first ('South Korean intelligence chief Park Jie Won' names country, sector and
person at once), then from what the article taught earlier ('Park'), then from the knowledge files. What a pronoun or
'the two countries' means is looked up in `referents`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from msgspec import structs

from legation.knowledge import Entry, Kind, Knowledge, Match, Office
from legation.knowledge.words import word_list
from legation.records import Participant, Sector
from legation.stages.enrich.memory import MEDIA, Memory, from_known
from legation.stages.enrich.notes import About, Note
from legation.stages.enrich.parties import (
    KOREAS,
    PARTY_RANK,
    before_career,
    from_entry,
    office_name,
    reading,
    sector_of,
    stand_in,
)
from legation.stages.enrich.referents import (
    compatriots,
    moved,
    of_a_word,
    of_pronoun,
    of_several,
    of_the_other,
    shared_office,
    telling_words,
)
from legation.stages.enrich.syntax import (
    conjuncts,
    content_head,
    is_definite,
    left_edge,
    patient,
    prepositions,
    subject,
    suffers,
)
from legation.stages.enrich.tree import Token, Tree

_OFFICE_PREPOSITIONS = frozenset({"of", "from", "for", "to", "in", "at", "across", "throughout"})
"""'president of France', 'ambassador to China' (his own country is another: see `_own_country`), 'police in Basra'."""


_HYPHENS = frozenset({"-", "–", "—", "/"})
_COMMAS = frozenset({"and", ",", ", and"})
"""What stands between two names of a list."""


_PARTICIPLES = frozenset({"VBN", "VBG", "VBD"})


_ACRONYM = 7
"""Letters up to which a word in capitals is taken for an abbreviation (FCA) and not for a person's name."""


_QUOTES = frozenset('"“”')


_SEATS = frozenset({Kind.CAPITAL, Kind.COUNTRY})


_HEADS = frozenset("nsubj nsubjpass dobj pobj dative conj appos agent ROOT".split())
"""Where the head of a phrase stands that tells of a party."""


class Sentence:
    """One parsed sentence with the names and offices in it; answers who a token stands for."""

    def __init__(self, text: str, tree: Tree, knowledge: Knowledge, memory: Memory) -> None:
        """Find names and offices in `text`, whose parse is `tree`; `memory` is read, and added to by `learn`."""
        self.text = text
        self.tree = tree
        self.memory = memory
        self.knowledge = knowledge
        self.matches = knowledge.find(text)
        self._match_at: dict[int, Match] = {}
        self._readings: dict[int, Entry | None] = {}
        """What each name is read as, by where it begins."""
        self.offices: dict[int, tuple[int, int, Office]] = {}
        """Start, end and office, by the index of each token that it covers."""
        for match in self.matches:
            for token in tree.covering(match.start, match.end):
                self._match_at.setdefault(token.i, match)
        for start, end, office in knowledge.find_offices(text):
            for token in tree.covering(start, end):
                if token.i not in self._match_at or token.pos == "NOUN":
                    self.offices.setdefault(token.i, (start, end, office))
        self._drop_namesakes()
        self._name_koreas()
        self._ands = [token.i for token in tree if token.lower in ("and", "&")]
        self._cache: dict[int, list[Participant]] = {}
        """Who each token stands for, as far as that was asked."""
        self._phrases: dict[int, tuple[Participant, ...]] = {}
        """The same with all that is listed with it."""
        self._open: set[int] = set()
        self.notes: list[Note] | None = None

    def _drop_namesakes(self) -> None:
        """A person's name inside a longer one is another's: the Bush of 'Jeb Bush', the Juan Carlos of 'Juan Carlos
        Jobet'.
        """
        for match in [m for m in self.matches if all(entry.kind is Kind.PERSON for entry in m.entries)]:
            tokens = self.tree.covering(match.start, match.end)
            if not tokens:
                continue
            head = tokens[-1].head
            longer = (head.i == tokens[-1].i + 1 and self._names_on(head)) or self.text[match.end :].startswith("-")
            if " " not in match.text:
                before = tokens[0].i - 1
                while before >= 0 and self._names_on(self.tree[before]) and self.tree[before].dep == "compound":
                    before -= 1
                given = self.text[self.tree[before + 1].idx : match.start].split()
                known = {word for entry in match.entries for word in entry.name.split()}
                longer = longer or bool(given and given[0] not in known and given[0].rstrip(".")[1:])
            if longer or all(before_career(entry, self.memory.day) for entry in match.entries):
                self._drop(match)
        for match in [m for m in self.matches if " " not in m.text and _is_somewhere(m)]:
            tokens = self.tree.covering(match.start, match.end)
            if tokens and self._is_surname(tokens[0]):
                self._drop(match)

    def _drop(self, match: Match) -> None:
        self.matches.remove(match)
        for token in self.tree.covering(match.start, match.end):
            del self._match_at[token.i]

    def _is_surname(self, token: Token) -> bool:
        """Whether a place is the surname of somebody in office: 'Foreign Minister Jose Valencia'."""
        before = token.i - 1
        while before >= 0 and self._names_on(self.tree[before]) and self.tree[before].dep == "compound":
            before -= 1
        return 0 <= before < token.i - 1 and self.is_office(self.tree[before]) and self.tree[before].dep == "compound"

    def _names_on(self, token: Token) -> bool:
        """Whether a token can only be part of a name that goes on: no office, title or other name."""
        return (
            token.pos == "PROPN"
            and token.text[:1].isupper()
            and not self.is_party(token)
            and token.lower not in word_list("titles")
            and token.text not in word_list("calendar")
        )

    def _name_koreas(self) -> None:
        """'The North' and 'the South' are the Koreas where one of them is named, here or before."""
        tokens = [token for word in KOREAS for token in self.tree.all_of(word.lower()) if token.text == word]
        if not tokens:
            return
        named = {entry.country for match in self.matches for entry in match.entries}
        named |= {party.country for parties in self.memory.recent for party in parties}
        if not named & {"PRK", "KOR"}:
            return
        for token in tokens:
            if token.i in self._match_at:
                continue
            hyphen = (
                token.i + 1 < len(self.tree.tokens) and self.tree[token.i + 1].text == "-"
            )  # 'the North-U.S. summit'
            both = self.text[token.end :].startswith(" and South Korea")
            if not (hyphen or both) and not any(c.lower == "the" for c in token.lefts):
                continue
            country = KOREAS[token.text]
            entry = Entry(Kind.COUNTRY, self.knowledge.country_name(country), country)
            match = Match(token.idx, token.end, token.text, (entry,))
            self._match_at[token.i] = match
            self.matches.append(match)
        self.matches.sort(key=lambda match: match.start)

    def match(self, token: Token) -> Match | None:
        """The name that covers a token."""
        return self._match_at.get(token.i)

    def kind(self, token: Token) -> Kind | None:
        """What kind of name covers a token."""
        match = self.match(token)
        entry = self.entry(match) if match is not None else None
        return entry.kind if entry is not None else None

    def others_than(self, parties: Sequence[Participant]) -> list[Participant]:
        """The parties and places named in the sentence that are of no country or body of these."""
        own = {None, *(p.code for p in parties)}
        read = ((match, self.entry(match)) for match in self.matches)
        named = [from_entry(entry, match.text, match.start, match.end) for match, entry in read if entry is not None]
        return [party for party in named if party.code not in own]

    def is_party(self, token: Token) -> bool:
        """Whether a token by itself is a name or office that can act."""
        return token.i in self._match_at or token.i in self.offices

    def is_office(self, token: Token) -> bool:
        """Whether a token tells the office of one person: 'ambassador', but not 'government'."""
        return token.i in self.offices and not self.offices[token.i][2].collective

    def participants(self, head: Token) -> list[Participant]:
        """Who is meant by a phrase and all that is listed with it; empty where no one that we can name."""
        if (known := self._phrases.get(head.i)) is not None:
            return list(known)
        found: list[Participant] = []
        for token in self._listed_with(head):
            real = content_head(token)
            for inner in (*self._heads_inside(real), real):
                found += [participant for participant in self._one(inner) if participant not in found]
        if not self._open:  # else some of it may be left out
            self._phrases[head.i] = tuple(found)
        return found

    def _listed_with(self, head: Token) -> list[Token]:
        """The head and what is listed with it. Two states side by side are a list, which the parser takes for an
        apposition ('Chad, Niger and Mali').
        """
        north = (c for c in head.lefts if head.text == "Korea" and c.text in KOREAS)
        other = [c for c in north if self.match(c) not in (None, self.match(head))]
        found = [*other, *conjuncts(head)]  # 'North and South Korea'
        for token in found:
            if (own := self._state_at(token)) is None:
                continue
            for child in token.children:
                if child.dep == "appos" and self._state_at(child) not in (None, own):
                    found += [c for c in conjuncts(child) if c not in found]
        return found

    def _state_at(self, token: Token) -> str | None:
        """The code of the country or body that a token names."""
        match = self.match(token)
        entry = self.entry(match) if match is not None else None
        return (entry.country or entry.body) if entry is not None and entry.kind in _STATES else None

    def _heads_inside(self, head: Token) -> list[Token]:
        """Heads of phrases that the parser took for modifiers of the last in a list: in 'Prime Minister A and Korean
        President B met' it often hangs all on B. A phrase is cut off where it ends in a name or office before 'and'.
        """
        if not self._ands or self._ands[0] >= head.i - 1:
            return []
        first = left_edge(head)
        cuts: list[Token] = []
        for index in self._ands:
            if not first < index < head.i - 1:
                continue
            last = self.tree[index - 1]
            match = self.match(last)
            entry = self.entry(match) if match is not None else None
            named = last.pos == "PROPN" and (entry is None or entry.kind is Kind.PERSON) and _capital(last)
            if named and last.i not in self.offices:
                cuts.append(last)
        return cuts

    def modifiers(self, noun: Token) -> list[Participant]:
        """Countries and bodies before a noun ('U.S.-China talks', 'Russian air strikes'), each with its own words."""
        own = self.match(noun)
        if own is not None and own.start < noun.idx and (entry := self.entry(own)) is not None:
            return [from_entry(entry, own.text, own.start, own.end)]  # 'French embassy', a name of its own
        nations = self.nations(left_edge(noun), noun.i, below=noun.idx)
        return [
            from_entry(entry, match.text, match.start, match.end)
            for entry, match in nations
            if not _is_scene(entry, noun)
        ]

    def learn(self) -> None:
        """Teach the memory every person named in this sentence."""
        for token in self.tree:
            if (
                token.pos == "PROPN"
                and token.dep not in ("compound", "amod", "nmod")
                and self.kind(token) in (None, Kind.PERSON)
                and token.text not in word_list("calendar")
            ):
                for participant in self._one(token):
                    self.memory.learn(participant)

    def note(self, about: About, start: int, end: int, reason: str, rule: str | None = None) -> None:
        """Say what became of the words [start, end), if somebody listens: in production `notes` is None."""
        if self.notes is not None:
            self.notes.append(Note(about, start, end, reason, rule))

    def taken(self) -> tuple[Note, ...]:
        """The notes since this was last asked."""
        notes = tuple(self.notes or ())
        if notes:
            self.notes = []
        return notes

    def stands_for(self, start: int, end: int, found: Iterable[Participant]) -> None:
        """As `note`: whom words that name nobody stand for."""
        if self.notes is not None:
            names = ", ".join(dict.fromkeys(f"“{p.text}”" for p in found))
            self.note(
                About.PARTY, start, end, f"stands for {names}" if names else "nobody before it whom it could mean"
            )

    def forget(self) -> None:
        """Resolve anew from here on: the memory has learned since."""
        self._cache.clear()
        self._phrases.clear()
        self._name_koreas()

    def close(self) -> None:
        """Add this sentence to the memory once it has been read."""
        self.memory.note(self.matches, self.text)
        for token in self.tree:
            if token.dep not in _HEADS or not (token.pos == "PROPN" or (token.pos == "NOUN" and self.is_party(token))):
                continue
            if self.kind(token) in _SOMEWHERE or token.text in word_list("calendar"):
                continue  # nobody's name, and no noun that could stand for another
            found = self._one(token)
            if len(found) == 1 and found[0].code is not None:
                if found[0].name is None:
                    self.memory.heads[token.lemma.lower()] = found[0]
                else:
                    self.memory.learn(found[0])
                    if found[0].office is not None:
                        self.memory.persons.append(found[0])
        root = next((t for t in self.tree if t.dep == "ROOT"), None)
        if root is not None:
            told = [c for c in root.children if c.dep == "ccomp" and c.i < root.i and root.lemma in word_list("saying")]
            head = subject(told[0] if told else root)  # of 'Mali will yield, a Chadian minister said' Mali
            if told and head is not None and head.pos == "PRON" and not _QUOTES.isdisjoint(self.text[: root.idx]):
                head = subject(root)  # of '"They are coming," a Chadian minister said' the minister
            parties = tuple(self.participants(head)) if head is not None and head.pos != "PRON" else ()
            if parties:
                self.memory.last_subject = parties

    def _one(self, head: Token) -> list[Participant]:
        if head.i in self._cache:
            return self._cache[head.i]
        if head.i in self._open:  # a pronoun that leads back to itself
            return []
        self._open.add(head.i)
        found = self._resolve(head)
        self._open.discard(head.i)
        self._cache[head.i] = found
        return found

    def _named(self, apposed: Sequence[Token]) -> list[Participant]:
        """Whose name stands behind: 'his predecessor, Shinzo Abe', 'her host, the Prime Minister of Japan'."""
        return next((found for it in apposed if it.pos == "PROPN" and (found := self._one(it))), [])

    def _resolve(self, head: Token) -> list[Participant]:
        if group := of_several(self, head):
            return group
        if head.tag == "WP$" or (head.dep == "pobj" and head.tag in ("WP", "WDT")):  # 'whose ships', 'to whom'
            described = next((above.head for above in head.ancestors if above.dep == "relcl"), None)
            return self.participants(described) if described is not None else []
        if head.pos == "PRON" or head.tag == "PRP$":
            return of_pronoun(self, head)
        apposed = [c for c in head.children if c.dep == "appos"]
        if head.lemma in word_list("others") and (owner := next((c for c in head.children if c.dep == "poss"), None)):
            return self._named(apposed) or of_the_other(self, head, owner)
        first = self._first(head)
        start, end = self.tree[first].idx, head.end
        own = self.match(head)
        office = self.office_in(first, head.i)
        inside = own is not None and office is not None and own.start <= office[0] and office[1] <= own.end
        if inside and own is not None and not any(entry.kind is Kind.PERSON for entry in own.entries):
            office = None  # the people of 'People's Liberation Army'
        name = self._name(head, first)
        if own is not None:
            entry = self.entry(own)
            if _is_place(head):
                entry = self._town(own)
            if entry is not None and entry.kind is not Kind.ADJECTIVE and entry.kind in PARTY_RANK:
                return self._owned(entry, own, office, name, head, start, end)
            if entry is not None and entry.kind is Kind.ADJECTIVE and (listed := self._listed(head)) is not None:
                return [from_entry(e, m.text, m.start, m.end, listed) for e, m in self._joined(own)]
            if entry is not None and entry.kind is Kind.ADJECTIVE:  # 'the Iraqis', 'Palestinians'
                if office is None and _is_of_few(head):
                    entry = replace(entry, sector=Sector.CVL)
                return [from_entry(entry, self.text[start:end], start, end, office)]
        if own is None and office is None and name is None:
            if found := self._named(apposed):
                return found
            owner = next((c for c in head.children if c.dep == "poss"), None)
            if owner is not None and not _stands_for_another(head):  # 'Suga's decision'
                return self.participants(owner)
        nations = [it for it in self.nations(first, head.i) if not _is_scene(it[0], head)]
        if office is None:
            for child in apposed:
                office = office or self.office_in(left_edge(child), child.i)
        if name is None and not (office is not None and office[2].collective and head.tag == "NN"):
            for child in apposed:
                if child.pos == "PROPN":
                    name = name or self._name(child, left_edge(child))
        if not nations:  # 'its chairman, Ghanaian President John Mahama'
            named = (self.nations(left_edge(c), c.i) or self._known_person(c) for c in apposed if c.pos == "PROPN")
            nations = next(filter(None, named), [])
        owned = [c for c in head.children if c.dep == "poss"]
        if not nations and owned and office is not None and office[2].name == "counterpart":
            nations = self._after(head, office, first)  # 'his counterparts from the Gulf states'
            if not nations and (name is None or self.memory.person(name) is None):
                others = of_the_other(self, head, owned[0])
                return [structs.replace(other, name=name or other.name) for other in others]
        if not nations and any(c.tag in ("PRP$", "WP$") or c.lemma in word_list("pairs") for c in owned):
            nations = of_a_word(self, head)  # 'its missions in Rome', 'the two states' envoys in Rome' are not Italian
        if not nations:
            nations = self._after(head, office, first)
        if not nations:
            for child in apposed:
                nations = self.nations(left_edge(child), child.i) or self._after(child, office, first)
                if nations:
                    break
        if head.dep == "appos" and not nations and head.lemma not in word_list("moves"):
            nations = self.nations(left_edge(head.head), head.head.i)
        if not nations and name is not None:  # 'Jiro Sato, who led the Japanese delegation'
            led = (patient(c) for c in head.children if c.dep == "relcl" and c.lemma in word_list("leading"))
            nations = [stand_in(p) for what in led if what is not None for p in self.participants(what) if p.code]
        if office is None or (office[2].sector is None and not office[2].collective) or office[2].weak:
            office, name = self._inside(head, office, name)
        text = self.text[start:end]
        known = self.memory.person(name) if name is not None else None
        if not nations and known is not None:
            self.note(About.PARTY, start, end, f"{known.name}, whom the article introduces elsewhere")
            return [from_known(known, text, start, end, office)]
        if name is not None and known is None and office is not None and " " not in name:
            nation = nations[0][0].country if nations else None
            holder = self.knowledge.holder(name, office[2], self.memory.day, nation)
            if holder is not None and (not nations or nation is not None):
                return [from_entry(holder, text, start, end, office, holder.name, self.memory.day)]
        alone = name is None and head.tag != "NNS" and is_definite(head) and len(nations) < 2
        if alone and office is not None and not office[2].collective:
            told = telling_words(office[2])
            country = nations[0][0].country if nations else None
            if (told or country) and (person := self.memory.introduced(told, country)) is not None:
                return moved(self, [person], head, start)
        if not nations and (office is not None or _stands_for_another(head)):
            nations = of_a_word(self, head)
            if nations or _stands_for_another(head):
                self.stands_for(start, end, (from_entry(e, m.text, m.start, m.end) for e, m in nations))
        if not nations and name is not None and office is not None and _is_of_cabinet(office[2]):
            nations = compatriots(self, head)
            if nations:
                self.stands_for(start, end, (from_entry(e, m.text, m.start, m.end) for e, m in nations))
        if not nations:
            if office is None and name is None:
                return []
            return [
                Participant(
                    country=None,
                    body=None,
                    sector=sector_of(office),
                    name=name,
                    office=office_name(office),
                    text=text,
                    start=start,
                    end=end,
                )
            ]
        if known is not None:
            name = known.name
        if office is not None and office[2].name == "counterpart":
            office = shared_office(self, head) or office
        if len(nations) == 1:
            entry = self._grounded(nations[0][0], head)
            return [from_entry(entry, text, start, end, office, name)]
        return [from_entry(entry, match.text, match.start, match.end, office) for entry, match in nations]

    def _listed(self, head: Token) -> tuple[int, int, Office] | None:
        """The office of 'Latvian, Lithuanian and Estonian ministers', which the parser takes for an apposition."""
        misread = next((c for c in head.children if c.dep == "appos" and c.tag == "NNS"), None)
        return self.office_in(misread.i, misread.i) if misread is not None else None

    def _inside(
        self, head: Token, office: tuple[int, int, Office] | None, name: str | None
    ) -> tuple[tuple[int, int, Office] | None, str | None]:
        """The sector, and the name set behind, of what a phrase is of: 'a delegation of businessmen', 'the head of the
        spy service, Bruno Kahl'.
        """
        for preposition, inner in prepositions(head):
            if preposition != "of" or office is None:
                continue
            of = self.office_in(left_edge(inner), inner.i)
            if of is not None and of[2].sector is not None:
                office = (office[0], office[1], replace(office[2], sector=of[2].sector, weak=False))
            if name is None and not office[2].collective:
                people = (
                    c for c in inner.children if c.dep == "appos" and c.pos == "PROPN" and c.i not in self._match_at
                )
                name = next((self._name(c, left_edge(c)) for c in people), None)
        return office, name

    def _first(self, head: Token) -> int:
        """Index of the first token of a phrase, behind any phrase cut off from it."""
        inside = self._heads_inside(head)
        return max(left_edge(head), inside[-1].i + 2) if inside else left_edge(head)

    def _owned(
        self,
        entry: Entry,
        match: Match,
        office: tuple[int, int, Office] | None,
        name: str | None,
        head: Token,
        start: int,
        end: int,
    ) -> list[Participant]:
        """A phrase whose head is itself a name of a party or person."""
        pair = self._joined(match)
        if len(pair) > 1 and entry.kind is not Kind.PERSON:
            return [from_entry(e, m.text, m.start, m.end) for e, m in pair]
        if entry.kind is Kind.PERSON:
            known = self.memory.person(match.text if " " not in match.text else entry.name)
            if known is not None and " " not in match.text and known.country != entry.country:
                return [from_known(known, self.text[start:end], start, end, office)]  # a namesake, taught before
            nation = next(iter(self.nations(self._first(head), head.i, below=match.start)), None)
            if (
                nation is not None
                and nation[0].kind not in (Kind.CITY, Kind.REGION)
                and nation[0].country not in (None, entry.country)
            ):
                same = [e for e in match.entries if e.kind is Kind.PERSON and e.country == nation[0].country]
                if same:  # 'Jordan's King Abdullah', not the Saudi one
                    entry = next((e for e in same if self.memory.day and e.holds(self.memory.day)), same[0])
                    nation = None
            else:
                nation = None
            if nation is not None:
                # A namesake: the phrase's own words count more than the knowledge file.
                return [from_entry(nation[0], self.text[start:end], start, end, office, match.text)]
            if known is not None and entry.country is None and entry.body is None:
                entry = replace(entry, country=known.country, body=known.body)
            end = max(end, match.end)
            return [
                from_entry(
                    entry, self.text[start:end], start, end, office, self._name_of(entry, match), self.memory.day
                )
            ]
        if entry.kind in (Kind.BODY, Kind.GROUP, Kind.AGENCY, Kind.SEAT, *MEDIA):
            start, end = min(start, match.start), max(end, match.end)
            if entry.kind is Kind.AGENCY or (entry.country is None and entry.body is None):
                # 'Chile's Defense Department': the phrase's own nation counts more than the knowledge file.
                nation = next(iter(self.nations(left_edge(head), head.i, below=match.start)), None)
                if nation is not None and nation[0].country is not None:
                    entry = replace(entry, country=nation[0].country, body=nation[0].body)
            return [from_entry(self._grounded(entry, head), self.text[start:end], start, end, office)]
        return [from_entry(entry, match.text, match.start, match.end, office)]

    def _grounded(self, entry: Entry, head: Token) -> Entry:
        """A group of no one state, with the country that it is told to be in: 'al Qaeda in Yemen'."""
        if entry.kind is not Kind.GROUP or entry.country is not None:
            return entry
        beside = (
            prepositions(head.head) if head.dep in ("dobj", "nsubjpass") else ()
        )  # where the parser mostly hangs it
        for name, inner in (*prepositions(head), *beside):
            if name in ("in", "inside", "across") and (match := self.match(inner)) is not None:
                where = self.entry(match)
                return replace(entry, country=where.country) if where is not None else entry
        return entry

    def _name(self, head: Token, first: int) -> str | None:
        """The person's name that ends at the head: proper nouns that are neither office nor country."""
        if head.pos != "PROPN" or head.text in word_list("calendar"):
            return None
        own = self.match(head)
        if own is not None:
            entry = self.entry(own)
            return self._name_of(entry, own) if entry is not None and entry.kind is Kind.PERSON else None
        index = head.i
        while index > first:
            before = self.tree[index - 1]
            joined = before.text in ("-", "al") and index - 1 > first
            if (before.pos != "PROPN" and not joined) or self.is_party(before) or before.lower in word_list("titles"):
                break
            index -= 1
        if head.i in self.offices:
            return None
        words = self.text[self.tree[index].idx : head.end].strip("- ")
        if words.isupper() and len(words) <= _ACRONYM and not self.text.isupper():
            return None
        return words if words and head.text not in word_list("no persons") else None

    def _name_of(self, entry: Entry, match: Match) -> str:
        """A known person's name as the article gives it in full, else as the knowledge files do."""
        if " " in match.text:
            return match.text
        known = self.memory.person(match.text)
        return known.name if known is not None and " " in known.name else entry.name

    def office_in(self, first: int, last: int) -> tuple[int, int, Office] | None:
        """The office in a phrase of tokens first..last whose head is the last: the nearest to it, a weak one only if
        there is no other. A head that is neither an office, nor a name, nor a word for people is none ('army bases').
        """
        if not self.offices:
            return None
        head = self.tree[last]
        if last not in self.offices and head.pos != "PROPN" and head.lemma not in word_list("people"):
            return None
        found = [i for i in range(first, last + 1) if i in self.offices]
        if len(found) < 2:
            return self.offices[found[0]] if found else None
        owned = max((i + 1 for i in range(first, last) if self.tree[i].tag == "POS"), default=first)
        owner = _chosen([self.offices[i] for i in found if i < owned])
        own = _chosen([self.offices[i] for i in found if i >= owned])
        if own is None or owner is None or own[2].sector is not None:
            return own or owner  # 'the prime minister's plane'
        return own[0], own[1], replace(own[2], sector=owner[2].sector)  # 'the prime minister's spokesman'

    def nations(self, first: int, last: int, below: int | None = None) -> list[tuple[Entry, Match]]:
        """Countries and bodies that modify a head: names in tokens first..last, lists of them joined."""
        for index in range(first, last + 1):
            match = self._match_at.get(index)
            if match is None or (below is not None and match.start >= below):
                continue
            entry = self._town(match)
            if entry is None or entry.kind is Kind.PERSON or entry.kind not in PARTY_RANK:
                continue
            head = self.tree[index].head
            if (
                head.tag in _PARTICIPLES
                and head.lower not in word_list("belonging")
                and first <= head.i <= last
                and self.tree[index].dep in ("npadvmod", "advmod", "nmod", "compound", "amod")
            ):
                continue  # 'Iranian-backed', 'Brussels-based'
            if index + 2 <= last and self.tree[index + 1].text == "-":
                described = self.tree[index + 2]
                if described.tag in _PARTICIPLES and described.lower not in word_list("belonging"):
                    continue
            if entry.kind in (Kind.CITY, Kind.REGION) and entry.country is None:
                continue
            if entry.kind in (Kind.CAPITAL, Kind.CITY) and self.tree[last].lower in word_list("occasions"):
                continue  # 'the Paris accords': where, not whose
            if entry.kind in MEDIA and not self._is_of(Sector.JRN, last):
                continue  # 'a BBC reporter', but not 'a BBC interview'
            return self._joined(match, modifying=True)
        return []

    def _known_person(self, name: Token) -> list[tuple[Entry, Match]]:
        """The country of a person whom the knowledge files have: 'its president, Faure Gnassingbe'."""
        match = self.match(name)
        entry = self.entry(match) if match is not None else None
        known = match is not None and entry is not None and entry.kind is Kind.PERSON and entry.country is not None
        return [(replace(entry, kind=Kind.COUNTRY), match)] if known and entry is not None and match is not None else []

    def _is_of(self, sector: Sector, index: int) -> bool:
        return index in self.offices and self.offices[index][2].sector is sector

    def _joined(self, match: Match, *, modifying: bool = False) -> list[tuple[Entry, Match]]:
        """A name and those that it is listed with: 'U.S. and South Korean', 'China-Japan'."""
        found: list[tuple[Entry, Match]] = []
        for following in self.matches[self.matches.index(match) :]:
            if found and not self._is_joined(found[-1][1], following):
                break
            entry = self._town(following) if modifying else self.entry(following)
            if entry is None or (entry.country is None and entry.body is None) or entry.kind is Kind.PERSON:
                break
            found.append((entry, following))
        return found

    def _is_joined(self, before: Match, match: Match) -> bool:
        gap = self.text[before.end : match.start].strip().lower()
        return gap in _HYPHENS or (gap in _COMMAS and _is_modifier(self, before) and _is_modifier(self, match))

    def _after(self, head: Token, office: tuple[int, int, Office] | None, first: int) -> list[tuple[Entry, Match]]:
        """Country or body after the head: 'president of France', 'the foreign ministers of Japan and South Korea'."""
        found: list[tuple[Entry, Match]] = []
        for child in head.children:  # 'forces loyal to Haftar'
            if child.lemma == "loyal":
                for preposition, inner in prepositions(child):
                    if preposition == "to":
                        found += [stand_in(p) for p in self.participants(inner) if p.country is not None]
        if found:
            return found[:1]
        anchors = [head, *(self.tree[i] for i in range(first, head.i) if i in self.offices)]
        for anchor in anchors:
            for preposition, inner in prepositions(anchor):
                if preposition not in _OFFICE_PREPOSITIONS or (
                    preposition not in ("of", "from", "for") and office is None
                ):
                    continue
                if preposition == "to" or suffers(inner):  # an ambassador to China is not China's
                    continue
                for token in self._listed_with(inner):
                    if pair := of_several(self, token):  # 'delegations of the two Koreas'
                        return [stand_in(p) for p in pair]
                    match = self.match(token)
                    entry = self.entry(match) if match is not None else None
                    if match is None or entry is None:
                        nested = self.nations(left_edge(token), token.i)
                        if not nested and token.i in self.offices and token.i != anchor.i:
                            nested = self._after(token, office, token.i)  # 'chief of staff of the French army'
                        if not nested and _stands_for_another(token):
                            nested = of_a_word(self, token)  # 'envoys of the army and the rebels'
                        found += [pair for pair in nested if pair not in found]
                    elif entry.country is not None or entry.body is not None:
                        found.append((entry, match))
                if found:
                    return found
        behind = self.tree.tokens[head.i + 1 : head.i + 3]
        if head.lemma == "government" and [t.lower for t in behind[:1]] == ["in"] and self.kind(behind[-1]) in _SEATS:
            match = self.match(behind[-1])  # 'asked the government in Bonn to help', which the parser has it ask there
            entry = self.entry(match) if match is not None else None
            return [(entry, match)] if entry is not None and match is not None else []
        return found

    def entry(self, match: Match) -> Entry | None:
        """The reading of one of the sentence's names; in a story from Islamabad the Foreign Office is Pakistan's."""
        if match.start not in self._readings:
            found = reading(match, self.memory.day)
            if found is not None and found.kind is Kind.AGENCY and len(match.entries) > 1:
                own = (it for it in match.entries if it.kind is Kind.AGENCY and it.country == self.memory.home)
                found = next(own, found)
            self._readings[match.start] = found
        return self._readings[match.start]

    def _town(self, match: Match) -> Entry | None:
        """The reading of a name that tells where or whose: Brussels acts for the Union, its police are Belgian."""
        entry = self.entry(match)
        if entry is None or entry.kind is not Kind.SEAT:
            return entry
        return next((other for other in match.entries if other.kind is Kind.CAPITAL), entry)


_STATES = frozenset({Kind.COUNTRY, Kind.CAPITAL, Kind.BODY})
"""Names of parties that no other can explain: 'Berlin, Germany' are one by their code."""


def _is_of_cabinet(office: Office) -> bool:
    return not word_list("cabinet").isdisjoint(office.name.split())


def _chosen(found: Sequence[tuple[int, int, Office]]) -> tuple[int, int, Office] | None:
    """The last of the offices, a weak one only if there is no other."""
    chosen = [span for span in found if not span[2].weak] or found
    return chosen[-1] if chosen else None


def _stands_for_another(head: Token) -> bool:
    return head.lower in word_list("national") or any(
        head.lemma in word_list(name) for name in ("states", "fighters", "bodies")
    )


def _is_scene(entry: Entry, noun: Token) -> bool:
    """Whether a town before a noun says where it happened: 'the Mumbai attacks', 'the Paris bombing'."""
    return entry.kind in (Kind.CITY, Kind.CAPITAL) and noun.lemma in word_list("attacks")


def _is_place(head: Token) -> bool:
    where = head.head.lower if head.dep == "pobj" else ""
    return where in ("in", "at", "near", "outside", "inside", "across") or (
        where in ("from", "to")
        and any(head.head.head.lemma in word_list(name) for name in ("going", "leaving", "trips"))
    )  # 'flew to Brussels', but 'pressure from Brussels'


def _is_somewhere(match: Match) -> bool:
    return all(entry.kind in _SOMEWHERE for entry in match.entries)


_SOMEWHERE = frozenset({Kind.CITY, Kind.CAPITAL, Kind.COUNTRY, Kind.REGION})


def _is_of_few(demonym: Token) -> bool:
    """Whether it is one or some of a people, who stand for no state: 'a Spaniard', 'two Norwegians'."""
    if is_definite(demonym):
        return False  # 'the Frenchman': he who was told of before
    return demonym.tag in ("NN", "NNP") or any(c.dep == "nummod" for c in demonym.children)


def _capital(token: Token) -> bool:
    return token.text[:1].isupper() and token.text not in word_list("calendar")


def _is_modifier(sentence: Sentence, match: Match) -> bool:
    root = sentence.tree.root_of(match.start, match.end)
    return root is not None and root.dep in ("amod", "compound", "nmod", "conj", "poss")
