"""From noun phrases to participants: which country or body, which office, which person.

Evidence is taken from the phrase itself first ('South Korean intelligence chief Park Jie Won' names country, sector and
person at once), then from what the article taught earlier ('Park'), then from the knowledge files. What a pronoun or
'the two countries' means is looked up in the sentence and in the sentences before; where that is not clear it stays
unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from legation.knowledge import Entry, Kind, Knowledge, Match, Office
from legation.knowledge.words import word_list
from legation.records import Participant, Sector
from legation.stages.enrich.memory import MEDIA, Memory, from_known, is_where
from legation.stages.enrich.notes import About, Note
from legation.stages.enrich.parties import PARTY_RANK, before_career, from_entry, office_name, reading, sector_of
from legation.stages.enrich.syntax import conjuncts, content_head, prepositions, subject, suffers, surface_subject
from legation.stages.enrich.tree import Token, Tree

_KOREAS = {"North": "PRK", "South": "KOR"}


_OFFICE_PREPOSITIONS = frozenset({"of", "from", "for", "to", "in", "at", "across", "throughout"})
"""'president of France', 'ambassador to China' (his own country is another: see `_own_country`), 'police in Basra'."""


_PARTICIPLES = frozenset({"VBN", "VBG", "VBD"})


_PERSON_PRONOUNS = frozenset("he she him her his hers himself herself".split())


_THING_PRONOUNS = frozenset("it its itself".split())


_PLURAL_PRONOUNS = frozenset("they them their themselves".split())


_SPEAKER_PRONOUNS = frozenset("i we me us our my".split())


_BOTH = frozenset({"both", "two", "each", "either"})


_ARGUMENTS = frozenset({"nsubj", "nsubjpass", "dobj", "dative", "pobj"})


_ANY_LEADER = frozenset({"leader", "official", "chief", "head", "politician", "statesman"})
"""Offices that say no more than that somebody has one."""


_ACRONYM = 7
"""Letters up to which a word in capitals is taken for an abbreviation (FCA) and not for a person's name."""


_COUNTS = {"both": 2, "each": 2, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
"""How many parties a phrase may mean; of more nobody keeps count."""


_HEADS = frozenset("nsubj nsubjpass dobj pobj dative conj appos agent ROOT".split())
"""Where the head of a phrase stands that tells of a party."""


class Sentence:
    """One parsed sentence with the names and offices in it; answers who a token stands for."""

    def __init__(self, text: str, tree: Tree, knowledge: Knowledge, memory: Memory) -> None:
        """Find names and offices in `text`, whose parse is `tree`; `memory` is read, and added to by `learn`."""
        self.text = text
        self.tree = tree
        self.memory = memory
        self._knowledge = knowledge
        self.matches = knowledge.find(text)
        self._match_at: dict[int, Match] = {}
        self._readings: dict[int, Entry | None] = {}
        """What each name is read as, by where it begins."""
        self._office_at: dict[int, tuple[int, int, Office]] = {}
        for match in self.matches:
            for token in tree.covering(match.start, match.end):
                self._match_at.setdefault(token.i, match)
        for start, end, office in knowledge.find_offices(text):
            for token in tree.covering(start, end):
                if token.i not in self._match_at or token.pos == "NOUN":
                    self._office_at.setdefault(token.i, (start, end, office))
        self._drop_namesakes()
        self._name_koreas()
        self._ands = [token.i for token in tree if token.lower in ("and", "&")]
        self._cache: dict[int, list[Participant]] = {}
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
            longer = head.i == tokens[-1].i + 1 and self._names_on(head)
            if " " not in match.text:
                before = tokens[0].i - 1
                while before >= 0 and self._names_on(self.tree[before]) and self.tree[before].dep == "compound":
                    before -= 1
                given = self.text[self.tree[before + 1].idx : match.start].split()
                known = {word for entry in match.entries for word in entry.name.split()}
                longer = longer or bool(given and given[0] not in known and given[0].rstrip(".")[1:])
            if longer or all(before_career(entry, self.memory.day) for entry in match.entries):
                self.matches.remove(match)
                for token in tokens:
                    del self._match_at[token.i]

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
        named = {entry.country for match in self.matches for entry in match.entries}
        named |= {party.country for parties in self.memory.recent[-3:] for party in parties}
        if not named & {"PRK", "KOR"}:
            return
        for token in self.tree:
            if token.text not in _KOREAS or token.i in self._match_at:
                continue
            hyphen = (
                token.i + 1 < len(self.tree.tokens) and self.tree[token.i + 1].text == "-"
            )  # 'the North-U.S. summit'
            if not hyphen and not any(c.lower == "the" for c in token.lefts):
                continue
            country = _KOREAS[token.text]
            entry = Entry(Kind.COUNTRY, self._knowledge.country_name(country), country)
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
        entry = self._entry(match) if match is not None else None
        return entry.kind if entry is not None else None

    def others_than(self, parties: Sequence[Participant]) -> list[Participant]:
        """The parties and places named in the sentence that are of no country or body of these."""
        own = {None, *(p.code for p in parties)}
        read = ((match, self._entry(match)) for match in self.matches)
        named = [from_entry(entry, match.text, match.start, match.end) for match, entry in read if entry is not None]
        return [party for party in named if party.code not in own]

    def is_party(self, token: Token) -> bool:
        """Whether a token by itself is a name or office that can act."""
        return token.i in self._match_at or token.i in self._office_at

    def is_office(self, token: Token) -> bool:
        """Whether a token tells the office of one person: 'ambassador', but not 'government'."""
        return token.i in self._office_at and not self._office_at[token.i][2].collective

    def participants(self, head: Token) -> list[Participant]:
        """Who is meant by a phrase and all that is listed with it; empty where no one that we can name."""
        found: list[Participant] = []
        for token in self._listed_with(head):
            real = content_head(token)
            for inner in (*self._heads_inside(real), real):
                found += [participant for participant in self._one(inner) if participant not in found]
        return found

    def _listed_with(self, head: Token) -> list[Token]:
        """The head and what is listed with it. Two states side by side are a list, which the parser takes for an
        apposition ('Chad, Niger and Mali').
        """
        found = conjuncts(head)
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
        entry = self._entry(match) if match is not None else None
        return (entry.country or entry.body) if entry is not None and entry.kind in _STATES else None

    def _heads_inside(self, head: Token) -> list[Token]:
        """Heads of phrases that the parser took for modifiers of the last in a list: in 'Prime Minister A and Korean
        President B met' it often hangs all on B. A phrase is cut off where it ends in a name or office before 'and'.
        """
        before = [index for index in self._ands if index < head.i - 1]
        if not before:
            return []
        first = _left_edge(head)
        cuts: list[Token] = []
        for index in before:
            if index <= first:
                continue
            last = self.tree[index - 1]
            match = self.match(last)
            entry = self._entry(match) if match is not None else None
            named = last.pos == "PROPN" and (entry is None or entry.kind is Kind.PERSON) and _capital(last)
            if named and last.i not in self._office_at:
                cuts.append(last)
        return cuts

    def modifiers(self, noun: Token) -> list[Participant]:
        """Countries and bodies before a noun ('U.S.-China talks', 'Russian air strikes'), each with its own words."""
        own = self.match(noun)
        if own is not None and own.start < noun.idx and (entry := self._entry(own)) is not None:
            return [from_entry(entry, own.text, own.start, own.end)]  # 'French embassy', a name of its own
        nations = self._nations(_left_edge(noun), noun.i, below=noun.idx)
        return [from_entry(entry, match.text, match.start, match.end) for entry, match in nations]

    def learn(self) -> None:
        """Teach the memory every person named in this sentence."""
        for token in self.tree:
            if (
                token.pos == "PROPN"
                and token.dep not in ("compound", "amod", "nmod")
                and self.kind(token) in (None, Kind.PERSON)
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

    def _stands_for(self, start: int, end: int, found: Iterable[Participant]) -> None:
        """As `note`: whom words that name nobody stand for."""
        if self.notes is not None:
            names = ", ".join(dict.fromkeys(f"“{p.text}”" for p in found))
            self.note(
                About.PARTY, start, end, f"stands for {names}" if names else "nobody before it whom it could mean"
            )

    def forget(self) -> None:
        """Resolve anew from here on: the memory has learned since."""
        self._cache.clear()
        self._name_koreas()

    def close(self) -> None:
        """Add this sentence to the memory once it has been read."""
        self.memory.note(self.matches, self.text)
        for token in self.tree:
            if token.dep not in _HEADS or not (token.pos == "PROPN" or (token.pos == "NOUN" and self.is_party(token))):
                continue
            found = self._one(token)
            if len(found) == 1 and found[0].code is not None:
                if found[0].name is None:
                    self.memory.heads[token.lemma.lower()] = found[0]
                elif found[0].office is not None:
                    self.memory.persons.append(found[0])
        root = next((t for t in self.tree if t.dep == "ROOT"), None)
        if root is not None:
            head = subject(root)
            parties = tuple(self.participants(head)) if head is not None and head.pos != "PRON" else ()
            if parties:
                self.memory.last_subject = parties

    # --- one phrase ---

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

    def _resolve(self, head: Token) -> list[Participant]:
        if group := self._two(head):
            return group
        if head.tag == "WP$":  # 'the Russian fleet, whose ships bar the strait'
            described = next((above.head for above in head.ancestors if above.dep == "relcl"), None)
            return self.participants(described) if described is not None else []
        if head.pos == "PRON" or head.tag == "PRP$":
            return self._pronoun(head)
        if head.lemma in word_list("others") and (owner := next((c for c in head.children if c.dep == "poss"), None)):
            return self._other(head, owner)
        first = self._first(head)
        start, end = self.tree[first].idx, head.end
        own = self.match(head)
        office = self._office_in(first, head.i)
        inside = own is not None and office is not None and own.start <= office[0] and office[1] <= own.end
        if inside and own is not None and not any(entry.kind is Kind.PERSON for entry in own.entries):
            office = None  # the people of 'People's Liberation Army'
        name = self._name(head, first)
        if own is not None:
            entry = self._entry(own)
            if _is_place(head):
                entry = self._town(own)
            if entry is not None and entry.kind is not Kind.ADJECTIVE and entry.kind in PARTY_RANK:
                return self._owned(entry, own, office, name, head, start, end)
            if entry is not None and entry.kind is Kind.ADJECTIVE and (listed := self._listed(head)) is not None:
                return [from_entry(e, m.text, m.start, m.end, listed) for e, m in self._joined(own)]
            if entry is not None and entry.kind is Kind.ADJECTIVE:  # 'the Iraqis', 'Palestinians'
                return [from_entry(entry, self.text[start:end], start, end, office)]
        apposed = [c for c in head.children if c.dep == "appos"]
        if own is None and office is None and name is None:
            for child in apposed:  # 'his predecessor, Shinzo Abe'
                if child.pos == "PROPN" and (found := self._one(child)):
                    return found
            owner = next((c for c in head.children if c.dep == "poss"), None)
            if owner is not None and not _stands_for_another(head):  # 'Suga's decision'
                return self.participants(owner)
        nations = self._nations(first, head.i)
        if office is None:
            for child in apposed:
                office = office or self._office_in(_left_edge(child), child.i)
        if name is None and not (office is not None and office[2].collective and head.tag == "NN"):
            for child in apposed:
                if child.pos == "PROPN":
                    name = name or self._name(child, _left_edge(child))
        if not nations and any(c.dep == "poss" and c.tag in ("PRP$", "WP$") for c in head.children):
            nations = self._unsaid(head)  # 'its missions in Rome' are not Italian
        if not nations:
            nations = self._after(head, office, first)
        if not nations:
            for child in apposed:
                nations = self._nations(_left_edge(child), child.i) or self._after(child, office, first)
                if nations:
                    break
        if head.dep == "appos" and not nations:
            nations = self._nations(_left_edge(head.head), head.head.i)
        if office is None or (office[2].sector is None and not office[2].collective) or office[2].weak:
            office, name = self._inside(head, office, name)
        text = self.text[start:end]
        known = self.memory.person(name) if name is not None else None
        if not nations and known is not None:
            self.note(About.PARTY, start, end, f"{known.name}, whom the article introduces elsewhere")
            return [from_known(known, text, start, end, office)]
        if name is not None and known is None and office is not None and " " not in name:
            nation = nations[0][0].country if nations else None
            holder = self._knowledge.holder(name, office[2], self.memory.day, nation)
            if holder is not None and (not nations or nation is not None):
                return [from_entry(holder, text, start, end, office, holder.name, self.memory.day)]
        alone = name is None and head.tag != "NNS" and _is_definite(head) and len(nations) < 2
        if alone and office is not None and not office[2].collective:
            told = frozenset() if office[2].name in _ANY_LEADER else frozenset(office[2].name.split())
            country = nations[0][0].country if nations else None
            if (told or country) and (person := self.memory.introduced(told, country)) is not None:
                return self._moved([person], head, text, start)
        if not nations and (office is not None or _stands_for_another(head)):
            nations = self._unsaid(head)
            if nations or _stands_for_another(head):
                self._stands_for(start, end, (from_entry(e, m.text, m.start, m.end) for e, m in nations))
        if not nations and name is not None and office is not None and not _CABINET.isdisjoint(office[2].name.split()):
            nations = self._compatriots(head)
            if nations:
                self._stands_for(start, end, (from_entry(e, m.text, m.start, m.end) for e, m in nations))
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
            office = self._shared_office(head) or office
        if len(nations) == 1:
            entry = self._grounded(nations[0][0], head)
            return [from_entry(entry, text, start, end, office, name)]
        return [from_entry(entry, match.text, match.start, match.end, office) for entry, match in nations]

    def _listed(self, head: Token) -> tuple[int, int, Office] | None:
        """The office of 'Latvian, Lithuanian and Estonian ministers', which the parser takes for an apposition."""
        misread = next((c for c in head.children if c.dep == "appos" and c.tag == "NNS"), None)
        return self._office_in(misread.i, misread.i) if misread is not None else None

    def _inside(
        self, head: Token, office: tuple[int, int, Office] | None, name: str | None
    ) -> tuple[tuple[int, int, Office] | None, str | None]:
        """The sector, and the name set behind, of what a phrase is of: 'a delegation of businessmen', 'the head of the
        spy service, Bruno Kahl'.
        """
        for preposition, inner in prepositions(head):
            if preposition != "of" or office is None:
                continue
            of = self._office_in(_left_edge(inner), inner.i)
            if of is not None and of[2].sector is not None:
                office = (office[0], office[1], replace(office[2], sector=of[2].sector, weak=False))
            if name is None and not office[2].collective:
                people = (
                    c for c in inner.children if c.dep == "appos" and c.pos == "PROPN" and c.i not in self._match_at
                )
                name = next((self._name(c, _left_edge(c)) for c in people), None)
        return office, name

    def _first(self, head: Token) -> int:
        """Index of the first token of a phrase, behind any phrase cut off from it."""
        inside = self._heads_inside(head)
        return max(_left_edge(head), inside[-1].i + 2) if inside else _left_edge(head)

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
            nation = next(iter(self._nations(_left_edge(head), head.i, below=match.start)), None)
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
                nation = next(iter(self._nations(_left_edge(head), head.i, below=match.start)), None)
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
                where = self._entry(match)
                return replace(entry, country=where.country) if where is not None else entry
        return entry

    def _name(self, head: Token, first: int) -> str | None:
        """The person's name that ends at the head: proper nouns that are neither office nor country."""
        if head.pos != "PROPN" or head.text in word_list("calendar"):
            return None
        own = self.match(head)
        if own is not None:
            entry = self._entry(own)
            return self._name_of(entry, own) if entry is not None and entry.kind is Kind.PERSON else None
        index = head.i
        while index > first:
            before = self.tree[index - 1]
            joined = before.text in ("-", "al") and index - 1 > first
            if (before.pos != "PROPN" and not joined) or self.is_party(before) or before.lower in word_list("titles"):
                break
            index -= 1
        if head.i in self._office_at:
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

    def _office_in(self, first: int, last: int) -> tuple[int, int, Office] | None:
        """The office in a phrase of tokens first..last whose head is the last: the nearest to it, a weak one only if
        there is no other. A head that is neither an office, nor a name, nor a word for people is none ('army bases').
        """
        if not self._office_at:
            return None
        head = self.tree[last]
        if last not in self._office_at and head.pos != "PROPN" and head.lemma not in word_list("people"):
            return None
        found = [i for i in range(first, last + 1) if i in self._office_at]
        if len(found) < 2:
            return self._office_at[found[0]] if found else None
        owned = max((i + 1 for i in range(first, last) if self.tree[i].tag == "POS"), default=first)
        owner = _chosen([self._office_at[i] for i in found if i < owned])
        own = _chosen([self._office_at[i] for i in found if i >= owned])
        if own is None or owner is None or own[2].sector is not None:
            return own or owner  # 'the prime minister's plane'
        return own[0], own[1], replace(own[2], sector=owner[2].sector)  # 'the prime minister's spokesman'

    def _nations(self, first: int, last: int, below: int | None = None) -> list[tuple[Entry, Match]]:
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
                and first <= head.i <= last
                and self.tree[index].dep in ("npadvmod", "advmod", "nmod", "compound", "amod")
            ):
                continue  # 'Iranian-backed', 'Brussels-based'
            if index + 2 <= last and self.tree[index + 1].text == "-" and self.tree[index + 2].tag in _PARTICIPLES:
                continue
            if entry.kind in (Kind.CITY, Kind.REGION) and entry.country is None:
                continue
            if entry.kind in (Kind.CAPITAL, Kind.CITY) and self.tree[last].lower in word_list("occasions"):
                continue  # 'the Paris accords': where, not whose
            if entry.kind in MEDIA and not self._is_of(Sector.JRN, last):
                continue  # 'a BBC reporter', but not 'a BBC interview'
            return self._joined(match, modifying=True)
        return []

    def _is_of(self, sector: Sector, index: int) -> bool:
        return index in self._office_at and self._office_at[index][2].sector is sector

    def _joined(self, match: Match, *, modifying: bool = False) -> list[tuple[Entry, Match]]:
        """A name and those that it is listed with: 'U.S. and South Korean', 'China-Japan'."""
        found: list[tuple[Entry, Match]] = []
        at = next(at for at, other in enumerate(self.matches) if other is match)  # to compare them takes longer
        for previous, following in zip([None, *self.matches[at:]], self.matches[at:], strict=False):
            if previous is not None:
                gap = self.text[previous.end : following.start].strip().lower()
                if gap not in ("-", "–", "/", "and", ",", ", and", "—"):
                    break
                if gap in ("and", ",", ", and") and not (
                    _is_modifier(self, previous) and _is_modifier(self, following)
                ):
                    break
            entry = self._town(following) if modifying else self._entry(following)
            if entry is None or (entry.country is None and entry.body is None) or entry.kind is Kind.PERSON:
                break
            found.append((entry, following))
        return found

    def _after(self, head: Token, office: tuple[int, int, Office] | None, first: int) -> list[tuple[Entry, Match]]:
        """Country or body after the head: 'president of France', 'the foreign ministers of Japan and South Korea'."""
        found: list[tuple[Entry, Match]] = []
        for child in head.children:  # 'forces loyal to Haftar'
            if child.lemma == "loyal":
                for preposition, inner in prepositions(child):
                    if preposition == "to":
                        found += [_stand_in(p) for p in self.participants(inner) if p.country is not None]
        if found:
            return found[:1]
        anchors = [head, *(self.tree[i] for i in range(first, head.i) if i in self._office_at)]
        for anchor in anchors:
            for preposition, inner in prepositions(anchor):
                if preposition not in _OFFICE_PREPOSITIONS or (
                    preposition not in ("of", "from", "for") and office is None
                ):
                    continue
                if preposition == "to" or suffers(inner):  # an ambassador to China is not China's
                    continue
                for token in conjuncts(inner):
                    if pair := self._two(token):  # 'delegations of the two Koreas'
                        return [_stand_in(p) for p in pair]
                    match = self.match(token)
                    entry = self._entry(match) if match is not None else None
                    if match is None or entry is None:
                        nested = self._nations(_left_edge(token), token.i)
                        if not nested and token.i in self._office_at and token.i != anchor.i:
                            nested = self._after(token, office, token.i)  # 'chief of staff of the French army'
                        found += [pair for pair in nested if pair not in found]
                    elif entry.country is not None or entry.body is not None:
                        found.append((entry, match))
                if found:
                    return found
        return found

    def _last_of(self, kind: Kind, head: Token) -> list[tuple[Entry, Match]]:
        """'The rebels', 'the bloc': the one group or body that the article has named so far."""
        seen: dict[str, tuple[Entry, Match]] = {}
        for match in self.matches:
            entry = self._entry(match)
            if match.start < head.idx and entry is not None and entry.kind is kind and entry.body is not None:
                seen[entry.body] = (entry, match)
        for entry, match in self.memory.bodies:
            if entry.kind is kind:
                seen.setdefault(entry.body or "", (entry, match))
        return list(seen.values()) if len(seen) == 1 else []

    def _shared_office(self, head: Token) -> tuple[int, int, Office] | None:
        """The office of 'his Chinese counterpart': that of the one whose counterpart it is."""
        before = [span for index, span in self._office_at.items() if index < head.i and span[2].name != "counterpart"]
        if before:
            return before[-1]
        for owner in (c for c in head.children if c.dep == "poss"):
            for party in self.participants(owner):
                if party.office is not None:
                    return owner.idx, owner.end, Office(party.office, party.sector, collective=False, weak=False)
        return None

    def _unsaid(self, head: Token) -> list[tuple[Entry, Match]]:
        """The country of 'its foreign minister' or 'the government': its owner's, or the one named last before it."""
        owner = next((c for c in head.children if c.dep == "poss"), None)
        if owner is not None:
            found = self.participants(owner)
            whose = [_stand_in(owned) for owned in found if owned.code]
            if head.i in self._office_at and len(whose) == 1:  # the director of a spy service is a spy
                entry, match = whose[0]
                return [(replace(entry, sector=found[0].sector), match)]
            return whose
        for nouns, kind in ((word_list("fighters"), Kind.GROUP), (word_list("bodies"), Kind.BODY)):
            if head.lemma in nouns and any(c.lower == "the" for c in head.lefts):
                return self._last_of(kind, head)
        state = head.lemma in word_list("states") and head.tag != "NNS"
        if not state and head.lower not in word_list("national"):
            return []
        if not _is_definite(head) and (state or head.tag != "NNS"):
            return []
        if not state and (same := self.memory.heads.get(head.lemma)) is not None:
            return [_stand_in(same)]
        before: dict[str, Participant] = {}
        for match in self.matches:
            if match.start < head.idx:
                self._note(match, before)
        named = [p for p in before.values() if p.country is not None and p.body is None]
        if head.lemma in _REALMS:
            named = [p for p in named if p.country in word_list(_REALMS[head.lemma])]
        if named:
            return [_stand_in(named[-1])] if state or len(named) == 1 else []
        if head.lemma in _REALMS:
            codes = word_list(_REALMS[head.lemma])
            fitting = {p.country: p for parties in self.memory.recent[-3:] for p in parties if p.country in codes}
            return [_stand_in(p) for p in fitting.values()] if len(fitting) == 1 else []
        last = self.memory.last_subject
        if state and (len(last) != 1 or last[0].country is None or last[0].body is not None):
            last = self.memory.recent[-1] if self.memory.recent else ()
        return self._state_of(last) or self._home(head)

    def _compatriots(self, head: Token) -> list[tuple[Entry, Match]]:
        """The country of a minister named without one: the state that he speaks for ('Chad will close the border,
        Interior Minister Dabo said'), else that of the sentence before, else the dateline's.
        """
        verb = head.head
        told = [c for c in verb.children if c.dep == "ccomp" and c.i < head.i] if head.dep == "nsubj" else []
        for clause in told:
            doer = subject(clause)
            if doer is not None and (found := self._state_of(self.participants(doer))):
                return found
        return self._state_of(self.memory.last_subject) or self._home(head)

    def _state_of(self, parties: Sequence[Participant]) -> list[tuple[Entry, Match]]:
        """The one state that all of these are of."""
        one = len({p.code for p in parties}) == 1 and parties[0].country is not None and parties[0].body is None
        return [_stand_in(parties[0])] if one else []

    def _home(self, head: Token) -> list[tuple[Entry, Match]]:
        """The dateline's country, while nobody else has been named."""
        if self.memory.recent or self.memory.home is None:
            return []
        home = Entry(Kind.COUNTRY, self._knowledge.country_name(self.memory.home), self.memory.home)
        return [(home, Match(head.idx, head.end, self.text[head.idx : head.end], (home,)))]

    def _entry(self, match: Match) -> Entry | None:
        """The reading of one of the sentence's names."""
        if match.start not in self._readings:
            self._readings[match.start] = reading(match, self.memory.day)
        return self._readings[match.start]

    def _town(self, match: Match) -> Entry | None:
        """The reading of a name that tells where or whose: Brussels acts for the Union, its police are Belgian."""
        entry = self._entry(match)
        if entry is None or entry.kind is not Kind.SEAT:
            return entry
        return next((other for other in match.entries if other.kind is Kind.CAPITAL), entry)

    # --- words that stand for others ---

    def _two(self, head: Token) -> list[Participant]:
        """'the two countries', 'both sides', 'the three ministers': those named before, if they are just as many."""
        lemma = head.lemma
        if head.text == "Koreas":
            return [
                Participant(
                    country=country,
                    body=None,
                    sector=None,
                    name=None,
                    office=None,
                    text=self.text[head.idx : head.end],
                    start=head.idx,
                    end=head.end,
                )
                for country in sorted(_KOREAS.values())
            ]
        alone = (
            head.lower in _COUNTS and head.dep in _ARGUMENTS and (head.lower in ("both", "each") or _is_definite(head))
        )
        if (lemma not in word_list("pairs") or self.match(head) is not None) and not alone:
            return []
        count = next((_COUNTS[c.lower] for c in (head, *head.lefts) if c.lower in _COUNTS), 2)
        both = any(c.lower in _BOTH for c in (head, *head.lefts)) or (count > 2 and _is_definite(head))
        bare = head.tag == "NNS" and lemma in word_list("mutual") and [c.lower for c in head.lefts] == ["the"]
        if not both and not bare:
            return []
        if (lemma == "side" or bare or alone) and any(name == "of" for name, _ in prepositions(head)):
            return []  # 'both sides of the border', 'the leaders of France and Britain'
        if self._nations(_left_edge(head), head.i):
            return []
        found: dict[str, Participant] = {}
        doers = {p.code for p in self._rivals(head)}  # whom who urges 'both sides' cannot mean
        for match in self.matches:
            if match.start < head.idx and not is_where(match, self.text):
                self._note(match, found)
        found = {code: party for code, party in found.items() if code not in doers}
        if count > 2 and len(found) != count:
            found = {party.code or "": party for parties in self.memory.recent[-1:] for party in parties}
        if len(found) < 2 and both:  # 'called off talks between the two after Pakistan had'
            for match in self.matches:
                if match.start > head.idx and len(found) < 2:
                    self._note(match, found)
        if len(found) < 2:
            found = {party.code or "": party for party in self.memory.pair()}
        first = _left_edge(head)
        start, end = self.tree[first].idx, head.end
        if len(found) != count or (lemma not in word_list("any pair") and any(p.body for p in found.values())):
            self.note(About.PARTY, start, end, f"{count} of whom? {len(found)} parties are named around it")
            return []
        self._stands_for(start, end, found.values())
        text = self.text[start:end]
        office = self._office_in(first, head.i)
        if office is not None and office[2].sector in (Sector.CVL, Sector.PTY):
            office = None  # 'the neighbours', 'both parties' are states
        if office is None or office[2].collective:
            return [from_entry(_stand_in(p)[0], text, start, end, office) for p in found.values()]
        told = frozenset() if office[2].name in _ANY_LEADER else frozenset(office[2].name.split())
        persons = [self.memory.introduced(told, p.country) for p in found.values()]
        if bare and None in persons:
            return []  # 'the ministers' of a council, not of the two
        return [
            from_entry(_stand_in(party)[0], text, start, end, office)
            if person is None
            else self._moved([person], head, text, start)[0]
            for party, person in zip(found.values(), persons, strict=True)
        ]

    def _other(self, head: Token, owner: Token) -> list[Participant]:
        """'Its neighbour', 'their old rival': the other of two named before, never the owner himself; of several
        ('Kyiv's allies') nobody tells who they are.
        """
        if (named := self._nations(_left_edge(head), head.i, below=None)) and owner.pos == "PRON":
            return [from_entry(e, m.text, m.start, m.end) for e, m in named]
        if head.tag == "NNS":
            return []
        owners = {p.code for p in self.participants(owner)}
        if head.lemma in _COMPANY:  # whoever was named last but him
            last = next((p for p in reversed(self.memory.persons) if p.code not in owners), None)
            return self._moved([last], head) if last is not None and owners else []
        found: dict[str, Participant] = {}
        for match in self.matches:
            if match.start < head.idx and not is_where(match, self.text):
                self._note(match, found)
        for party in self.memory.pair():
            found.setdefault(party.code or "", party)
        others = [party for code, party in found.items() if code not in owners and party.body is None]
        return self._moved(others, head) if len(others) == 1 and owners else []

    def _note(self, match: Match, found: dict[str, Participant]) -> None:
        entry = self._entry(match)
        if entry is None or entry.kind in (Kind.CITY, Kind.REGION, *MEDIA):
            return
        key = entry.body or entry.country
        if key is not None:
            found.setdefault(key, from_entry(entry, match.text, match.start, match.end))

    def _pronoun(self, token: Token) -> list[Participant]:
        word = token.lower
        if word in _SPEAKER_PRONOUNS:
            return self._moved(self._speaker(token), token)
        if word not in _PERSON_PRONOUNS | _THING_PRONOUNS | _PLURAL_PRONOUNS:
            return []
        rivals = self._rivals(token)
        for head in self._before(token):
            if head.pos == "NOUN" and not self.is_party(head) and not (head.dep in _SUBJECTS and _agrees(word, head)):
                if token.dep == head.dep == "dobj" and _agrees(word, head):
                    return self._moved((), token)  # 'rejected the accord, calling it a betrayal'
                continue  # 'the Istanbul meeting' is not Turkey
            found = self.participants(head)
            if any(p.code for p in found):
                if _can_be(word, found, head) and not _overlap(found, rivals):
                    return self._moved(found, token)
            elif _agrees(word, head) and head.dep in _SUBJECTS and not rivals:
                return self._moved(found, token)  # 'the shareholders said they': who that is we cannot name
        if word in _THING_PRONOUNS and (speaker := self._reporter(token)):
            return speaker
        if word in _PLURAL_PRONOUNS and len(self.memory.last_subject) == 1:
            pair = self.memory.pair()
            if self.memory.last_subject[0].code in {p.code for p in pair}:
                return self._moved(pair, token)
        for last in (self.memory.last_subject, tuple(self.memory.persons[-1:]), tuple(self.memory.persons[-2:-1])):
            if last and _can_be(word, last, None) and not _overlap(last, rivals):
                return self._moved(last, token)
            if not rivals:
                break
        return self._moved((), token)

    def _reporter(self, token: Token) -> list[Participant]:
        """Of 'the Turkish president said it would' the country."""
        for above in token.ancestors:
            if above.lemma in word_list("saying") and (head := surface_subject(above)) is not None:
                found = self.participants(head) if head.i < token.i and head.pos != "PRON" else []
                text = self.text[token.idx : token.end]
                states = [
                    from_entry(_stand_in(p)[0], text, token.idx, token.end) for p in found if p.country is not None
                ]
                return states if len(states) == 1 else []
        return []

    def _rivals(self, token: Token) -> list[Participant]:
        """Whom an object pronoun cannot mean: who does it to him."""
        verb = token.head.head if token.dep == "pobj" else token.head
        if token.dep not in ("dobj", "dative", "pobj") or verb.pos != "VERB":
            return []
        head = surface_subject(verb)
        return self.participants(head) if head is not None and head.i != token.i else []

    def _before(self, token: Token) -> Iterator[Token]:
        """Where a pronoun may point: subjects of the clauses above it, then other phrases before it."""
        seen: set[int] = set()
        own = token.head if token.dep in ("nsubj", "nsubjpass", "dobj", "pobj", "dative") else None
        for above in token.ancestors:
            if above.pos not in ("VERB", "AUX"):
                continue
            head = surface_subject(above)
            if above == own and token.dep in ("dobj", "dative"):
                if head is not None:
                    seen.add(head.i)
                continue
            if token.dep == "dobj" and token.lower in _THING_PRONOUNS:  # 'called the step rash and denounced it'
                yield from (c for c in above.children if c.dep == "dobj" and c.i < token.i)
            if head is not None and head.i != token.i and head.i < token.i and head.i not in seen:
                seen.add(head.i)
                yield head
        behind = [other for other in self.tree.tokens[token.i :: -1] if other.i not in seen and other.pos != "PRON"]
        if token.dep in _SUBJECTS:  # who did something is likelier to do the next than where it was done
            yield from (other for other in behind if other.dep in _SUBJECTS and other.head.dep in ("ROOT", "ccomp"))
        yield from (other for other in behind if other.dep in (*_SUBJECTS, "dobj", "pobj", "agent"))

    def _speaker(self, token: Token) -> list[Participant]:
        for above in token.ancestors:
            if above.lemma in ("say", "tell", "add", "declare", "announce", "write", "state"):
                head = surface_subject(above)
                if head is not None and head.i != token.i:
                    return self.participants(head)
        return []

    def _moved(
        self, found: Sequence[Participant], token: Token, text: str | None = None, start: int | None = None
    ) -> list[Participant]:
        """The same participants, with the place of the word that stands for them as their evidence."""
        start, end = token.idx if start is None else start, token.end
        self._stands_for(start, end, found)
        return [
            Participant(
                country=p.country,
                body=p.body,
                sector=p.sector,
                name=p.name,
                office=p.office,
                text=self.text[start:end] if text is None else text,
                start=start,
                end=end,
            )
            for p in found
        ]


_COMPANY = frozenset({"guest", "host", "visitor"})
"""Nouns that, with an owner, mean the person whom he met."""


_STATES = frozenset({Kind.COUNTRY, Kind.CAPITAL, Kind.BODY})
"""Names of parties that no other can explain: 'Berlin, Germany' are one by their code."""

_CABINET = frozenset({"minister", "premier", "chancellor"})
"""Words of offices that only states have: a president may be a firm's, a secretary a club's."""


def _can_be(pronoun: str, parties: Sequence[Participant], head: Token | None) -> bool:
    """Whether a pronoun can stand for these parties, told by the phrase `head` (None: of a sentence before)."""
    person = any(p.name or p.office for p in parties)
    if pronoun in _PERSON_PRONOUNS:
        return person and len(parties) == 1
    if pronoun in _THING_PRONOUNS:
        return len(parties) == 1 and not parties[0].name and (head is None or head.tag != "NNS")
    return head is None or len(parties) > 1 or head.tag in ("NNS", "NNPS") or not person


_SUBJECTS = frozenset({"nsubj", "nsubjpass"})


def _agrees(pronoun: str, head: Token) -> bool:
    """Whether a phrase of which nothing is known agrees with a pronoun: in number, and a person's name for 'he'."""
    if pronoun in _PLURAL_PRONOUNS:
        return head.tag in ("NNS", "NNPS")
    return head.pos == "PROPN" if pronoun in _PERSON_PRONOUNS else head.tag in ("NN", "NNP")


def _overlap(some: Iterable[Participant], others: Sequence[Participant]) -> bool:
    return any((p.code, p.name) == (other.code, other.name) for p in some for other in others)


def _chosen(found: Sequence[tuple[int, int, Office]]) -> tuple[int, int, Office] | None:
    """The last of the offices, a weak one only if there is no other."""
    chosen = [span for span in found if not span[2].weak] or found
    return chosen[-1] if chosen else None


def _stands_for_another(head: Token) -> bool:
    return head.lower in word_list("national") or any(
        head.lemma in word_list(name) for name in ("states", "fighters", "bodies")
    )


def _is_place(head: Token) -> bool:
    return head.dep == "pobj" and head.head.lower in ("in", "at", "near", "outside", "inside", "across", "from", "to")


def _is_definite(head: Token) -> bool:
    return any(c.lower in ("the", "that", "this") for c in head.lefts)


_REALMS = {"kingdom": "kingdoms", "island": "islands"}
"""Nouns that only some states are called by -> the word list of their codes."""


def _stand_in(participant: Participant) -> tuple[Entry, Match]:
    """A party that other words stand for, as if it were named where they are."""
    entry = Entry(Kind.COUNTRY, participant.text, participant.country, participant.body)
    return entry, Match(participant.start, participant.end, participant.text, (entry,))


def _capital(token: Token) -> bool:
    return token.text[:1].isupper() and token.text not in word_list("calendar")


_BEFORE_HEAD = frozenset("amod compound nmod poss nummod quantmod npadvmod advmod neg case punct det".split())


def _left_edge(head: Token) -> int:
    """Index of the first token of the phrase before its head, without leading determiner or participle clause."""
    first = head.i
    if not head.lefts:
        return first
    for child in head.lefts:
        if child.dep in _BEFORE_HEAD:
            first = min(first, child.left_edge.i)
    for child in head.lefts:
        if child.dep == "amod" and child.tag == "VBD":  # the main verb, misread: the phrase begins behind it
            first = max(first, child.i + 1)
    while first < head.i and (
        head.tree[first].dep in ("punct", "cc", "det") or head.tree[first].lower in word_list("titles")
    ):
        first += 1
    return first


def _is_modifier(sentence: Sentence, match: Match) -> bool:
    root = sentence.tree.root_of(match.start, match.end)
    return root is not None and root.dep in ("amod", "compound", "nmod", "conj", "poss")
