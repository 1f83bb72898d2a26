"""The real topology, with a first stage that misbehaves on request, and rests for STAGE_PAUSE seconds (from the
environment) after each article."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from typing import Any

from legation import topics, topology
from legation.outcomes import Outcome
from legation.records import Article, RawArticle
from legation.stages.clean import clean
from legation.topology import Topology

ALL: tuple[topics.Topic[Any], ...] = topics.ALL

CRASH = "This article ends the process that reads it."
HANG = "This article is never done with."

SLEEP = "This article is waited over for ever."

PAUSE = float(os.environ.get("STAGE_PAUSE", "0"))


def clean_or_misbehave(article: RawArticle) -> Outcome[Article]:
    """As `clean`, but for the texts above."""
    if article.text == CRASH:
        os._exit(7)
    while article.text == HANG:
        pass
    if article.text == SLEEP:
        time.sleep(3600)
    time.sleep(PAUSE)
    return clean(article)


TOPOLOGY = Topology(
    stages=(replace(topology.TOPOLOGY.stages[0], run=clean_or_misbehave), *topology.TOPOLOGY.stages[1:]),
    fold=topology.TOPOLOGY.fold,
)
