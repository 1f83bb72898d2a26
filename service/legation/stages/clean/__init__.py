"""clean: RawArticle to plain articles; furniture, captions, bylines and datelines taken apart, not lost.

The way of a payload: `html` (or `normalise`) to text, `lines` to paragraphs, `blocks` labels each, `payload` finds
where articles begin, `story` takes each apart, and here they become records. docs/clean.md tells more.
"""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

from legation import __version__
from legation.outcomes import Emit, Outcome, Reject, RejectReason, Skip, SkipReason
from legation.records import Article, Caption, RawArticle, Versions
from legation.stages.clean.agencies import agency_named
from legation.stages.clean.apostrophes import mend_apostrophes
from legation.stages.clean.blocks import Block, Kind, read_blocks
from legation.stages.clean.html import MAX_DEPTH, MAX_HTML, Page, is_too_deep, read_html
from legation.stages.clean.identity import article_id, raw_id, sha256
from legation.stages.clean.language import language_of
from legation.stages.clean.lines import paragraphs
from legation.stages.clean.normalise import normalise
from legation.stages.clean.payload import split
from legation.stages.clean.published import Published, day_of, published
from legation.stages.clean.sentences import split_sentences
from legation.stages.clean.story import Story, read_story

MAX_CHARACTERS = 500_000
"""Characters of text: a long book chapter; news is a hundredth of it. CLEAN's `max_message_bytes` counts on it."""
READ_LANGUAGES = frozenset({"en"})
"""Languages that a later stage reads."""


def clean(raw: RawArticle) -> Outcome[Article]:
    """The articles in a payload.

    Emits one to n articles; skips where nothing but furniture is left, or no article is in a language that is read;
    rejects where there is no text at all, or too much of it. Never raises.
    """
    if not (raw.text or "").strip() and not (raw.html or "").strip():
        return Reject(RejectReason.NO_TEXT, "neither `text` nor `html` holds anything")
    if raw.text and raw.text.strip():
        if len(raw.text) > MAX_CHARACTERS:
            return _too_large("text", len(raw.text), MAX_CHARACTERS)
        page = Page(texts=[raw.text])
    else:
        html = raw.html or ""
        if len(html) > MAX_HTML:
            return _too_large("html", len(html), MAX_HTML)
        if is_too_deep(html):
            return Reject(RejectReason.TOO_LARGE, f"`html` is nested deeper than {MAX_DEPTH} elements")
        page = read_html(html)
        size = sum(map(len, page.texts))
        if size > MAX_CHARACTERS:
            return _too_large("text of the page", size, MAX_CHARACTERS)
    stories = [story for text in page.texts for story in split(read_blocks(paragraphs(normalise(text))))]
    payload = raw_id(raw)
    articles: list[Article] = []
    foreign: list[str] = []
    for blocks in stories:
        article = _article(raw, page, blocks, payload, len(articles) + len(foreign) + 1)
        if article is None:
            continue
        if article.language is None or article.language in READ_LANGUAGES:
            articles.append(article)
        else:
            foreign.append(article.language)
    if articles:
        return Emit(tuple(articles))
    if foreign:
        return Skip(SkipReason.LANGUAGE, ", ".join(foreign))
    return Skip(SkipReason.EMPTY_AFTER_CLEANING, f"{sum(map(len, stories))} lines, all furniture, captions or headings")


def _too_large(what: str, size: int, limit: int) -> Reject:
    return Reject(RejectReason.TOO_LARGE, f"{what} has {size} characters; at most {limit} are read")


def _article(raw: RawArticle, page: Page, blocks: list[Block], payload: str, number: int) -> Article | None:
    first = number == 1
    given_title = (raw.title or page.title) if first else None
    story = read_story(blocks, " ".join(normalise(given_title).split()) if given_title else None)
    body = "\n".join(story.paragraphs)
    if not body:
        return None
    language = language_of(body, raw.language)
    mend = mend_apostrophes if language in READ_LANGUAGES or language is None else str
    body = mend(body)
    title = mend(story.title) if story.title else None
    when = published(raw, page.published, story)
    captions = [*story.captions, *((text, None) for text in page.captions)] if first else story.captions
    return Article(
        article_id=article_id(payload, number),
        raw_id=payload,
        url=raw.url,
        outlet=raw.source or next((s.outlet for s in story.stamps if s.outlet), None) or page.site,
        agency=story.agency or (agency_named(raw.source) if raw.source else None),
        byline=story.byline or (page.author if first else None),
        published_at=when.at,
        published_from=when.source,
        fetched_at=raw.fetched_at,
        language=language,
        title=title,
        dateline=story.opening.dateline(day_of(when.at)) if story.opening else None,
        body=body,
        sentences=split_sentences(body),
        captions=tuple(_caption(mend(text), credit) for text, credit in captions),
        content_hash=sha256(f"{title or ''}\n{body}"),
        removed=tuple(story.removed),
        versions=Versions(pipeline=__version__, knowledge="0"),
    )


def _caption(text: str, credit: str | None) -> Caption:
    return Caption(text=text, sentences=split_sentences(text), credit=credit)
