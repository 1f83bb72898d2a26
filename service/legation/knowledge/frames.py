"""The verb frames: which words tell of which event, and who fills its roles. The frames themselves are data.

One file a PLOVER type, `knowledge/data/frames.<type>.tsv` (`frames.none.tsv` holds look-alikes that are no event, which
shadow weaker frames). A line is a frame; its columns:

`pattern`   the words, parts joined by ` + `. The first part is the predicate, the others narrow it:
            `v:meet|confer`       a verb by lemma; after a space its particle (`v:cut|call off`, `v:call for|on`)
            `v:not hesitate`      one that is denied
            `n:talks|summit`      a noun by lemma
            `a:critical of`       an adjective as predicate (`is critical of`), with its preposition
            `o:sanction|embargo`  the head of its object (in a passive its subject; of `call for` what follows), `*`
            any, `<person>` anyone with a name or office
            `s:court|judge`       the head of its subject
            `p:on|against`        it has one of these prepositions
            `x:meet|talk`         the verb of its clausal complement; `x:*` any
            `c:must|need`         its clausal complement has a subject of its own, and this modal or, as in `needs to`,
            this verb; `c:<base>` no auxiliary and a verb in its base form ('that it leave'), `c:*` any
            `i:meet|talk`         the verb of an infinitive that completes it; `i:*` any
            `w:blue|helmet`       a word anywhere in the object's phrase; `w:not fair` one that is denied there
            `@name`               a word list of `frames.lists.tsv`, where lemmas stand
`mode`      PLOVER mode or empty
`roles`     `subj>obj,on` (who acts, on whom; slots tried from left) or `subj=obj,with` (equals; all slots count).
            Slots: `subj`, `obj`, a preposition, `poss`, `mod` (a nationality before a noun), `gov` (the subject of the
            verb that a noun hangs on), `comp` (its complement's subject), `*` any preposition but of time or place.
            A `!` at the end: nobody else, whoever is named near ('called for an Iraqi constitution' asks nobody)
`needs`     `actor`, `recipient`, `both`: which roles must be a party known to us for the frame to hold; empty: either
`status`    overrides `occurred`: `planned`, `proposed`, `cancelled`, ...
`plover`    the strict PLOVER type where it differs from the file's (signing: AGREE here, SUPPORT in PLOVER)
`cameo`     the CAMEO code where finer than the type's own
`example`   a sentence that the frame reads; it is a test
`parties`   what it must read there: `FRA>DEU`, equals as `JPN+KOR=`, nobody as `FRA>`; bodies by their code
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from legation.knowledge.manifest import packaged_rows
from legation.knowledge.tables import Row
from legation.records import EventType, Status
from legation.vocabulary import MODES

_COLUMNS = ("pattern", "mode", "roles", "needs", "status", "plover", "cameo", "example", "parties")


Needs: TypeAlias = tuple[frozenset[str], ...]
"""Groups of word forms, of each of which a sentence must hold one."""

ANY_OBJECT = frozenset({"*", "<person>"})
"""Objects of a pattern that stand for many: any at all, and anyone named or in office."""

_NO_WORDS = ANY_OBJECT | {"<base>"}
"""What no sentence need hold."""


@dataclass(frozen=True, slots=True)
class Slots:
    """Who fills the roles: slot names in the order they are tried; `equal` where all take part alike, `closed` where
    no recipient is looked for elsewhere.
    """

    actor: tuple[str, ...]
    recipient: tuple[str, ...]
    equal: bool
    closed: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """One line of a frame file. `type` is None in the look-alikes."""

    name: str
    type: EventType | None
    part: str
    """v, n or a: what part of speech the predicate is."""
    lemma: str
    particle: str | None
    objects: frozenset[str]
    subjects: frozenset[str]
    prepositions: frozenset[str]
    complements: frozenset[str]
    clauses: frozenset[str]
    infinitives: frozenset[str]
    words: frozenset[str]
    mode: str | None
    slots: Slots
    needs: str
    status: Status
    plover: EventType | None
    cameo: str | None
    example: str
    parties: str
    denies: bool
    """Whether its words are those that are denied ('not fair')."""
    negated: bool
    """Whether it is told by denying its predicate ('will not hesitate to strike')."""
    needed: tuple[frozenset[str], ...]
    """Words or lemmas of each of which the sentence must hold one: cheaper to ask than whether they stand right."""

    @property
    def specificity(self) -> int:
        """How narrow the frame is: of several that fit the narrowest is read. Objects say more than prepositions."""
        return (
            (1 if self.objects <= ANY_OBJECT else 4) * bool(self.objects)
            + 3 * bool(self.complements or self.infinitives or self.clauses)
            + 2 * bool(self.particle)
            + 2 * bool(self.words)
            + 2 * bool(self.subjects)
            + bool(self.prepositions)
        )


DEFAULT_ROLES = {"v": "subj>obj,*", "n": "by,poss,mod,gov>on,against,to,with,*", "a": "subj>*"}
"""Roles of a frame that tells none, by part of speech. `mod`: a nationality before the noun; `gov`: the subject of the
verb that the noun hangs on."""


class Frames:
    """The frames of one lemma, the narrowest first, and which of them each word beside it may belong to."""

    __slots__ = ("_alone", "_beside", "all")

    def __init__(self, frames: Iterable[Frame]) -> None:
        """Sort and index `frames`."""
        self.all = tuple(sorted(frames, key=lambda frame: -frame.specificity))
        self._alone = [at for at, frame in enumerate(self.all) if not frame.needed]
        self._beside: dict[str, list[int]] = {}
        for at, frame in enumerate(self.all):
            for word in frame.needed[0] if frame.needed else ():
                self._beside.setdefault(word, []).append(at)

    def beside(self, words: Set[str]) -> Iterator[Frame]:
        """Those that a sentence of these words and lemmas has all needed words of: a tenth, in news."""
        places = set(self._alone).union(*(self._beside[word] for word in self._beside.keys() & words))
        for frame in map(self.all.__getitem__, sorted(places)):
            if not any(map(words.isdisjoint, frame.needed[1:])):
                yield frame


@dataclass(frozen=True, slots=True)
class FrameIndex:
    """All frames by part of speech and lemma."""

    verbs: Mapping[str, Frames]
    nouns: Mapping[str, Frames]
    adjectives: Mapping[str, Frames]

    def all(self) -> Iterable[Frame]:
        """Every frame, each lemma of a pattern being one."""
        for table in (self.verbs, self.nouns, self.adjectives):
            for frames in table.values():
                yield from frames.all


@cache
def load_frames() -> FrameIndex:
    """Read and check all frame files.

    Raises:
        KnowledgeError: a line is not a frame.
    """
    lists = {row.text("name"): row.text("words") for row in packaged_rows("frames.lists.tsv", ("name", "words"))}
    tables: dict[str, dict[str, list[Frame]]] = {"v": {}, "n": {}, "a": {}}
    for kind in ("none", *(kind.lower() for kind in EventType)):
        for row in packaged_rows(f"frames.{kind}.tsv", _COLUMNS):
            for frame in read_frames(kind, row, lists):
                tables[frame.part].setdefault(frame.lemma, []).append(frame)
    return FrameIndex(*({lemma: Frames(frames) for lemma, frames in tables[part].items()} for part in "vna"))


@cache
def triggers() -> Mapping[str, tuple[Needs, ...]]:
    """Every word form, in lower case, that may be the predicate of a frame, and what its frames need beside it: of each
    group of forms one in the same sentence.
    """
    irregular = {row.text("lemma"): row.many("forms") for row in packaged_rows("irregular.tsv", ("lemma", "forms"))}

    def forms(lemma: str, parts: str) -> set[str]:
        return {form for part in parts for form in _forms(lemma, part)}.union(irregular.get(lemma, ()))

    @cache
    def any_of(words: frozenset[str]) -> frozenset[str]:
        return frozenset[str]().union(*(forms(word.rpartition("-")[2], "vna") for word in words))

    found: dict[str, set[Needs]] = {}
    for frame in load_frames().all():
        if frame.type is not None:
            needs = tuple(any_of(words) for words in frame.needed if _MONEY.isdisjoint(words))
            for form in forms(frame.lemma, frame.part):
                found.setdefault(form, set()).add(needs)
    return {form: _joined(frozenset(needs)) for form, needs in found.items()}


@cache  # the forms of a word share it
def _joined(needs: frozenset[Needs]) -> tuple[Needs, ...]:
    """The same in fewer groups: those that stand alone become one, and none is needed where a frame needs none."""
    if () in needs:
        return ((),)
    alone = frozenset[str]().union(*(one for one, *others in needs if not others))
    return (alone,), *(groups for groups in needs if len(groups) > 1)


_MONEY = frozenset("$€£")
"""Words of patterns that are no words."""


def may_tell(words: Iterable[str]) -> bool:
    """Whether a sentence of these words, in lower case, holds all words of a frame: if not, it tells of no event."""
    frames = triggers()
    around = set(words)
    for word in around & frames.keys():
        for needs in frames[word]:
            if not any(map(around.isdisjoint, needs)):
                return True
    return False


_ENDINGS = {"v": ("ed", "ing"), "n": (), "a": ("er", "est")}


def _forms(lemma: str, part: str) -> Iterable[str]:
    """The regular forms of a word, and a few that do not exist: a wrong one costs nothing."""
    soft = lemma[:-1] + "i" if lemma.endswith("y") and lemma[-2:-1] not in ("a", "e", "o", "u", "") else lemma
    stems = (lemma, soft, lemma.removesuffix("e"), lemma + lemma[-1])
    yield from (lemma, lemma + "s", soft + "es")
    yield from (stem + ending for stem in stems for ending in _ENDINGS[part])


def read_frames(kind: str, row: Row, lists: Mapping[str, str]) -> tuple[Frame, ...]:
    """The frames of one line, one a lemma; `kind` is that of the file, `lists` the word lists that patterns name.

    Raises:
        KnowledgeError: the line is not a frame.
    """
    try:
        return tuple(_frames(kind, row, lists))
    except ValueError as error:
        row.fail("pattern", str(error))


def _frames(kind: str, row: Row, lists: Mapping[str, str]) -> Iterable[Frame]:
    predicate, *rest = row.text("pattern").split(" + ")
    head, *particles = predicate.replace(":not ", ":").split(" ")
    part, lemmas = _words(head, lists)
    predicates = [
        (lemma, particle) for lemma in lemmas for particle in (particles[0].split("|") if particles else [""])
    ]
    if part not in DEFAULT_ROLES:
        raise ValueError(f"a pattern begins with v:, n: or a:, not {head!r}")
    narrow: dict[str, frozenset[str]] = {}
    for element in rest:
        letter, words = _words(element, lists)
        if letter not in "ospxciw" or letter in narrow:
            raise ValueError(f"cannot read {element!r}")
        narrow[letter] = frozenset(words)
    cell = row.values
    kind_of_event = None if kind == "none" else EventType(kind.upper())
    if cell["mode"] and cell["mode"] not in (MODES.get(kind_of_event, ()) if kind_of_event else ()):
        raise ValueError(f"{kind} has no mode {cell['mode']!r}")
    if cell["needs"] not in ("", "actor", "recipient", "both"):
        raise ValueError(f"needs {cell['needs']!r} is not actor, recipient or both")
    if len(particles) > 1:
        raise ValueError(f"one group of particles, not {particles}")
    plain = (frozenset(word.removeprefix("not ") for word in words) for words in narrow.values())
    needed = tuple(words for words in plain if words.isdisjoint(_NO_WORDS))
    for lemma, particle in predicates:
        yield Frame(
            name=".".join(filter(None, (kind, str(row.line), lemma, particle))),
            type=kind_of_event,
            part=part,
            lemma=lemma,
            particle=particle or None,
            objects=narrow.get("o", frozenset()),
            subjects=narrow.get("s", frozenset()),
            prepositions=narrow.get("p", frozenset()),
            complements=narrow.get("x", frozenset()),
            clauses=narrow.get("c", frozenset()),
            infinitives=narrow.get("i", frozenset()),
            words=narrow.get("w", frozenset()),
            denies=any(word.startswith("not ") for word in narrow.get("w", ())),
            negated=":not " in predicate,
            mode=row.optional("mode"),
            slots=_slots(cell["roles"] or DEFAULT_ROLES[part]),
            needs=cell["needs"],
            status=Status(cell["status"] or "occurred"),
            plover=EventType(cell["plover"]) if cell["plover"] else None,
            cameo=row.optional("cameo"),
            example=cell["example"],
            parties=cell["parties"],
            needed=(*needed, frozenset({particle})) if particle else needed,
        )


def _words(element: str, lists: Mapping[str, str]) -> tuple[str, list[str]]:
    letter, colon, words = element.partition(":")
    if not colon or not words:
        raise ValueError(f"cannot read {element!r}: letter, colon, words")
    out: list[str] = []
    for word in words.split("|"):
        if word.startswith("@") and word[1:] not in lists:
            raise ValueError(f"there is no list {word[1:]!r}")
        out += lists[word[1:]].split("|") if word.startswith("@") else [word]
    return letter.strip(), out


def _slots(roles: str) -> Slots:
    mark = "=" if "=" in roles else ">"
    left, found, right = roles.rstrip("!").partition(mark)
    if not found:
        raise ValueError(f"roles {roles!r} have neither > nor =")
    return Slots(
        tuple(filter(None, left.split(","))), tuple(filter(None, right.split(","))), mark == "=", roles.endswith("!")
    )
