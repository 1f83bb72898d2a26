"""Keeps small what the C library keeps for itself of memory that was freed.

The main process makes and drops buffers of up to megabytes all the time, on a thread for each stage. As glibc comes,
each thread has a heap of its own, and freeing a large buffer raises the size from which on buffers get pages of their
own: soon nearly all lie in the heaps, with gaps between them that no system gets back. What was alive stayed level at
90 MB while the gaps grew to 50 MB in a quarter of an hour, and further. Other C libraries (musl, macOS) do without.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable

OWN_PAGES_BYTES = 128 * 1024
"""A buffer of this size has pages of its own, which go when it does. It is what glibc begins with; being told, it
leaves it at that."""

HEAPS = 1
"""One for all threads: they take turns anyway, since nearly all that they do is done holding Python's lock."""

_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
"""Their numbers in glibc's malloc.h."""


def settle() -> None:
    """Have the allocator make one heap, without large buffers; to be called before there are threads."""
    mallopt = _function("mallopt")
    mallopt(_M_ARENA_MAX, HEAPS)
    mallopt(_M_MMAP_THRESHOLD, OWN_PAGES_BYTES)


def give_back() -> None:
    """Give whole pages that are free, wherever they lie, back to the system."""
    _function("malloc_trim")(0)


def _function(name: str) -> Callable[..., object]:
    """A function of the C library; one that does nothing, where it has none of that name."""
    found: Callable[..., object] = getattr(ctypes.CDLL(None), name, lambda *_: None)
    return found
