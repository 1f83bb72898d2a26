"""A worker process is ready when it says so: on a busy machine, what is loaded late counts towards a record's limit."""

from __future__ import annotations

import json
import subprocess
import sys

SCRIPT = """
import functools, gc, inspect, json, sys
from legation.pipeline import Pipeline
from legation.records import RawArticle, encode
from legation.topology import TOPOLOGY

def empty():
    return {
        f"{it.__module__}.{it.__qualname__}"
        for it in gc.get_objects()
        if isinstance(it, functools._lru_cache_wrapper) and it.__module__.startswith("legation.")
        and not inspect.signature(it.__wrapped__).parameters and not it.cache_info().currsize
    }

def packages():
    return {name.partition(".")[0] for name in sys.modules} - sys.stdlib_module_names

for stage in TOPOLOGY.stages:
    stage.warm()
empty_before, packages_before = empty(), packages()
text = "Chile's foreign minister met her Peruvian counterpart in Lima on Monday and signed a treaty on fishing."
odd = "<html><body><p>Short.</p><div class=comments>" + f"<p>{text}</p>" * 9 + "</div></body></html>"
pipeline = Pipeline()
articles = (RawArticle(article_id="1", text=text), RawArticle(article_id="2", html=odd))
made = [len(pipeline.feed(encode(article)).messages) for article in articles]
print(json.dumps([made, sorted(empty_before - empty()), sorted(packages() - packages_before)]))
"""


def test_the_first_record_finds_everything_loaded() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    made, late_files, late_packages = json.loads(done.stdout)
    assert made[0] > 3, "an article with an event goes through all stages"
    assert late_files == []
    assert late_packages == []
