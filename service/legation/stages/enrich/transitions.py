"""spaCy's arc-eager parser, all sentences of a batch one action on at a time.

A state is a stack of words and a queue of those to come. An action shifts the next word onto the stack, reduces the
stack, joins its top and the next word to the left or to the right, or begins a sentence with the word after that. The
states of all sentences lie in a handful of arrays, so that a step costs some fifty operations of numpy however many
sentences there are. The rules are those of spaCy's `arc_eager.pyx` and `_state.pxd`.
"""

from __future__ import annotations

from collections.abc import Sequence
from sys import intern
from typing import Any, TypeAlias

import numpy as np

Vectors: TypeAlias = "np.ndarray[Any, np.dtype[np.float32]]"
"""One row a word."""
Numbers: TypeAlias = "np.ndarray[Any, np.dtype[np.intp]]"

_SHIFT, _REDUCE, _LEFT, _RIGHT, _BREAK = range(5)
_KINDS = "SDLRB"
"""Their letters in spaCy's names of actions, as 'L-nsubj'."""
_ONTO_STACK = np.array([1, -1, -1, 1, 0])
_ONTO_QUEUE = np.array([-1, 0, 0, -1, 0])
"""By how many words each kind of action makes stack and queue longer."""

_MAY_SHIFT, _MAY_REDUCE, _MAY_JOIN, _MAY_BREAK = 1, 2, 4, 8
_NEEDED = np.array([_MAY_SHIFT, _MAY_REDUCE, _MAY_JOIN, _MAY_JOIN, _MAY_BREAK])
"""What has to be allowed for each kind of action."""

_LOOKED_AT = 3
"""Words at the top of a stack that are features: so many places before each are empty."""


class Transitions:
    """The scorer of a spaCy dependency parser."""

    def __init__(self, parser: Any) -> None:
        """Take the weights and the actions of the pipe."""
        actions = [parser.moves.get_class_name(at) for at in range(parser.moves.n_moves)]
        self._kinds = np.array([_KINDS.index(action[0]) for action in actions])
        self.labels = ["ROOT", *(intern(action[2:]) for action in actions)]
        """Dependency of each number that `parse` gives."""
        lower, upper = (parser.model.get_ref(name) for name in ("lower", "upper"))
        self._narrow, self._narrow_bias = _transposed(parser.model.get_ref("tok2vec").layers[-1])
        weights = lower.get_param("W").transpose(3, 0, 2, 1)  # the pieces of maxout one behind the other
        width, self._features, _, self._hidden = weights.shape
        self._lower, self._lower_bias = np.ascontiguousarray(weights.reshape(width, -1)), lower.get_param("b").T.ravel()
        self._none = lower.get_param("pad")[0].transpose(0, 2, 1).ravel()
        self._upper, bias = _transposed(upper)
        allowed = np.arange(2 * _MAY_BREAK)[:, None] & _NEEDED[self._kinds] > 0
        self._upper_bias = np.where(allowed, bias, np.float32(-np.inf))

    def parse(self, vectors: Vectors, lengths: Sequence[int]) -> tuple[Numbers, Numbers]:
        """Of each word the place of its head in the sentence (a root's own) and the number of its label, from the
        vectors of all words and the number of words of each sentence.
        """
        # What each word, or none, adds to the hidden layer as each of the features.
        table = np.empty((len(vectors) + 1, self._lower.shape[1]), np.float32)
        table[0] = self._none
        np.matmul(vectors @ self._narrow + self._narrow_bias, self._lower, out=table[1:])
        table = table.reshape(len(table) * self._features, -1)
        features = np.arange(self._features)
        add = np.ones(self._features, np.float32)  # as a product, the sum takes half as long

        states = _States(np.array(lengths))
        while len(words := states.looked_at()):
            hidden = add @ table.take(words * self._features + features, axis=0)  # which is quicker than []
            hidden += self._lower_bias
            scores = np.maximum(hidden[:, : self._hidden], hidden[:, self._hidden :]) @ self._upper
            scores += self._upper_bias[states.allowed()]
            actions = scores.argmax(axis=1)
            states.act(self._kinds[actions], actions + 1)
        return states.parse()


class _States:
    """What has become of the words of some sentences. Words are numbered through, from 1; 0 is none."""

    def __init__(self, lengths: Numbers) -> None:
        """No word on a stack, the first word of each sentence on top of its queue."""
        ends = np.cumsum(lengths)
        self._starts = np.repeat(ends - lengths, lengths)
        words = np.arange(1, len(self._starts) + 1)
        self._heads, self._labels, self._left, self._right, self._before = np.zeros((5, len(words) + 1), np.intp)
        """Of each word its head, its label, its last child to either side, and the child of its head before itself."""
        self._begins, self._returned = np.zeros((2, len(words) + 1), bool)
        """Which words begin a sentence, and which went back from the stack to the queue."""
        # All stacks one behind the other, and so the queues; and behind which place the top of each is, and its bottom.
        self._bottom = ends - lengths + _LOOKED_AT * np.arange(1, len(lengths) + 1)
        self._stack = np.zeros(self._bottom[-1] + lengths[-1], np.intp)
        self._queue = self._stack.copy()
        self._queue[np.repeat(self._bottom + ends, lengths) - words] = words
        self._top, self._next = self._bottom.copy(), self._bottom + lengths

    def looked_at(self) -> Numbers:
        """Of each unfinished sentence the words that are features (those of spaCy's parser with eight of them)."""
        unfinished = (self._top > self._bottom) | (self._next > self._bottom)
        if not unfinished.all():
            self._top, self._next, self._bottom = (it[unfinished] for it in (self._top, self._next, self._bottom))
        b0, b1 = self._b0, self._b1 = self._queue[self._next - 1], self._queue[self._next - 2]
        s0 = self._s0 = self._stack[self._top - 1]
        s1, s2 = self._stack[self._top - 2], self._stack[self._top - 3]
        return np.array([b0, b1, s0, s1, s2, self._left[b0], self._left[s0], self._right[s0]]).T

    def allowed(self) -> Numbers:
        """What may be done next, as a sum of `_MAY_...`."""
        stacked, ahead = self._top > self._bottom, self._next - self._bottom
        several, goes_on = ahead > 1, ~self._begins[self._b0]
        allowed: Numbers = (
            _MAY_SHIFT * (~stacked | (several & goes_on & ~self._returned[self._b0]))
            + _MAY_REDUCE * stacked
            + _MAY_JOIN * (stacked & goes_on & (ahead > 0))
            + _MAY_BREAK * (several & (self._b1 == self._b0 + 1) & ~self._begins[self._b1])
        )
        return allowed

    def act(self, kinds: Numbers, labels: Numbers) -> None:
        """Do an action of each unfinished sentence."""
        s0, b0 = self._s0, self._b0
        (at,) = np.nonzero(kinds == _LEFT)
        child, head = s0[at], b0[at]
        self._right[self._heads[child]] = self._before[child]  # the head that it had loses it
        self._heads[child], self._labels[child], self._left[head], self._returned[head] = head, labels[at], child, False
        (at,) = np.nonzero(kinds == _RIGHT)
        child, head = b0[at], s0[at]
        self._before[child] = self._right[head]
        self._heads[child], self._labels[child], self._right[head] = head, labels[at], child
        self._begins[self._b1[kinds == _BREAK]] = True
        longer = _ONTO_STACK[kinds]
        onto = longer > 0
        self._stack[self._top[onto]] = b0[onto]
        # What is reduced without a head goes back to the queue, unless it is the last of the stack.
        back = (kinds == _REDUCE) & (self._heads[s0] == 0) & (self._top - self._bottom > 1)
        self._queue[self._next[back]] = s0[back]
        self._returned[s0[back]] = True
        self._top += longer
        self._next += _ONTO_QUEUE[kinds] + back

    def parse(self) -> tuple[Numbers, Numbers]:
        """Of each word the place of its head in the sentence (a root's own) and its label."""
        own = np.arange(len(self._heads))
        return np.where(self._heads, self._heads, own)[1:] - self._starts - 1, self._labels[1:]


def _transposed(layer: Any) -> tuple[Vectors, Vectors]:
    return np.ascontiguousarray(layer.get_param("W").T), layer.get_param("b")
