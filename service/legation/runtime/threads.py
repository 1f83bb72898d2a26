"""Keeps the libraries that compute from starting threads of their own."""

from __future__ import annotations

import os

_COUNTS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")


def keep_to_one() -> None:
    """Have each process compute on one thread; to be called before numpy is imported.

    The matrices of the parser are small: with two threads, which wait for each other awake, dense articles took 1.6
    times the CPU time, and on a busy machine twice the time. And a process that has threads must not be forked.
    """
    for name in _COUNTS:
        os.environ[name] = "1"
