"""Ids of payloads and of the articles in them."""

from __future__ import annotations

import hashlib

import pytest

from legation.records import RawArticle
from legation.stages.clean.identity import article_id, canonical_url, raw_id


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTPS://Example.ORG/Path?b=2&a=1#top", "https://example.org/Path?a=1&b=2"),
        ("https://example.org:443/x", "https://example.org/x"),
        ("http://example.org:8080/x", "http://example.org:8080/x"),
        ("https://example.org/x?utm_source=feed&utm_medium=rss&id=7&fbclid=abc", "https://example.org/x?id=7"),
        ("https://example.org", "https://example.org/"),
        (" https://example.org/x ", "https://example.org/x"),
        ("https://[2001:db8::1]:443/x", "https://[2001:db8::1]/x"),
        ("not a url", "not a url"),
        ("https://example.org:port/x", "https://example.org:port/x"),
    ],
)
def test_canonical_url(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


def test_a_given_id_is_kept() -> None:
    assert raw_id(RawArticle(article_id="abc", url="https://example.org/x", text="t")) == "abc"


def test_else_the_url_decides_however_it_is_written() -> None:
    one = raw_id(RawArticle(url="https://example.org/x?utm_source=a", text="one"))
    two = raw_id(RawArticle(url="HTTPS://EXAMPLE.org/x#b", text="two"))

    assert one == two == hashlib.sha256(b"https://example.org/x").hexdigest()


def test_else_the_content() -> None:
    assert raw_id(RawArticle(text="one")) == raw_id(RawArticle(text="one", source="elsewhere"))
    assert raw_id(RawArticle(text="one")) != raw_id(RawArticle(text="two"))
    assert raw_id(RawArticle(text="one")) != raw_id(RawArticle(html="one"))


def test_numbers_begin_with_the_second_article() -> None:
    assert [article_id("x", n) for n in (1, 2, 3)] == ["x", "x.2", "x.3"]
