"""Whether two names can be one person's: 'Suga' and 'Yoshihide Suga', 'Park Jie Won' and 'Park Jie-won'."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"\w+")
_APOSTROPHES = re.compile("['’ʼ`]")

_ALIKE = 2
"""Letters in which two spellings of one given name must agree (Antony, Anthony; Jie, Ji). With three, every second
Korean and Arabic name is lost; with one, Joe and Jill Biden are one person."""


@lru_cache(maxsize=4096)  # the persons of the day: a few hundred names return all the time
def name_words(name: str) -> tuple[str, ...]:
    """Words of a name without case, accents, hyphens and apostrophes: 'Park Jie-won' -> ('park', 'jie', 'won')."""
    plain = "".join(it for it in unicodedata.normalize("NFKD", name) if not unicodedata.combining(it))
    return tuple(_WORD.findall(_APOSTROPHES.sub("", plain).casefold()))


@lru_cache(maxsize=65_536)  # pairs of the above that are compared in one block again and again
def same_person(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether both can name one person. Symmetric, not transitive: 'Kim' is anyone of that name.

    True where one says no more than the other (a family name alone), where only spaces and hyphens differ, and
    where the family name, first or last, is the same and the given names begin alike or are initials.
    """
    if set(one) <= set(other) or set(other) <= set(one) or "".join(one) == "".join(other):
        return True
    if len(one) != len(other) or len(one) < 2:
        return False
    family_first = one[0] == other[0] and all(map(_alike, one[1:], other[1:]))
    family_last = one[-1] == other[-1] and all(map(_alike, one[:-1], other[:-1]))
    return family_first or family_last


def _alike(one: str, other: str) -> bool:
    letters = min(len(one), len(other), _ALIKE)
    return one[:letters] == other[:letters]
