"""clean: RawArticle to plain articles; furniture, captions, bylines and datelines taken apart, not lost.

The way of a payload: `html` or `normalise` make it text, `lines` paragraphs; `blocks` labels each, `payload` finds
where articles begin, `story` takes each apart; here they become records. docs/clean.md tells more.
"""

from __future__ import annotations

import re
from dataclasses import replace

from legation import __version__
from legation.knowledge import load
from legation.outcomes import Emit, Outcome, Reject, RejectReason, Skip, SkipReason
from legation.records import Article, Caption, RawArticle, Versions
from legation.stages.clean.apostrophes import mend_apostrophes
from legation.stages.clean.blocks import Block, Kind, read_blocks
from legation.stages.clean.html import Part, TooLarge, load_extractor, read_html
from legation.stages.clean.identity import article_id, raw_id, sha256
from legation.stages.clean.language import ENGLISH, language_of, load_language_model
from legation.stages.clean.lines import paragraphs
from legation.stages.clean.names import agency_named, is_agency
from legation.stages.clean.normalise import normalise
from legation.stages.clean.payload import split
from legation.stages.clean.published import day_of, published
from legation.stages.clean.sentences import split_sentences
from legation.stages.clean.story import read_story

MAX_CHARACTERS = 500_000
"""Characters of text: a long book chapter; news is a hundredth of it. CLEAN's `max_message_bytes` counts on it."""
MAX_SENTENCES = 10_000
"""Sentences of one article, captions with it: twice what so many characters have in prose. What has more are rows of
marks and numbers, which cost classify seconds, and would be more than a message takes."""
_PAGE = re.compile(r"\s*(?:<\?xml[^<>]*>\s*)?(?:<!doctype html|<html)\b", re.IGNORECASE)


def load_readers() -> None:
    """Load now what the first payload would otherwise wait for, two seconds on an idle core."""
    load()
    load_language_model()
    load_extractor()


def clean(raw: RawArticle) -> Outcome[Article]:
    """The articles in a payload.

    Emits one to n articles, in any language; skips where nothing but furniture is left; rejects where there is no
    text at all, or too much of it. Never raises.
    """
    if not (raw.text or "").strip() and not (raw.html or "").strip():
        return Reject(RejectReason.NO_TEXT, "neither `text` nor `html` holds anything")
    try:
        parts = _parts(raw)
    except TooLarge as error:
        return Reject(RejectReason.TOO_LARGE, str(error))
    payload = raw_id(raw)
    articles: list[Article] = []
    for part in parts:
        stories = split(read_blocks(paragraphs(normalise(part.text))))
        if len(stories) > 1 and stories[0][0].kind is Kind.HEADING:
            part = replace(part, title=None)  # each has a headline of its own; the feed's may be that of the page
        for blocks in stories:
            article = _article(raw, part, blocks, payload, number=len(articles) + 1)
            if article is not None:
                articles.append(article)
                part = replace(part, title=None, byline=None, captions=())  # they are of its first article
    if not articles:
        return Skip(SkipReason.EMPTY_AFTER_CLEANING, "all furniture, captions and headings")
    if (most := max(map(_sentences, articles))) > MAX_SENTENCES:
        return Reject(RejectReason.TOO_LARGE, f"an article has {most} sentences; at most {MAX_SENTENCES} are read")
    return Emit(tuple(articles))


def _sentences(article: Article) -> int:
    return len(article.sentences) + sum(len(caption.sentences) for caption in article.captions)


def _parts(raw: RawArticle) -> list[Part]:
    """The payload as text, in one part or, where a page says so, in several. Text is taken before HTML, unless it is a
    page itself.

    Raises:
        TooLarge: more text than is read, or a page that is refused.
    """
    text = "" if (raw.text or "").isspace() else raw.text or ""
    parts = read_html(text or raw.html or "") if not text or _PAGE.match(text) else [Part(text=text)]
    size = sum(len(part.text) for part in parts)
    if size > MAX_CHARACTERS:
        raise TooLarge(f"the text has {size} characters; at most {MAX_CHARACTERS} are read")
    return [replace(part, title=raw.title or part.title) if i == 0 else part for i, part in enumerate(parts)]


def _article(raw: RawArticle, part: Part, blocks: list[Block], payload: str, *, number: int) -> Article | None:
    """The article that the blocks make; None where nothing is left for its body."""
    story = read_story(blocks, " ".join(normalise(part.title or "").split()) or None)
    text = "\n".join(story.paragraphs)
    if not text:
        return None
    language = language_of(text, raw.language)
    mend = mend_apostrophes if language in (ENGLISH, None) else str
    title, body = mend(story.title or "") or None, mend(text)
    outlet = raw.source or next((stamp.outlet for stamp in story.stamps if stamp.outlet), part.site)
    when = published(story, html=part.published, feed=raw.published_at, url=raw.url)
    pictured = (*story.captions, *((normalise(text), credit) for text, credit in part.captions))
    return Article(
        article_id=article_id(payload, number),
        raw_id=payload,
        url=raw.url,
        outlet=outlet,
        agency=story.agency or agency_named(part.byline or "") or agency_named(outlet or ""),
        byline=story.byline or (None if is_agency(part.byline or "") else part.byline),
        published_at=when.at,
        published_from=when.source,
        fetched_at=raw.fetched_at,
        language=language,
        title=title,
        dateline=story.opening.record(day_of(when.at)) if story.opening else None,
        body=body,
        sentences=split_sentences(body),
        captions=tuple(_caption(mend(text), credit) for text, credit in pictured if text),
        content_hash=sha256(f"{title or ''}\n{body}"),
        removed=tuple(story.removed),
        versions=Versions(pipeline=__version__, knowledge=load().version),
    )


def _caption(text: str, credit: str | None) -> Caption:
    return Caption(text=text, sentences=split_sentences(text), credit=credit)
