"""Ids that are the same on any machine: of the payload, and of each article in it."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from legation.records import RawArticle

_TRACKING = re.compile(
    r"utm_.*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|igshid|mc_cid|mc_eid|_ga|ocid|cmpid|ref_src|ns_\w+",
    re.IGNORECASE,
)
"""Query parameters that say where the reader came from, not what the page is."""
_DEFAULT_PORTS = {"http": 80, "https": 443}


def canonical_url(url: str) -> str:
    """The URL without what does not change the page: case of scheme and host, default port, fragment, tracking
    parameters, order of the query. What cannot be read as a URL is returned stripped, else as it is."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return url
    scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
    if not host:
        return url
    if ":" in host:
        host = f"[{host}]"
    if port is not None and port != _DEFAULT_PORTS.get(scheme):
        host = f"{host}:{port}"
    query = sorted(pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(pair[0]))
    return urlunsplit((scheme, host, parts.path or "/", urlencode(query), ""))


def raw_id(raw: RawArticle) -> str:
    """The payload's id: the given one, else sha256 (hex) of the canonical URL, else of the content."""
    if raw.article_id is not None:
        return raw.article_id
    if raw.url is not None and raw.url.strip():
        return sha256(canonical_url(raw.url))
    return sha256("\n".join((raw.title or "", raw.text or "", raw.html or "")))


def article_id(payload: str, number: int) -> str:
    """The id of article `number` (from 1) of a payload: the first keeps the payload's own."""
    return payload if number == 1 else f"{payload}.{number}"


def sha256(text: str) -> str:
    """sha256 of the UTF-8 bytes, in hex. Lone surrogates, which UTF-8 cannot hold, count as question marks."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
