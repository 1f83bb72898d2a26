"""A parsed sentence as plain objects: what the reading asks of a token, looked up once instead of at every question.

spaCy makes a new object each time a token, its head or a child is asked for; reading asks some hundred times a word.
Parts of speech and lemmas are derived here from the tag, as spaCy's attribute ruler and lemmatizer would, at a fifth of
their price.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from legation.knowledge.words import closed, word_list

if TYPE_CHECKING:
    from legation.stages.enrich.model import Parse


_POS = {
    "CC": "CCONJ",
    "CD": "NUM",
    "DT": "DET",
    "EX": "PRON",
    "FW": "X",
    "HYPH": "PUNCT",
    "IN": "ADP",
    "JJ": "ADJ",
    "JJR": "ADJ",
    "JJS": "ADJ",
    "MD": "AUX",
    "NN": "NOUN",
    "NNP": "PROPN",
    "NNPS": "PROPN",
    "NNS": "NOUN",
    "PDT": "DET",
    "POS": "PART",
    "PRP": "PRON",
    "PRP$": "PRON",
    "RB": "ADV",
    "RBR": "ADV",
    "RBS": "ADV",
    "RP": "ADP",
    "TO": "PART",
    "UH": "INTJ",
    "VB": "VERB",
    "VBD": "VERB",
    "VBG": "VERB",
    "VBN": "VERB",
    "VBP": "VERB",
    "VBZ": "VERB",
    "WDT": "PRON",
    "WP": "PRON",
    "WP$": "PRON",
    "WRB": "SCONJ",
}
"""Universal part of speech of each Penn tag; the rest is punctuation and symbols."""


Word: TypeAlias = tuple[str, str, str, str, str, str]
"""Text, text in lower case, tag, dependency, lemma, part of speech."""

_MOST_WORDS = 1 << 16
"""Words that are kept with all that is known of them, some 20 MB: those of several thousand articles."""


def word_reader(strings: Any, lemma_of: Callable[[str, str], str]) -> Callable[[int, str, str], Word]:
    """A function from spaCy's id of a text, its tag and its dependency to the word; `lemma_of` gives the lemma of a
    lower-case form with a tag.
    """

    @lru_cache(maxsize=_MOST_WORDS)
    def word_of(orth: int, tag: str, dep: str) -> Word:
        text = strings[orth]
        lower = text.lower()
        lemma = lemma_of(closed(lower), tag)
        return text, lower, tag, dep, lemma, _part_of_speech(tag, dep, lemma)

    return word_of


class Token:
    """A word and its place in the tree. Labels are spaCy's (Penn tags, ClearNLP dependencies); `lemma` and `lower` are
    in lower case; `idx` is the offset of its first character. The root is its own head.
    """

    __slots__ = (
        "_subtree",
        "children",
        "dep",
        "head",
        "i",
        "idx",
        "lefts",
        "lemma",
        "lower",
        "pos",
        "tag",
        "text",
        "tree",
    )

    def __init__(self, tree: Tree, i: int, idx: int, word: Word) -> None:
        """A token without neighbours: the tree joins it to them."""
        self.tree = tree
        self.i = i
        self.idx = idx
        self.text, self.lower, self.tag, self.dep, self.lemma, self.pos = word
        self.head: Token = self
        self.children: list[Token] = []
        self.lefts: list[Token] = []
        self._subtree: tuple[Token, ...] | None = None

    def __len__(self) -> int:
        """Its characters."""
        return len(self.text)

    @property
    def end(self) -> int:
        """Offset behind its last character."""
        return self.idx + len(self.text)

    @property
    def ancestors(self) -> Iterator[Token]:
        """Its head, the head of that, and so on up to the root."""
        token = self
        while token.head is not token:
            token = token.head
            yield token

    @property
    def subtree(self) -> tuple[Token, ...]:
        """Itself and all that hangs on it, in the order of the text."""
        found = self._subtree
        if found is None:
            rights = self.children[len(self.lefts) :]
            found = self._subtree = (
                *(token for child in self.lefts for token in child.subtree),
                self,
                *(token for child in rights for token in child.subtree),
            )
        return found

    @property
    def left_edge(self) -> Token:
        """The first token of its subtree."""
        token = self
        while token.lefts:
            token = token.lefts[0]
        return token


class Tree:
    """The tokens of one sentence, in order."""

    def __init__(self, parse: Parse, word_of: Callable[[int, str, str], Word]) -> None:
        """The tokens of a parse; `word_of` is a `word_reader` for it."""
        words = list(map(word_of, parse.texts, parse.tags, parse.deps))
        self._starts = starts = [0] * len(words)
        idx = 0
        for i, (word, blank) in enumerate(zip(words, parse.blanks, strict=True)):
            starts[i] = idx
            idx += len(word[0]) + blank
        self.tokens = tokens = [
            Token(self, i, idx, word) for i, (idx, word) in enumerate(zip(starts, words, strict=True))
        ]
        heads = parse.heads
        for i, (token, above) in enumerate(zip(tokens, heads, strict=True)):
            if above != i:
                head = tokens[above]
                if token.dep == "conj" and token.tag in _PAST:
                    head = _joined_to(tokens, heads, token, head)
                elif token.dep == "conj" and token.tag in _NAMED:
                    head = _paired_with(tokens, heads, head)
                token.head = head
                head.children.append(token)
                if i < head.i:
                    head.lefts.append(token)
        for token in tokens:
            if token.dep == "conj" and token.tag in _FINITE:
                _take_subject(token)
        self.words = {word[1] for word in words} | {word[4] for word in words}

    def __iter__(self) -> Iterator[Token]:
        """The tokens in order."""
        return iter(self.tokens)

    def __getitem__(self, index: int) -> Token:
        """The token at an index."""
        return self.tokens[index]

    def all_of(self, word: str) -> list[Token]:
        """Where a word stands, given in lower case."""
        return [token for token in self.tokens if token.lower == word] if word in self.words else []

    def covering(self, start: int, end: int) -> list[Token]:
        """Tokens that overlap the characters [start, end)."""
        first = max(bisect_right(self._starts, start) - 1, 0)  # it may end before, the others do not
        last = bisect_left(self._starts, end)
        return [token for token in self.tokens[first:last] if token.end > start]

    def root_of(self, start: int, end: int) -> Token | None:
        """The token in [start, end) that the others there hang on; None where there is no token."""
        inside = self.covering(start, end)
        return next((token for token in inside if token.head not in inside or token.head is token), None)


_NAMED = frozenset({"NN", "NNS", "NNP", "NNPS"})


_PAST = frozenset({"VBD", "VBN"})


_FINITE = frozenset({"VBD", "VBP", "VBZ"})


def _take_subject(verb: Token) -> None:
    """Give a verb its own subject, which the parser lists with what the verb before was done to: 'Chad expelled two
    Danes and Oslo protested'. A verb of the same subject would have an 'and' before it.
    """
    first = next((c for c in verb.lefts if c.dep in ("aux", "auxpass", "neg", "advmod")), verb)
    name = verb.tree.tokens[first.i - 1]
    if name.dep == "pobj" and name.head.head.dep == "conj":
        name = name.head.head  # 'and a mob in Lima stormed'
    if name.dep != "conj" or name.pos not in ("NOUN", "PROPN") or any(c.dep in _SUBJECTS for c in verb.lefts):
        return
    name.head.children.remove(name)
    name.head, name.dep = verb, "nsubj"
    at = sum(c.i < name.i for c in verb.lefts)
    verb.children.insert(at, name)
    verb.lefts.insert(at, name)


_SUBJECTS = ("nsubj", "nsubjpass")


def _paired_with(tokens: Sequence[Token], heads: Sequence[int], head: Token) -> Token:
    """With whom a noun is listed that the parser joins to `head`: of 'talks between a Saudi team led by the envoy and
    an Iranian one' with the other team, since 'between' wants two.
    """
    above = head
    while above.dep in _INSIDE and heads[above.i] != above.i:
        upper = tokens[heads[above.i]]
        if upper.lower == "between":
            paired = any(token.dep == "conj" and heads[token.i] == above.i for token in tokens)
            return head if paired else above
        above = upper
    return head


_INSIDE = frozenset({"pobj", "agent", "prep", "acl", "relcl", "appos", "dobj"})


def _joined_to(tokens: Sequence[Token], heads: Sequence[int], verb: Token, head: Token) -> Token:
    """What a verb of the past is joined to, where the parser joins it to `head`. It is no part of an infinitive
    ('agreed to meet and signed') or of a bare participle ('ordered assets frozen and banned trade'); and behind a comma
    a verb of speech leads back to who is speaking ('said the tests went on, and demanded an end').
    """
    having = {(token.dep, above) for token, above in zip(tokens, heads, strict=True)}
    if verb.tag == "VBN" and ("dobj", verb.i) not in having:
        return head

    def is_lower(above: Token) -> bool:
        helped = ("aux", above.i) in having or ("auxpass", above.i) in having
        aside = verb.tag == "VBD" and (above.dep == "pcomp" or above.tag == "IN")  # 'accused them of plotting and left'
        return aside or above.tag == "VB" or (above.dep == "ccomp" and above.tag == "VBN" and not helped)

    before = [token.lower for token in tokens[max(verb.i - 2, 0) : verb.i]]
    apart = head.dep == "ccomp" and before == [",", "and"] and ("nsubj", verb.i) not in having
    speaking = apart and any(verb.lemma in word_list(name) for name in ("asking", "saying", "vows", "cheers"))
    while (speaking or is_lower(head)) and heads[head.i] != head.i:
        speaking = False
        head = tokens[heads[head.i]]
    return head


def _part_of_speech(tag: str, dep: str, lemma: str) -> str:
    if tag.startswith("VB"):
        return "AUX" if lemma == "be" or dep in ("aux", "auxpass") else "VERB"
    if tag == "IN" and dep == "mark":
        return "SCONJ"
    return _POS.get(tag, "PUNCT")


_UNINFLECTED = frozenset({"VB", "NN", "NNP", "JJ", "RB"})
_LEMMA_TABLES = {
    "VBD": "verb",
    "VBG": "verb",
    "VBN": "verb",
    "VBP": "verb",
    "VBZ": "verb",
    "NNS": "noun",
    "NNPS": "noun",
    "JJR": "adj",
    "JJS": "adj",
    "RBR": "adv",
    "RBS": "adv",
}


def lemmatizer(lookups: Any, rare_verbs: frozenset[str], more_verbs: frozenset[str]) -> Callable[[str, str], str]:
    """A function (lower-case form, tag) -> lemma over spaCy's English tables of exceptions, known words and endings.

    `rare_verbs` are passed over as readings of a form, `more_verbs` are known besides those of the tables.
    """
    exceptions, known, rules = (lookups.get_table(f"lemma_{name}") for name in ("exc", "index", "rules"))
    words = {part: frozenset(known[part]) for part in ("verb", "noun", "adj", "adv")}
    words["verb"] = (words["verb"] | more_verbs) - rare_verbs

    def lemma_of(form: str, tag: str) -> str:
        part = _LEMMA_TABLES.get(tag)
        if part is None or tag in _UNINFLECTED or form.endswith("ss"):
            return form  # 'let the trucks cross', read as a third person
        irregular = exceptions[part].get(form)
        if irregular:
            return str(irregular[0])
        guesses = [form[: len(form) - len(old)] + new for old, new in rules[part] if form.endswith(old)]
        likelier = [*reversed(guesses), *(it[:-1] for it in guesses if it[-1:] == it[-2:-1])]  # 'readmitted'
        likelier += [f"{it[:-1]}y" for it in guesses if it.endswith("i")]  # 'resupplied'
        return next((it for it in likelier if it in words[part]), guesses[0] if guesses else form)

    return lemma_of
