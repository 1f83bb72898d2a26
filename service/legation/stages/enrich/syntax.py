"""Who stands where around a predicate: logical subject, object and prepositions, whatever the voice or the clause.

Works on spaCy's English labels (ClearNLP style: nsubj, nsubjpass, dobj, dative, prep, pobj, pcomp, agent, xcomp, ccomp,
advcl, acl, relcl, poss, amod, compound, nmod, appos, conj).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from legation.knowledge.words import word_list
from legation.stages.enrich.tree import Token

_MAX_HOPS = 8
"""How far a missing subject is looked for up the tree; real chains end after three, parser errors may circle."""


_RELATIVE = frozenset({"who", "which", "that", "whom"})


def is_passive(verb: Token) -> bool:
    """Passive with or without auxiliary: 'was expelled', '(talks) held by'."""
    if is_misread(verb):
        return False
    if any(child.dep in ("auxpass", "nsubjpass") for child in verb.children) or is_caused(verb):
        return True
    if verb.tag != "VBN" or any(child.dep in ("nsubj", "dobj") or child.lower in _HAVE for child in verb.children):
        return False
    if verb.lemma in word_list("never suffered") or _is_asking(verb):
        return False
    if verb.dep == "conj" and verb.head.pos in ("VERB", "AUX") and verb.head.i < verb.i:
        return is_passive(verb.head)
    return verb.dep in ("acl", "amod", "advcl")


def _is_asking(verb: Token) -> bool:
    """'Vietnam's envoy called on China to leave', where the parser reads a verb of the past as describing him."""
    asks = verb.dep == "acl" and verb.lemma in word_list("asking")
    return asks and any(c.dep == "xcomp" for c in verb.children) and any(c.dep == "prep" for c in verb.children)


def is_caused(verb: Token) -> bool:
    """'Ordered the assets frozen': done to what stands before it, by who orders it."""
    return _orderer(verb) is not None


def _orderer(verb: Token) -> Token | None:
    """The verb that orders it, which the parser also reads as ordering what it describes ('ordered the spy freed')."""
    if verb.tag not in ("VBN", "VBD") or verb.dep not in ("ccomp", "acl"):
        return None
    described = verb.dep == "acl" and verb.head.dep == "dobj"
    orders = verb.head.head if described else verb.head
    ordered = described and any(c.dep == "ccomp" for c in orders.children)  # 'ordered the ship seized in May released'
    tensed = any(c.dep in ("aux", "mark") for c in verb.children)
    return None if orders.lemma != "order" or ordered or tensed else orders


_HAVE = frozenset({"have", "has", "had", "having", "'ve"})


def subject(verb: Token, hops: int = 0) -> Token | None:
    """The head of what does the verb, found through conjunction, control, relative and participle clauses."""
    if hops > _MAX_HOPS:
        return None
    if is_passive(verb):
        return _agent(verb)
    return surface_subject(verb, hops)


def is_parted(clause: Token) -> bool:
    """Whether a semicolon stands between a clause and the verb that the parser hung it on: 'Chad accused Sudan of a
    raid; Khartoum denied it' is two sentences. So is what stands before a verb that has something else to complete it
    ('Chad left after Sudan, its neighbour, refused to yield').
    """
    head = clause.head
    if clause.dep != "ccomp" or clause.i > head.i:
        return False
    complete = any(c.dep == "xcomp" for c in head.children) and any(c.dep == "nsubj" for c in clause.children)
    return complete or any(token.text == ";" for token in clause.tree.tokens[clause.i : head.i])


def is_misread(verb: Token) -> bool:
    """A main verb that the parser hung on its object as if it described it: 'Eritrea barred observers', 'Chad massed
    troops'.
    """
    if verb.dep != "amod" or verb.tag not in ("VBD", "VBN"):
        return False
    return verb.tag == "VBD" or (verb.head.dep == "ROOT" and _misread_subject(verb) is not None)


def _antecedent(verb: Token, pronoun: Token) -> Token | None:
    """What 'who', 'which' or 'that' stands for; of 'said in a letter that denounced', which is parsed as what was said,
    the noun before it.
    """
    if pronoun.lower not in _RELATIVE or verb.dep == "relcl":
        return verb.head if pronoun.lower in _RELATIVE else None
    before = pronoun.tree[max(pronoun.i - 1, 0)]
    return before if pronoun.tag == "WDT" and before.pos == "NOUN" else None


def _misread_subject(verb: Token) -> Token | None:
    before = verb.tree[max(verb.i - 1, 0)]
    named = before.pos == "PROPN" and before.dep in ("npadvmod", "nmod", "compound")
    return before if named and before.head in (verb, verb.head) else None


def _unknown_name(verb: Token) -> Token | None:
    """'Nauru lodged a complaint', where the parser does not know the name and takes it for an adverb."""
    first, before = verb.tree[0], verb.tree[max(verb.i - 1, 0)]
    if verb.dep == "ROOT" and first.dep == "intj" and first.head is verb and first.tree[1].text != ",":
        return first  # 'Nauru on Monday switched'
    adverb = before.head is verb and before.pos == "PROPN" and before.dep in ("advmod", "npadvmod")
    return before if adverb and verb.dep == "ROOT" and before.text not in word_list("calendar") else None


def _swallowed(verb: Token) -> Token | None:
    """'On Tuesday Yemen freed', 'after years of talks Oman and Yemen agreed': without a comma the parser takes the
    subject for the end of the phrase before it.
    """
    first = next((c for c in verb.lefts if c.dep in ("aux", "auxpass", "neg", "advmod")), verb)
    opening = next((c for c in verb.lefts if c.dep == "prep" and c.subtree[-1].i + 1 == first.i), None)
    while opening is not None:
        name = next((c for c in opening.children if c.dep == "pobj"), None)
        if name is None:
            return None
        before = name.lefts[0] if name.lefts else None
        common = before is not None and (before.tag in ("NNS", "NN") or before.text in word_list("calendar"))
        if name.pos == "PROPN" and common:
            return name
        opening = next((c for c in name.children if c.dep == "prep"), None)
    return None


def _is_adverbial(clause: Token) -> bool:
    """'December, when they met', 'the city where they met': the noun before is no party."""
    return any(child.lower in ("when", "where", "why", "how") for child in clause.children)


def _agent(verb: Token) -> Token | None:
    """By whom; in 'were detained and beaten by the police' both were done by the last."""
    for child in verb.children:
        if child.dep == "agent" or (child.dep == "prep" and child.lower == "by"):
            return next((c for c in child.children if c.dep == "pobj"), None)
    orders = _orderer(verb)
    if orders is not None:
        return subject(orders)
    for name, noun in prepositions(verb):  # 'was hit with sanctions by Chad', where 'by' hangs on the sanctions
        if name in _BEFORE_AGENT and noun.dep == "pobj":
            for child in noun.children:
                if child.dep == "prep" and child.lower == "by":
                    return next((c for c in child.children if c.dep == "pobj"), None)
    given = next((c for c in verb.children if c.dep == "dobj"), None)
    for name, giver in prepositions(given) if given is not None else ():
        if name == "by" and giver.pos == "PROPN":
            return giver  # 'was granted a loan by Egypt'
    joined = (c for c in verb.children if c.dep == "conj" and c.tag == "VBN")
    return next((agent for other in joined if (agent := _agent(other)) is not None), None)


_BEFORE_AGENT = frozenset({"with", "of", "out"})


def surface_subject(verb: Token, hops: int = 0) -> Token | None:
    """The grammatical subject, own or shared; of a passive this is who it is done to."""
    if hops > _MAX_HOPS:
        return None
    for child in verb.children:
        if child.dep in ("nsubj", "nsubjpass") and child.lower != "whom":
            described = _antecedent(verb, child)
            return _titled(child) if described is None else issuer(described, hops) or described
    unknown = _unknown_name(verb) or (_swallowed(verb) if verb.dep == "ROOT" else None)
    if unknown is not None:
        return unknown
    for child in verb.children:
        if child.dep == "csubj" and child.tag == "VBG":  # 'Visiting intelligence chief X met Y', read as a clause
            return next((c for c in child.children if c.dep == "dobj"), None)
    head = verb.head
    if is_misread(verb):
        before = (c for c in reversed(head.lefts) if c.i < verb.i and c.pos in ("PROPN", "NOUN"))
        return _misread_subject(verb) or next(before, None)
    if head == verb:  # the root is its own head (spaCy makes a new object at each access)
        return None
    match verb.dep:
        case "conj":
            if head.pos not in ("VERB", "AUX"):
                return None
            dated = _dated(verb)
            return dated or surface_subject(head.head if _is_also_said(verb) else head, hops + 1)
        case "xcomp" | "ccomp":
            if head.lemma in word_list("object control") and not is_passive(head):
                controlled = next((c for c in head.children if c.dep in ("dobj", "dative")), None)
                if controlled is not None:
                    return controlled
            return surface_subject(head, hops + 1) if head.pos in ("VERB", "AUX") else _holder(head, hops)
        case "advcl":
            return surface_subject(head, hops + 1)
        case "acl" | "relcl" if verb.tag == "VB" and is_unique(head) and head.dep in ("attr", "pobj"):
            return _described(head, hops)
        case "relcl":
            return None if _is_adverbial(verb) else head
        case "acl":
            if verb.tag == "VBG":
                return issuer(head, hops) or head
            return head if verb.tag in ("VBN", "VBD") else _holder(head, hops)
        case "pcomp":
            anchor = head.head
            if anchor.pos in ("VERB", "AUX"):
                if head.lower in ("of", "for", "from") and anchor.lemma in word_list("object control"):
                    target = patient(anchor)
                    if target is not None:
                        return target
                return surface_subject(anchor, hops + 1)
            return _holder(anchor, hops)
        case "dep" | "prep" | "amod" | "acomp" if head.pos in ("VERB", "AUX"):
            return surface_subject(head, hops + 1)
    return None


def _titled(title: Token) -> Token:
    """'Presidents Obama and Medvedev signed', where the parser takes the title for a subject of its own."""
    if title.tag != "NNS":
        return title
    names = (c for c in title.head.children if c.dep == title.dep and c.pos == "PROPN")
    return next((c for c in names if c.left_edge.i == title.i + 1), title)


def _dated(verb: Token) -> Token | None:
    """'Left after a blast at a camp in Niger killed two', where the parser ends the clause with the blast."""
    above = verb.tree[verb.i - 1]
    joined = any(c.dep == "cc" and c.i < verb.i for c in verb.head.children) or above.pos in ("PUNCT", "CCONJ", "ADV")
    while not joined and above.i > verb.head.i:
        if above.dep == "pobj" and above.head.lower in word_list("dating") and above.subtree[-1].i + 1 == verb.i:
            return above
        above = above.head
    return None


def _is_also_said(verb: Token) -> bool:
    """'Said the decision was unfortunate and accused India': who spoke goes on speaking, for a decision does not, where
    the parser joins the verb to what was said.
    """
    first = verb.head
    told = first.dep == "ccomp" and first.head.lemma in word_list("saying") and first.head.tag == verb.tag
    own = next((c for c in first.children if c.dep in ("nsubj", "nsubjpass")), None) if told else None
    return own is not None and own.lemma in word_list("mute") and verb.lemma in word_list("speaking")


def _described(noun: Token, hops: int) -> Token | None:
    """Who is said to be it: 'is (among) the first to visit', 'was cheered as the first leader to visit'."""
    verb = governor(noun)
    if verb is None or (noun.dep == "pobj" and noun.head.lower not in ("as", "among")):
        return noun
    own = noun.dep == "attr" or verb.lemma == "be" or is_passive(verb)
    head = surface_subject(verb, hops + 1) if own else patient(verb, hops + 1)
    return noun if head is None or head.pos == "PRON" else head


def issuer(noun: Token, hops: int = 0) -> Token | None:
    """Who says or orders what an instrument does: 'passed a law barring', 'said in a letter urging'. None: it
    is no instrument, or somebody else's ('criticised a law barring').
    """
    if noun.lemma not in word_list("instruments"):
        return None
    verb = governor(noun)
    spoken = verb is not None and noun.dep == "pobj" and noun.head.head is verb and verb.lemma in word_list("saying")
    if verb is not None and (spoken or verb.lemma in word_list("issuing")):
        return subject(verb, hops + 1)
    return next((c for c in noun.children if c.dep == "poss"), None)


def _holder(noun: Token, hops: int) -> Token | None:
    """Whose plan, hope or decision it is: 'Iran's plan to', 'expressed hope for', 'the ability of X to'."""
    for child in noun.children:
        if child.dep == "poss":
            return child
    for child in noun.children:
        if child.dep == "prep" and child.lower in ("by", "of"):
            return next((c for c in child.children if c.dep == "pobj"), None)
    verb = governor(noun)
    return subject(verb, hops + 1) if verb is not None else None


def governor(noun: Token) -> Token | None:
    """The verb that a noun depends on, through conjunction, transparent nouns and at most two prepositions."""
    token = noun
    for _ in range(_MAX_HOPS):
        if token.dep == "ROOT":
            return None
        head = token.head
        if head.pos in ("VERB", "AUX"):
            return head
        if token.dep in ("conj", "pobj", "prep", "compound", "appos", "pcomp"):
            token = head
            continue
        return None
    return None


def clause_of(predicate: Token) -> Token | None:
    """The verb of the clause that tells of an event; None for a noun that only dates it ('left after a visit to')."""
    if predicate.pos in ("VERB", "AUX"):
        return predicate
    for token in (predicate, *predicate.ancestors):
        if token.pos in ("VERB", "AUX"):
            break
        if token.dep == "prep" and token.lower in word_list("dating"):
            return None
    return governor(predicate)


def has_subject(verb: Token) -> bool:
    """Whether a verb has a subject of its own."""
    return any(child.dep in ("nsubj", "nsubjpass") for child in verb.children)


def settings_of(clause: Token) -> Iterator[Token]:
    """Participles that say what its subject was doing at the time: 'Speaking in Ankara, he accused', 'the minister,
    speaking there, accused', 'leaders meeting there accused'."""
    for child in clause.children:
        if child.dep == "advcl" and child.tag == "VBG" and not has_subject(child):
            yield child
        elif child.dep == "nsubj":
            yield from (inner for inner in child.children if inner.dep == "acl" and is_setting(inner))


def is_setting(verb: Token) -> bool:
    """Whether a participle behind a subject says what it was doing at the time."""
    return verb.tag == "VBG" and (verb.lemma in word_list("settings") or verb.tree[verb.i - 1].text == ",")


def misread_setting(verb: Token) -> Token | None:
    """The setting of 'leaders meeting in Rome pledged' where the parser takes it for the verb of the sentence."""
    above = verb.head
    is_main = verb.tag == "VBD" and above.dep == "ROOT" and above is not verb and not has_subject(verb)
    return above if is_main and is_setting(above) else None


def patient(verb: Token, hops: int = 0) -> Token | None:
    """The head of what the verb is done to: its object, or the subject of a passive."""
    if hops > _MAX_HOPS:
        return None
    if is_misread(verb):
        return verb.head
    if is_passive(verb):
        given = next((c for c in verb.children if c.dep == "dobj" and verb.tree[c.left_edge.i - 1].text != ","), None)
        if given is not None:
            return given  # 'Mali was given a week': who gets it is the subject
        own = next((c for c in verb.children if c.dep == "nsubjpass" or (c.dep == "nsubj" and is_caused(verb))), None)
        if own is not None:
            return verb.head if own.lower in _RELATIVE and verb.dep == "relcl" else own
        if verb.dep in ("acl", "amod"):
            return verb.head
        if verb.dep == "conj" and verb.head.pos == "VERB":
            return surface_subject(verb.head)
        return surface_subject(verb)
    for dep in ("dobj", "dative", "attr", "oprd"):
        for child in verb.children:
            if child.dep == dep and child.pos not in ("ADP", "PART"):
                if child.lower in _RELATIVE and verb.dep == "relcl":
                    return verb.head
                return next((c for c in verb.children if first_object(c) is child), child)
    for child in verb.children:
        if child.dep == "ccomp" and (child.pos in ("ADJ", "ADP", "ADV") or child.lower == "packing"):
            own = next((c for c in child.children if c.dep == "nsubj"), None)
            if own is not None:
                return own  # 'made files available', 'let the trucks through', 'sent four envoys packing'
        if child.dep == "ccomp" and child.pos == "NOUN" and verb.lemma == "let":
            return child  # 'let the prisoners out'
        what = child.dep == "ccomp" and any(c.lower == "what" for c in child.children)
        if what and (called := _called(child)) is not None:
            return called
    described = verb.dep == "relcl" and verb.head.pos in ("NOUN", "PROPN") and not _is_adverbial(verb)
    if described and any(c.dep == "nsubj" and c.lower not in _RELATIVE for c in verb.children):
        return verb.head  # 'the diplomat (whom) Iran expelled'
    shared = [c for c in verb.children if c.dep == "conj" and c.pos == "VERB"]
    for child in shared:  # 'condemned and rejected the plan': the object hangs on the last verb
        if not any(c.dep in ("nsubj", "nsubjpass", "mark") for c in child.children) and child.i - verb.i <= 2:
            return patient(child, hops + 1)
    # 'summoned Ambassador Cheng Yonghua', where the parser does not know the name
    unknown = (c for c in verb.children if c.dep == "npadvmod" and c.pos == "PROPN" and c.i > verb.i)
    return next((c for c in unknown if c.text not in word_list("calendar")), None)


def is_unique(noun: Token) -> bool:
    """Whether an infinitive behind a noun tells what was done: 'the first president to visit', 'the first to visit'."""
    words = (noun, *noun.children)
    return any(it.tag == "JJS" or it.lower in word_list("unique") or _ORDINAL.fullmatch(it.lower) for it in words)


_ORDINAL = re.compile(r"\d+(st|nd|rd|th)")


def _called(verb: Token) -> Token | None:
    """'(denounced) what it called a coup', 'what he described as meddling': the thing, by somebody's name for it."""
    named = (c for c in verb.children if c.dep in ("oprd", "dobj", "attr") and c.pos in ("NOUN", "PROPN"))
    return next(named, None) or next((head for name, head in prepositions(verb) if name == "as"), None)


def first_object(noun: Token) -> Token | None:
    """Of two objects side by side the first: who gets what the second names ('gave Hamas a week')."""
    if noun.dep != "dobj":
        return None
    first = noun.left_edge.i - 1
    return next(
        (c for c in noun.head.children if c.i == first and c.dep == "dobj" and c.pos in ("PROPN", "NOUN")), None
    )


def prepositions(token: Token) -> Iterator[tuple[str, Token]]:
    """(preposition, head of its object) attached to a token, 'according to' and the like as their last word."""
    for child in token.children:
        described = child.dep in ("oprd", "acomp", "advcl") and child.tag == "JJ" and token.lemma != "be"
        if child.dep in ("prt", "advmod", "intj") or described:
            yield from prepositions(child)  # 'fell back from', 'said sorry to', 'arrived unannounced in'
        elif child.dep == "acl" and child.tag == "VBN":  # 'a truce brokered by Oman between'
            for inner in child.subtree:
                if inner.lower == "between":
                    yield from ((inner.lower, c) for c in inner.children if c.dep == "pobj")
        elif child.lower == "according":
            continue  # who is behind it says so, and takes no part
        elif child.dep in ("prep", "dative") and child.pos in ("ADP", "SCONJ", "VERB", "PART", "ADV"):
            for inner in child.children:
                if inner.dep in ("pobj", "pcomp"):
                    yield child.lower, inner
                elif inner.dep == "prep":  # 'out of', 'because of', 'from across'
                    for last in inner.children:
                        if last.dep == "pobj":
                            yield inner.lower, last


def is_wish(clause: Token) -> bool:
    """'(called) for Chad to withdraw': what the parser takes for a purpose is what is wanted, and of whom."""
    return clause.dep == "advcl" and {"mark", "nsubj", "aux"} <= {
        c.dep for c in clause.children if c.dep != "mark" or c.lower == "for"
    }


def conjuncts(head: Token) -> list[Token]:
    """The head and what is listed with it: 'Japan, China and Korea' gives three tokens, as does a headline's list
    without 'and' ('Iran, Iraq sign pact'), whose first names the parser hangs on the verb.
    """
    found = [head]
    if head.dep in ("nsubj", "nsubjpass"):
        found += [c for c in head.head.lefts if _is_listed_before(c, head) or _is_listed_before(head, c)]
    elif head.dep == "ROOT" and any(c.dep == "relcl" and c.tag == "VB" for c in head.children):
        found += [c for c in head.children if c.dep == "appos" and c.pos == "PROPN"]  # 'Sudan, Egypt to resume talks'
    for token in found:
        if len(found) > 40:  # tables read as lists
            break
        found += [c for c in token.children if c.dep == "conj" and c not in found]
        # In 'minister Kono and his counterparts' the list hangs on the name.
        names = [c for c in token.children if c.dep == "appos" and c.left_edge.i == token.i + 1]
        found += [c for name in names for c in name.children if c.dep == "conj" and c not in found]
    return found


def _is_listed_before(name: Token, head: Token) -> bool:
    return (
        (name.pos == "PROPN" or (name.tag == "NNS" and name.dep == head.dep))  # 'two Gulf states, Oman and Iraq said'
        and name.dep in ("nsubj", "npadvmod", "dep", "nmod")
        and head.left_edge.i - name.i == 2
        and head.tree[name.i + 1].text == ","
    )


def suffers(noun: Token) -> bool:
    """Whether a noun names what is done to: who condemns the invasion of Kuwait does not condemn Kuwait."""
    of = noun.head
    return noun.dep == "pobj" and of.lower == "of" and of.head.lemma in word_list("done to states")


def content_head(noun: Token) -> Token:
    """What is meant behind a transparent noun: of 'a series of attacks' the attacks, of 'a million in aid' the aid."""
    if noun.lower == "all":  # 'all but two of its envoys'
        noun = next((t for c in noun.children if c.lower == "but" for t in c.children if t.dep == "pobj"), noun)
    for _ in range(3):
        around = dict(reversed([*prepositions(noun)])) if _is_amount(noun) else {}
        inner, use = around.get("of"), around.get("in")
        if use is not None and use.pos == "NOUN" and _is_money(inner or noun):
            inner = use
        if inner is None:
            return noun
        noun = inner
    return noun


def _is_amount(noun: Token) -> bool:
    return noun.lemma in word_list("transparent") or noun.tag == "CD" or _is_money(noun)


def _is_money(noun: Token) -> bool:
    return noun.lemma in word_list("money") or noun.tag == "$"


def is_definite(head: Token) -> bool:
    """Whether 'the', 'this' or 'that' stands before it."""
    return any(c.lower in ("the", "that", "this") for c in head.lefts)


_BEFORE_HEAD = frozenset("amod compound nmod poss nummod quantmod npadvmod advmod neg case punct det".split())


def left_edge(head: Token) -> int:
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
