"""Text as it should have been sent: no mojibake, no tags, no control characters, one kind of space and line end."""

from __future__ import annotations

import html
import re

import ftfy

_MOJIBAKE = re.compile(r"[ÂÃâ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œžŸ]|ï»¿|ï¿½")
"""UTF-8 read as Latin-1 or Windows-1252 shows these pairs; real text hardly ever does."""
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_HIDDEN = (("<script", "</script>"), ("<style", "</style>"), ("<!--", "-->"))
"""What no reader sees, markup and all."""
_BREAK = re.compile(
    r"</?(?:address|article|blockquote|br|dd|div|dl|dt|figcaption|figure|footer|h[1-6]|header|hr|li|main|ol|p|section"
    r"|table|td|th|tr|ul)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_TAG = re.compile(
    r"</?(?:a|abbr|b|big|center|cite|code|em|font|i|iframe|img|ins|mark|q|s|small|span|strike|strong|sub|sup|time|tt|u"
    r"|video|wbr)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
"""Feeds send markup as text. Known tags only: 'a < b' stays."""
_MARKUP = re.compile(r"</[a-zA-Z][a-zA-Z1-6]{0,10}>|<br ?/?>")
"""Without one of these there is none: <P> and <DD> alone are shares, in wires of the eighties."""
_LINE_END = re.compile(r"\r\n?|[\u000b\u000c\u0085\u2028\u2029\x03]")
"""Among them ETX, with which wires end a story."""
_DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
"""Controls, soft hyphens, zero-width and direction marks, lone surrogates."""
_SPACE = re.compile(r"[^\S\n ]")
"""Any white space that is neither a blank nor a line end; tabs become blanks too."""
_TRAILING = re.compile(r"(?<! ) ++(?=\n|$)")
_ROUNDS = 3
"""Times that text is mended: feeds escape what was escaped already, and dropping a control can lay bare mojibake."""


def normalise(text: str) -> str:
    """The text mended. Applying it twice changes nothing more (short of text escaped four times)."""
    text = _tidy(ftfy.fix_encoding(text) if _is_garbled(text) else text)
    for _ in range(_ROUNDS):
        if not (_ENTITY.search(text) or _is_garbled(text) or _is_marked_up(text)):
            break
        text = _tidy(ftfy.fix_encoding(html.unescape(_without_tags(text))))
    return text


def _is_marked_up(text: str) -> bool:
    return "<" in text and _MARKUP.search(text) is not None


def _without_tags(text: str) -> str:
    if not _is_marked_up(text):
        return text
    for opening, closing in _HIDDEN:
        text = _without_hidden(text, opening, closing)
    return _TAG.sub("", _BREAK.sub("\n", text))


def _without_hidden(text: str, opening: str, closing: str) -> str:
    """Searched by hand: a pattern would look from each opening to the end of a text that has no closing."""
    lower = text.lower()
    if len(lower) != len(text):
        return text  # a letter that is two in lower case: offsets would not fit
    kept: list[str] = []
    at = 0
    while (start := lower.find(opening, at)) >= 0 and (end := lower.find(closing, start)) >= 0:
        kept += (text[at:start], "\n")
        at = end + len(closing)
    return "".join((*kept, text[at:]))


def _is_garbled(text: str) -> bool:
    return not text.isascii() and _MOJIBAKE.search(text) is not None


def _tidy(text: str) -> str:
    if not text.replace("\n", " ").isprintable():  # most text is, and a look is cheaper than three searches
        text = _LINE_END.sub("\n", text)
        text = _DROPPED.sub("", text)
        text = _SPACE.sub(" ", text)
    return _TRAILING.sub("", text) if " \n" in text or text.endswith(" ") else text
