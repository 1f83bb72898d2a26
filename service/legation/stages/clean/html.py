"""From a page to its articles: main text, title, captions, and what the metadata say.

resiliparse reads every page (2 ms). Selectors tell it what is no article text; where they leave little, and too little
of what it finds without them, the page is an odd one, and trafilatura (12 ms) is asked. Hostile pages are refused
before text is taken out of them: parsing is linear, but that is not, with a hundred thousand elements in one another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any

import orjson
from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import ElementNode, HTMLTree

from legation.records import parse_published
from legation.stages.clean.captions import read_caption

MAX_HTML = 5_000_000
"""Characters: the largest news pages seen have one million, most of it scripts."""
MAX_TAGS = 200_000
"""Tags: ten times the largest page seen; so many take a quarter of a second."""
MAX_DEPTH = 256
"""Elements in one another: five times the deepest page seen. Taking out text takes time with the square of it."""
_TOO_DEEP = ">".join(["*"] * (MAX_DEPTH + 1))
"""A selector: asking the parsed page takes 0.3 ms and is not deceived by tags that were never opened or closed."""

_NOT_TEXT = [
    *("header", "footer", "small", "nav", "aside", "figcaption"),
    *(
        f"[class*={word}]"
        for word in ("caption", "comment", "credit", "copyright", "footer", "byline", "newsletter", "gallery")
    ),
    *(
        f"[class*={word}]"
        for word in ("popular", "print", "recirc", "related", "share", "social", "signup", "subscribe")
    ),
    "[id*=comment]",
    *(f"[class*={word}]:not(:has(p))" for word in ("author", "bio", "date", "time")),
]
"""What is not the article's text though it may stand inside its element. Chosen by what each did to the precision and
recall of the article-extraction benchmark's pages; the last ones also name wrappers, so only without a paragraph."""
_ENOUGH = 0.5
"""Share of the text found without the selectors that must be left: they take a tenth, a quarter on a noisy page."""
_LONG_TEXT = 1_500
"""Characters from which the text is taken as it is: a selector that hid the article would leave less."""
_FIRST_YEAR = 1900
"""Earlier years are what a content system writes for 'not known'."""
_CAPTIONS = "figcaption, [class*=caption]"
_CREDIT = "[class*=credit], [class*=source], [class*=copyright], cite, small"
_SENTENCE_END = re.compile(r"\.[\"”’')]?$")
_COUNTER = re.compile(r"^(?:Image|Photo|Slide) \d+ of \d+:? ")
_CAPTION_LENGTHS = range(30, 500)
"""Characters: shorter ones are buttons or names, longer ones galleries."""
_ARTICLE_LENGTH, _ARTICLE_PARAGRAPHS = 200, 2
"""Characters and paragraphs that an <article> with a heading has: less is a teaser of another one."""


class TooLarge(ValueError):
    """There is more of the page than is read; the message says of what."""


@dataclass(frozen=True, slots=True)
class Part:
    """One article of a page."""

    text: str
    title: str | None = None
    byline: str | None = None
    published: str | None = None
    """ISO 8601 date or instant, as the page's metadata say."""
    site: str | None = None
    """Name of the site."""
    captions: tuple[tuple[str, str | None], ...] = ()
    """(text, credit)."""


def read_html(html: str) -> list[Part]:
    """The articles of a page, of which one is the rule; none where it holds nothing.

    Raises:
        TooLarge: more characters, tags or elements in one another than `MAX_HTML`, `MAX_TAGS` and `MAX_DEPTH` allow.
    """
    if len(html) > MAX_HTML:
        raise TooLarge(f"`html` has {len(html)} characters; at most {MAX_HTML} are read")
    if (tags := html.count("<")) > MAX_TAGS:
        raise TooLarge(f"`html` has {tags} tags; at most {MAX_TAGS} are read")
    html = html.replace('rel="tag"', "")  # else the link would be taken out of the middle of its sentence
    try:
        tree = HTMLTree.parse(html)
    except UnicodeEncodeError:  # lone surrogates
        tree = HTMLTree.parse(html.encode("utf-8", "ignore").decode())
    page = tree.document.document_element if tree.document else None
    if page is None:
        return []
    if page.query_selector(_TOO_DEEP) is not None:
        raise TooLarge(f"`html` is nested deeper than {MAX_DEPTH} elements")
    articles = list(_articles(page))
    if len(articles) > 1:
        return [_part(article) for article in articles]
    data, meta = _json_ld(page), _meta(page)
    return [
        Part(
            text=_main_text(html, tree),
            title=_title(page, data, meta),
            byline=_author(data, meta),
            published=_published(page, data, meta),
            site=meta.get("og:site_name"),
            captions=tuple(_captions(page)),
        )
    ]


def load_extractor() -> None:
    """Load trafilatura now instead of at the first page that needs it: a second and 40 MB."""
    import trafilatura  # noqa: F401


def _main_text(html: str, tree: HTMLTree) -> str:
    text = extract_plain_text(tree, main_content=True, alt_texts=False, list_bullets=False, skip_elements=_NOT_TEXT)
    if len(text) >= _LONG_TEXT:
        return text
    everything = extract_plain_text(tree, main_content=True, alt_texts=False, list_bullets=False)
    if text and len(text) >= _ENOUGH * len(everything):
        return text
    import trafilatura  # here, since without worker processes few ever meet such a page

    return trafilatura.extract(html, fast=True, include_tables=False, include_comments=False) or everything


def _articles(page: ElementNode) -> Iterator[ElementNode]:
    """The <article> elements that hold a whole article each: not in one another, with a heading and paragraphs."""
    for article in _all(page, "article"):
        lengths = [len(paragraph.text or "") for paragraph in _all(article, "p")]
        if (
            len(lengths) >= _ARTICLE_PARAGRAPHS
            and sum(lengths) >= _ARTICLE_LENGTH
            and article.query_selector("h1, h2, h3") is not None
            and article.query_selector("article") is None
        ):
            yield article


def _part(article: ElementNode) -> Part:
    heading = article.query_selector("h1, h2, h3")
    time = article.query_selector("time[datetime]")
    text = extract_plain_text(
        article.html, main_content=True, alt_texts=False, list_bullets=False, skip_elements=_NOT_TEXT
    )
    return Part(
        text=text,
        title=_line(heading.text) if heading is not None else None,
        published=_iso(time.getattr("datetime")) if time is not None else None,
        captions=tuple(_captions(article)),
    )


def _all(node: ElementNode, selectors: str) -> list[ElementNode]:
    """The elements that CSS selectors find. Copied, since resiliparse's own list searches anew for every element."""
    return list(node.query_selector_all(selectors)[:])


def _captions(node: ElementNode) -> Iterator[tuple[str, str | None]]:
    """(text, credit) of the captions. Teasers of other stories are marked up alike, but are links or no sentences."""
    seen: list[str] = []
    for element in _all(node, _CAPTIONS):
        text = _COUNTER.sub("", _line(element.text))
        if len(text) not in _CAPTION_LENGTHS or any(text in earlier for earlier in seen) or _is_link(element, text):
            continue
        seen.append(text)
        text, credit = _without_credit(element, text)
        if credit or _SENTENCE_END.search(text):
            yield text, credit


def _without_credit(element: ElementNode, text: str) -> tuple[str, str | None]:
    marked = element.query_selector(_CREDIT)
    credit = _line(marked.text) if marked is not None else ""
    if credit and text.endswith(credit):
        return text.removesuffix(credit).strip(), credit.strip(" ()[]|")
    return read_caption(text) or (text, None)


def _is_link(element: ElementNode, text: str) -> bool:
    return 2 * sum(len(link.text or "") for link in _all(element, "a")) > len(text)


def _line(text: str | None) -> str:
    return " ".join(unescape(text or "").split())


def _meta(page: ElementNode) -> dict[str, str]:
    """Content by name of the page's <meta> elements; the first of each name counts."""
    found: dict[str, str] = {}
    for node in _all(page, "meta[content]"):
        name = node.getattr("property") or node.getattr("name") or node.getattr("itemprop")
        content = _line(node.getattr("content"))
        if name and content:
            found.setdefault(name.lower(), content)
    return found


def _json_ld(page: ElementNode) -> dict[str, Any]:
    """The first JSON-LD item on the page that is some sort of article; empty where there is none."""
    for node in _all(page, 'script[type="application/ld+json"]'):
        try:
            loaded = orjson.loads(node.text or "")
        except orjson.JSONDecodeError:
            continue
        for item in loaded if isinstance(loaded, list) else [loaded]:
            graph = item.get("@graph", [item]) if isinstance(item, dict) else []
            for candidate in graph if isinstance(graph, list) else []:
                if isinstance(candidate, dict) and re.search("Article|Posting|Report", str(candidate.get("@type"))):
                    return candidate
    return {}


def _title(page: ElementNode, data: dict[str, Any], meta: dict[str, str]) -> str | None:
    headline = data.get("headline")
    heading = page.query_selector("h1") or page.query_selector("title")
    title = (
        (_line(headline) if isinstance(headline, str) else "")
        or meta.get("og:title")
        or (_line(heading.text) if heading is not None else "")
    )
    return _without_site(title, meta.get("og:site_name")) or None


def _without_site(title: str, site: str | None) -> str:
    """'Headline | Site' without the site."""
    head, mark, tail = title.rpartition(" | ") if " | " in title else title.rpartition(" - ")
    is_site = mark == " | " or (site is not None and tail.casefold() in site.casefold())
    return head.strip() if mark and is_site else title


def _author(data: dict[str, Any], meta: dict[str, str]) -> str | None:
    told = data.get("author")
    names = [
        author.get("name") if isinstance(author, dict) else author
        for author in (told if isinstance(told, list) else [told])
    ]
    joined = ", ".join(_line(name) for name in names if isinstance(name, str) and name.strip())
    author = joined or meta.get("author") or ""
    return author if author and "://" not in author else None


def _published(page: ElementNode, data: dict[str, Any], meta: dict[str, str]) -> str | None:
    told = [data.get("datePublished")]
    told += [
        meta.get(name)
        for name in ("article:published_time", "datepublished", "pubdate", "publishdate", "date", "dc.date.issued")
    ]
    time = page.query_selector("time[pubdate], time[itemprop=datePublished], article time[datetime]")
    if time is not None:
        told.append(time.getattr("datetime"))
    return next((iso for value in told if isinstance(value, str) and (iso := _iso(value))), None)


def _iso(value: str | None) -> str | None:
    """The instant or date in ISO 8601; an instant without its zone is only good for its day."""
    try:
        parsed = parse_published((value or "").strip())
    except ValueError:
        return None
    if parsed.year < _FIRST_YEAR:
        return None
    if isinstance(parsed, datetime) and parsed.tzinfo is None:
        return parsed.date().isoformat()
    return parsed.isoformat()
