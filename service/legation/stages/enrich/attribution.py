"""Who says so: the speaker above an event's clause, 'according to', or the outlet that another quotes."""

from __future__ import annotations

from legation.knowledge import Kind
from legation.knowledge.words import word_list
from legation.records import Attribution, AttributionKind
from legation.stages.enrich.actors import Sentence
from legation.stages.enrich.syntax import prepositions, subject, surface_subject
from legation.stages.enrich.tree import Token

_MAX_HOPS = 6


def attributions(sentence: Sentence, predicate: Token) -> list[tuple[Attribution, int, int]]:
    """Sources of what the predicate tells, with their offsets in the sentence; nearest clause first."""
    found: list[tuple[Attribution, int, int]] = []
    token = predicate
    for _ in range(_MAX_HOPS):
        head = token.head
        if token.dep == "ROOT":
            break
        if (
            head.lemma in word_list("attribution verbs")
            and head.pos in ("VERB", "AUX")
            and token.dep in ("ccomp", "parataxis", "dep", "advcl", "xcomp")
        ):
            speaker = subject(head) or surface_subject(head)
            if speaker is not None and speaker.i != token.i:
                _add(found, sentence, speaker)
        token = head
    for child in token.children:  # ', a source said' set apart, which the parser hangs on the main verb
        if child.dep == "parataxis" and child.lemma in word_list("attribution verbs"):
            speaker = surface_subject(child)
            if speaker is not None:
                _add(found, sentence, speaker)
    for other in sentence.tree:
        if other.lower == "according":
            for inner in other.children:
                if inner.lower == "to":
                    for source in inner.children:
                        if source.dep == "pobj":
                            _add(found, sentence, source)
    return found


def _add(found: list[tuple[Attribution, int, int]], sentence: Sentence, head: Token) -> None:
    first = min((t.i for t in head.lefts if t.dep not in ("relcl", "advcl", "mark")), default=head.i)
    first = min(
        first,
        min((t.left_edge.i for t in head.lefts if t.dep in ("amod", "compound", "poss", "nmod", "det")), default=first),
    )
    start, end = sentence.tree[first].idx, head.end
    text = sentence.text[start:end]
    if head.pos == "PRON":
        people = sentence.participants(head)
        if len(people) != 1 or people[0].name is None:
            return
        attribution = Attribution(kind=AttributionKind.NAMED, text=text, country=people[0].country)
        found.append((attribution, start, end))
        return
    kind, country = _kind(sentence, head, first)
    if kind is not None and all(entry[0].text != text for entry in found):
        found.append((Attribution(kind=kind, text=text, country=country), start, end))


def _kind(sentence: Sentence, head: Token, first: int) -> tuple[AttributionKind | None, str | None]:
    lemma = head.lemma
    match = sentence.match(head)
    if match is not None and any(e.kind in (Kind.NEWS_AGENCY, Kind.OUTLET) for e in match.entries):
        return AttributionKind.OUTLET, next((e.country for e in match.entries), None)
    if match is None:
        for index in range(first, head.i):
            inner = sentence.match(sentence.tree[index])
            if (
                inner is not None
                and lemma in ("agency", "newspaper", "news", "daily", "radio", "television", "tv")
                and any(e.kind in (Kind.NEWS_AGENCY, Kind.OUTLET) for e in inner.entries)
            ):
                return AttributionKind.OUTLET, None
    people = sentence.participants(head)
    country = people[0].country if people else None
    if lemma in word_list("documents"):
        owner = next(
            (p for name, t in prepositions(head) if name in ("by", "from", "of") for p in sentence.participants(t)),
            None,
        )
        return AttributionKind.DOCUMENT, owner.country if owner is not None else country
    if lemma in word_list("always anonymous"):
        return AttributionKind.ANONYMOUS, country
    if people and people[0].name is not None:
        return AttributionKind.NAMED, country
    if lemma in word_list("anonymous"):
        indefinite = head.tag == "NNS" or any(c.lower in ("a", "an", "one", "another") for c in head.lefts)
        return (AttributionKind.ANONYMOUS if indefinite else AttributionKind.OFFICE), country
    if people:
        return AttributionKind.OFFICE, country
    if lemma in ("agency", "newspaper", "daily", "radio", "television", "broadcaster", "magazine", "media"):
        return AttributionKind.OUTLET, None
    return None, None
