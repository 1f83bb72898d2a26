"""The embedded broker starts whatever random id its cluster gets."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from legation.broker import EmbeddedKafka


@pytest.mark.kafka
def test_an_id_that_looks_like_an_option(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hyphen_first = uuid.UUID(bytes=b"\xf8" + bytes(15), version=4)  # 0b111110 is "-" in URL-safe base64
    monkeypatch.setattr(uuid, "uuid4", lambda: hyphen_first)
    with EmbeddedKafka(tmp_path) as kafka:
        assert kafka.nodes[0].running
