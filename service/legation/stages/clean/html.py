"""From a page to its article: main text, title, captions, and what its metadata say.

Hostile pages have a clear outcome: they are bounded in size, and in nesting before a parser recurses into them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from typing import Any

import orjson
import trafilatura
from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import DOMNode, HTMLTree

from legation.records import parse_published

MAX_HTML = 5_000_000
"""Characters: the largest news pages seen have one million, most of it scripts."""
MAX_DEPTH = 1_000
"""Open elements: libxml2 gives up at 256 and real pages stay below a hundred; lxml's recursion must stay off the stack."""
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^<>]*)>")
_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
        "p",
        "li",
        "td",
        "tr",
        "th",
        "dd",
        "dt",
        "option",
    ]
)


@dataclass(slots=True)
class Page:
    """What an HTML page holds. `texts` has one string an article; captions belong to the first."""

    texts: list[str]
    title: str | None = None
    author: str | None = None
    site: str | None = None
    published: str | None = None
    captions: list[str] = field(default_factory=list)
    language: str | None = None


def is_too_deep(html: str) -> bool:
    """Whether elements are nested deeper than any page of good faith nests them, seen without parsing."""
    depth = 0
    for match in _TAG.finditer(html):
        if match[1]:
            depth = max(0, depth - 1) if match[2].lower() not in _VOID else depth
        elif match[2].lower() not in _VOID and not match[3].endswith("/"):
            depth += 1
            if depth > MAX_DEPTH:
                return True
    return False


def read_html(html: str) -> Page:
    """The page taken apart. `html` is bounded by `MAX_HTML` and `MAX_DEPTH`; without markup it is taken as text."""
    html = html.replace("\x00", "")
    if "<" not in html:
        return Page(texts=[html])
    tree = HTMLTree.parse(html)
    body = tree.body
    if body is None:
        return Page(texts=[""])
    text = trafilatura.extract(html, fast=True, include_tables=False, include_comments=False) or extract_plain_text(
        tree, main_content=True, alt_texts=False
    )
    data = _json_ld(tree)
    return Page(
        texts=[text],
        title=_title(tree, data),
        author=_author(tree, data),
        site=_meta(tree, "og:site_name"),
        published=_published(tree, data),
        captions=[c for node in body.query_selector_all("figcaption") if (c := " ".join(node.text.split()))],
    )


def _json_ld(tree: HTMLTree) -> dict[str, Any]:
    for node in tree.document.query_selector_all('script[type="application/ld+json"]'):
        try:
            loaded = orjson.loads(node.text)
        except orjson.JSONDecodeError:
            continue
        for item in _items(loaded, 3):
            kind = item.get("@type")
            if "datePublished" in item and isinstance(kind, str | list) and "Article" in str(kind):
                return item
    return {}


def _items(loaded: Any, depth: int) -> list[dict[str, Any]]:
    if isinstance(loaded, list) and depth:
        return [item for part in loaded for item in _items(part, depth - 1)]
    if isinstance(loaded, dict):
        return [loaded, *(_items(loaded.get("@graph"), depth - 1) if depth else [])]
    return []


def _meta(tree: HTMLTree, *names: str) -> str | None:
    for name in names:
        node: DOMNode | None = tree.document.query_selector(
            f'meta[property="{name}"], meta[name="{name}"], meta[itemprop="{name}"]'
        )
        content = node.getattr("content") if node is not None else None
        if content and content.strip():
            return " ".join(unescape(content).split())
    return None


def _title(tree: HTMLTree, data: dict[str, Any]) -> str | None:
    headline = data.get("headline")
    if isinstance(headline, str) and headline.strip():
        return " ".join(unescape(headline).split())
    title = _meta(tree, "og:title", "twitter:title")
    if title:
        return title
    heading = tree.document.query_selector("h1")
    text = " ".join((heading.text if heading is not None else tree.title or "").split())
    return text or None


def _author(tree: HTMLTree, data: dict[str, Any]) -> str | None:
    author = data.get("author")
    authors = author if isinstance(author, list) else [author]
    names = [a.get("name") if isinstance(a, dict) else a for a in authors]
    told = ", ".join(" ".join(name.split()) for name in names if isinstance(name, str) and name.strip())
    return told or _meta(tree, "author", "article:author_name", "byl")


def _published(tree: HTMLTree, data: dict[str, Any]) -> str | None:
    told = data.get("datePublished")
    candidates = [
        told if isinstance(told, str) else None,
        _meta(tree, "article:published_time", "datePublished", "pubdate", "publishdate", "date", "dc.date.issued"),
    ]
    time = tree.document.query_selector("time[pubdate], time[itemprop=datePublished], article time[datetime]")
    if time is not None:
        candidates.append(time.getattr("datetime"))
    return next((iso for value in candidates if value and (iso := _iso(value)) is not None), None)


def _iso(value: str) -> str | None:
    value = value.strip()
    try:
        parsed = parse_published(value)
    except ValueError:
        return None
    if isinstance(parsed, datetime) and parsed.tzinfo is None:
        return parsed.date().isoformat()
    return parsed.isoformat()
