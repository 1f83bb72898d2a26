"""Who says so: the speaker above an event's clause, 'according to', or the outlet that another quotes."""

from __future__ import annotations

from collections.abc import Iterator

from legation.knowledge import Kind
from legation.knowledge.words import word_list
from legation.records import Attribution, AttributionKind, Status
from legation.stages.enrich.actors import Sentence
from legation.stages.enrich.found import Found
from legation.stages.enrich.syntax import conjuncts, is_parted, prepositions, subject, surface_subject
from legation.stages.enrich.tree import Token

_MAX_HOPS = 6
_FINITE = frozenset({"VBD", "VBZ", "VBP", "VBN"})
"""VBN too: the tagger reads 'television reported' so."""
_JOINS = frozenset({"CC", "IN", "WDT", "WP", "WRB"})
"""'And', 'as', 'which' at the head of a clause: it tells something else."""
_TOLD = frozenset({"ccomp", "parataxis", "dep", "advcl", "xcomp"})
"""How what is said hangs on the verb of saying; of 'said earlier that' the parser hangs it on the adverb."""


def attributions(sentence: Sentence, event: Found) -> list[tuple[Attribution, int, int]]:
    """Sources of what is told of an event, with their offsets in the sentence; nearest clause first."""
    found: list[tuple[Attribution, int, int]] = []
    for verb, speaker in _speakers(sentence, event.predicate):
        for one in conjuncts(speaker):
            _add(found, sentence, one)
        for source in _cited(verb):
            _add(found, sentence, source)
    for according in sentence.tree.all_of("according"):
        for inner in according.children:
            if inner.lower == "to":
                for source in inner.children:
                    if source.dep == "pobj":
                        _add(found, sentence, source)
    if event.status is Status.DENIED and event.cause is not None and event.cause.pos == "VERB":
        denier = surface_subject(event.cause)  # 'Oman denied that they had met'
        if denier is not None:
            _add(found, sentence, denier)
    return found


def _speakers(sentence: Sentence, predicate: Token) -> Iterator[tuple[Token, Token]]:
    """Verbs of saying that hold for the predicate, each with who says it."""
    saying = word_list("attribution verbs")
    token = predicate
    for _ in range(_MAX_HOPS):
        head = token.head
        if token.dep == "ROOT":
            break
        if is_parted(token):
            break
        if (
            head.lemma in saying
            and head.pos in ("VERB", "AUX")
            and (
                token.dep in _TOLD or (token.dep == "advmod" and any(child.dep == "ccomp" for child in token.children))
            )
            and not (token.dep == "advcl" and any(child.dep == "mark" for child in token.children))
        ):
            speaker = subject(head) or surface_subject(head)
            if speaker is not None and speaker.i != token.i:
                yield head, speaker
        token = head
    for child in token.children:  # ', a source said' set apart, which the parser hangs on the main verb
        if child.dep == "parataxis" and child.lemma in saying:
            speaker = surface_subject(child)
            if speaker is not None:
                yield child, speaker
    for verb in sentence.tree.tokens[predicate.i + 1 :]:
        if verb.lemma in saying and verb.tag in _FINITE and (speaker := set_apart(verb)) is not None:
            yield verb, speaker


def set_apart(verb: Token) -> Token | None:
    """Who speaks in ', a source in the ministry told reporters.' at the end of a sentence, whatever the parser made of
    it: it likes to join the speaker to the last noun before the comma, and the verb to the first of the sentence."""
    said = ("ccomp",) if verb.lemma in word_list("telling") else ("ccomp", "dobj")
    if any(child.dep in said and child.i > verb.i for child in verb.children):
        return None
    tokens = verb.tree.tokens
    first = verb.i
    if tokens[first - 1].text == ",":  # 'the chief of staff, Jan Novak, said'
        first = _after_mark(tokens, first - 1) - 1
    first = _after_mark(tokens, first)
    speakers = tokens[first : verb.i]
    if first == 0 or not speakers or speakers[0].tag in _JOINS:
        return None
    inside = range(first, verb.i)
    if any((it.tag in _FINITE or it.dep == "mark") and not _describes(it, inside) for it in speakers):
        return None
    return next((it for it in speakers if it.pos in ("NOUN", "PROPN") and it.head.i not in inside), None)


def _describes(token: Token, inside: range) -> bool:
    """Whether a word belongs to what is said of a speaker: 'a London-based diplomat who asked not to be named said'."""
    return any(it.dep in ("relcl", "acl", "amod") and it.head.i in inside for it in (token, *token.ancestors))


def _after_mark(tokens: list[Token], before: int) -> int:
    """The index after the last comma or quotation mark before `before`; 0 where there is none."""
    return next((i + 1 for i in range(before - 1, -1, -1) if tokens[i].tag in (",", "''", "``")), 0)


def _cited(verb: Token) -> Iterator[Token]:
    """Whom the speaker quotes: 'the paper said, citing two aides', 'the paper quoted an aide as saying'."""
    quoting = [child for child in verb.children if child.dep == "advcl" and child.tag == "VBG"]
    for token in (verb, *quoting):
        if token.lemma in word_list("citing"):
            yield from (child for child in token.children if child.dep in ("dobj", "nsubjpass"))


def _add(found: list[tuple[Attribution, int, int]], sentence: Sentence, head: Token) -> None:
    first = min((t.i for t in head.lefts if t.dep not in ("relcl", "advcl", "mark")), default=head.i)
    first = min(
        first,
        min((t.left_edge.i for t in head.lefts if t.dep in ("amod", "compound", "poss", "nmod", "det")), default=first),
    )
    name = next((t for t in head.children if t.dep == "appos" and t.pos == "PROPN"), head)
    start, end = sentence.tree[first].idx, name.end
    text = sentence.text[start:end]
    if head.pos == "PRON":
        people = sentence.participants(head)
        known = len(people) == 1 and people[0].name is not None
        kind, country = (AttributionKind.NAMED, people[0].country) if known else (None, None)
    else:
        kind, country = _kind(sentence, head, first)
    if kind is not None and all(entry[0].text.casefold() != text.casefold() for entry in found):
        found.append((Attribution(kind=kind, text=text, country=country), start, end))


def _kind(sentence: Sentence, head: Token, first: int) -> tuple[AttributionKind | None, str | None]:
    lemma, media = head.lemma, word_list("media")
    match = sentence.match(head)
    before = sentence.tree.tokens[first : head.i]
    if match is not None and any(e.kind in _PRESS for e in match.entries):
        return AttributionKind.OUTLET, next((e.country for e in match.entries), None)
    people = sentence.participants(head)
    countries = {p.country for p in people if p.start == people[0].start}  # of 'both governments' there are two
    country = countries.pop() if len(countries) == 1 else None
    if lemma in media or (lemma == "agency" and any(it.lower == "news" for it in before)):
        return AttributionKind.OUTLET, country
    if match is None and lemma == "agency" and any(_is_press(sentence, it) for it in before):
        return AttributionKind.OUTLET, country
    if head.pos == "PROPN" and any(it.lemma in media or it.lower == "news" for it in before):
        return AttributionKind.OUTLET, country  # 'the newspaper al-Jarida', 'the Tunisian news agency TAP'
    if lemma in word_list("documents"):
        owner = next(
            (p for name, t in prepositions(head) if name in ("by", "from", "of") for p in sentence.participants(t)),
            None,
        )
        return AttributionKind.DOCUMENT, owner.country if owner is not None else country
    if lemma in word_list("always anonymous"):
        return AttributionKind.ANONYMOUS, country
    if lemma in word_list("speaking offices") or (head.pos == "PROPN" and lemma in word_list("organizations")):
        return AttributionKind.OFFICE, country  # 'the president's office', though it names him
    if people and people[0].name is not None:
        return AttributionKind.NAMED, country
    indefinite = head.tag == "NNS" or any(c.lower in ("a", "an", "one", "another") for c in head.lefts)
    if lemma in word_list("anonymous"):
        return (AttributionKind.ANONYMOUS if indefinite else AttributionKind.OFFICE), country
    if lemma in word_list("states") or any(p.code is not None or p.office is not None for p in people):
        return AttributionKind.OFFICE, country
    return (AttributionKind.ANONYMOUS if indefinite else None), country


_PRESS = frozenset({Kind.NEWS_AGENCY, Kind.OUTLET})


def _is_press(sentence: Sentence, token: Token) -> bool:
    match = sentence.match(token)
    return match is not None and any(entry.kind in _PRESS for entry in match.entries)
