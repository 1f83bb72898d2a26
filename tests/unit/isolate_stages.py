"""Stages that misbehave as their input says, for test_isolate.py; in a module of its own, since processes import it."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from dataclasses import replace

from legation.outcomes import Emit, Outcome, Skip, SkipReason
from legation.records import RawArticle
from legation.topology import TOPOLOGY, Stage, Topology


def act(article: RawArticle) -> Outcome[RawArticle]:
    match (article.text or "").split():
        case ["sleep", seconds]:
            time.sleep(float(seconds))
        case ["spin", seconds]:
            until = time.process_time() + float(seconds)
            while time.process_time() < until:
                pass
        case ["crash"]:
            os._exit(7)
        case ["exit"]:
            sys.exit(3)
        case ["segfault"]:
            os.kill(os.getpid(), signal.SIGSEGV)
        case ["regex"]:  # holds the interpreter's lock for years, so that no thread of the process can end it
            re.match(r"(a+)+$", "a" * 64 + "b")
        case ["eat"]:
            hoard = []
            while True:
                hoard.append(bytearray(128 * 1024 * 1024))  # few and large: sooner done
        case ["raise"]:
            raise RuntimeError("a fault")
        case ["skip"]:
            return Skip(SkipReason.SPORT)
        case ["pid"]:
            return Emit((RawArticle(article_id=article.article_id, text=str(os.getpid())),))
        case ["threads"]:
            return Emit((RawArticle(article_id=article.article_id, text=os.environ["OPENBLAS_NUM_THREADS"]),))
        case ["crash-unless-alone", flag]:  # dies while the flag file is there, and takes it away
            if os.path.exists(flag):
                os.unlink(flag)
                os._exit(7)
    return Emit((article,))


def refuse() -> None:
    raise FileNotFoundError("the model is not installed")


def _stage(name: str, **changes: object) -> Stage[RawArticle, RawArticle]:
    return replace(
        Stage(name, TOPOLOGY.stages[0].source, TOPOLOGY.stages[0].source, act, lambda it: it.article_id or "", 1.0),
        **changes,
    )


ACTING = Topology(stages=(_stage("act"),), fold=TOPOLOGY.fold)
COLD = Topology(stages=(_stage("act", warm=refuse),), fold=TOPOLOGY.fold)
