"""Furniture: what stands on a page around an article. It is taken out and recorded with its reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ahocorasick_rs import AhoCorasick

MAX_FURNITURE = 420
"""Characters: no line of furniture is longer; longer lines are prose and not tried."""
_MAX_LABEL = 120
"""Characters of a label, a button or a link to another story."""

_BUTTON = (
    "share|tweet|facebook|twitter|x|linkedin|whatsapp|telegram|reddit|pinterest|e-?mail|print|copy(?: the)? link"
    "|messenger|line|save|pocket|flipboard|comments?|like|bookmark|sms|tumblr|instagram|youtube|wechat|weibo"
)

_SECTION = (
    "home|news|world|asia|europe|africa|americas|middle east|us|uk|local|politics|business|economy|markets|sports?|tech"
    "|technology|science|health|culture|arts|entertainment|lifestyle|travel|opinion|weather|video|live|podcasts?|more"
)
_LEGAL = (
    "terms (?:of|and) (?:use|service|conditions)|privacy (?:policy|notice)|about us|contact us|site ?map|cookies?"
    "|accessibility"
)

_WHOLE: Mapping[str, tuple[str, ...]] = {
    "share-buttons": (
        rf"(?:{_BUTTON})(?:[ |,/·•]+(?:{_BUTTON}))+",
        "(?:share|tweet|e-?mail|print)(?: this)?|facebook|twitter|linkedin|whatsapp|copy link|link copied",
        r"share (?:this|on|via|article|story|now).{0,60}|\d+ (?:shares?|likes?|views)",
    ),
    "subscription": (
        "(?:un)?subscribe(?: now| today)?(?: \\W+ (?:manage|update) .{0,40})?|sign in|log ?in|register(?: now)?",
        "become a member|subscribers? only|(?:manage|update)(?: your)? preferences",
    ),
    "navigation": (
        "(?:main )?menu|navigation|(?:video )?player close|video player|close|loading|home(?: [>|/»] [^>|/»]{1,60})+",
        rf"(?:{_SECTION})(?:[ |·•/]+(?:{_SECTION})){{2,}}",
        rf"(?:{_LEGAL})(?:[ |·•]+(?:{_LEGAL}))*",
        r"continued (?:on|from) page \w{1,4}|\(?see page \w{1,4}\)?",
    ),
    "newsletter": ("newsletters?|enter your e-?mail.{0,30}|(?:sign|signed) up",),
    "read-more": (
        "read more.{0,100}|read next|see also|related|recommended|trending|most (?:read|popular|viewed|shared)",
        "(?:load|show|learn|find out) more|more|top stories|view (?:all|gallery)",
        "skip to (?:main )?content|jump to.{0,30}|back to top|up next|watch live|don['’]?t miss(?: out)?",
        "you (?:may|might) (?:also )?like|(?:next|previous) (?:article|story|post)",
        "editor['’]?s (?:picks?|choice)|key points",
    ),
    "advertisement": (
        "adverts?|advertisements?|advertising|ads?|sponsored(?: content| links?)?|promoted|paid (?:post|content)",
        "(?:story|article|text) continues (?:below|after).{0,40}|scroll (?:down )?to continue.{0,40}|ads? by .{0,30}",
    ),
    "editors-note": (
        r"(?:update \d+ \W{0,2})?(?:adds|recasts|corrects|corrected to|updates (?:with|throughout|to)|rewrites"
        r"|repeats (?:to|for|story)|refiles|releads|writes thr(?:ough|u))\b.{0,100}\)",
    ),
    "comments": (
        r"(?:\d+ )?comments?(?: \(\d+\))?|leave a (?:comment|reply)|(?:post|add) a comment|have your say|view comments",
    ),
    "reading-time": (
        r"(?:reading time:? ?)?\d+[ -]min(?:ute)?s?(?: read)?|listen to (?:this )?(?:article|story)",
        r"(?:(?:posted|updated|published),? )?\d+ ?(?:m|min|minutes?|h|hours?|hrs?|d|days?) ago"
        r"(?:,? (?:posted|updated) \d+ ?(?:m|min|minutes?|h|hours?|hrs?|d|days?) ago)?|(?:font|text) size.{0,20}",
    ),
    "address": (
        r"\(\(.{0,100}@.{0,100}\)\)",
        r"(?:https?://|www\.)\S+",
        r"(?=.*@)(?:[\w.:-]+ ){0,6}[\w.+-]+@[\w.-]+\.\w{2,6}",
    ),
    "rule": (r"[\W_]+",),
}
"""The whole line reads so, but for punctuation at its ends."""

_START: Mapping[str, tuple[str, ...]] = {
    "subscription": (
        "subscribe to |already a (?:subscriber|member)|start your (?:free )?trial|get unlimited |unlimited access",
        "this (?:article|content|story) is (?:only )?(?:for|available to) (?:subscribers|members|registered)",
        r"to (?:continue|keep) reading|you(?: have|['’]ve)? \d+ (?:free )?articles? |you(?:['’]ve| have) reached your",
        "support (?:our|independent) journalism",
    ),
    "newsletter": (
        "register now for free|view this e-?mail in|follow .{0,30}(?:coverage|on (?:twitter|facebook|x|instagram))",
        "sent from my |get outlook for ",
        "sign(?:ing)? up (?:for|to|here|now)|get (?:the|our) (?:day['’]s|latest|daily|weekly|morning|best|top) ",
        "thank(?:s| you) for (?:signing up|subscribing)|follow us |follow @|like us on|join us on",
        "join our (?:telegram|whatsapp)|download (?:our|the) .{0,20}app",
    ),
    "cookie-notice": (
        "please enable cookies",
        "(?:we|this (?:web)?site)(?: and our partners)? uses? cookies|by (?:using|continuing).{0,40}cookies",
    ),
    "read-more": (
        "read (?:more|also|next|the full (?:story|article))(?: on| at)?:|see also:|also read:|watch:|listen:",
        "also read|read also|more news$",
        "related:|related (?:articles?|stories|coverage|news|links|posts|topics|content|videos?)$",
        "continue reading|more (?:on this story|from the|stories)|in case you missed it|click here",
        "(?:keywords?|tags?|topics?|categories|filed under) ?:",
    ),
    "contact": ("to contact the (?:reporter|editor|writer)s?\\b",),
    "gateway": (r"error \d{3,4}\b.{0,40}ray id|performance (?:&|and) security by|checking your browser",),
    "source-note": (
        # Not where the story goes on in the same line.
        r"(?:text of|excerpts? from) (?!.{0,200}\. \W*[a-z].{60}).{0,60}(?:report|article|broadcast|interview)\b.{0,90}"
        r"\b(?:by|on|in|from)\b",
        r"source: .{5,120}\b\d{4} gmt\b|bbc mon(?:itoring)? [a-z][a-z0-9]",
    ),
    "credit": ("image (?:source|credit|copyright)[,:]",),
    "copyright": (r"©|\(c\) ?\d{4}|c\. ?\d{4} |copyright (?:©|\(c\)|\d{4})|our standards:|the thomson reuters trust",),
    "comments": ("join the (?:conversation|discussion)|comments are closed|your e-?mail address will not be",),
}
"""The line begins so."""

_SAYS: Mapping[str, tuple[str, ...]] = {
    "script-warning": ("enable-javascript.com", "requires javascript", "require javascript"),
    "newsletter": ("to your inbox", "in your inbox", "to your e-mail", "to your email"),
    "cookie-notice": (
        "uses cookies",
        "use of cookies",
        "cookie policy",
        "cookie settings",
        "accept cookies",
        "accept all cookies",
    ),
    "syndication": ("auto-generated from a syndicated feed", "story has not been edited by"),
    "copyright": ("all rights reserved", "may not be published", "may not be reproduced", "may not be republished"),
}
"""The line says so somewhere, in these words."""


def _compiled(table: Mapping[str, tuple[str, ...]], frame: str) -> re.Pattern[str]:
    """All patterns of a table as one; the name of the group that matched is the reason, with '_' for '-'.

    For lines in lower case: to try each branch in either case takes twice as long.
    """
    branches = (f"(?P<{reason.replace('-', '_')}>{'|'.join(patterns)})" for reason, patterns in table.items())
    return re.compile(frame % "|".join(branches))


_WHOLE_LINE = _compiled(_WHOLE, r"\W*(?:%s)\W*$")
_LINE_START = _compiled(_START, r"\W*(?:%s)")

_PHRASES = AhoCorasick([phrase for phrases in _SAYS.values() for phrase in phrases])
_SAID = tuple(reason for reason, phrases in _SAYS.items() for _ in phrases)
"""The reason that each of the phrases is."""

_SCRIPT_WARNING = re.compile(
    r"(?:(?:we're |we are )?sorry,? (?:but )?)?"
    r"(?:(?:your|this|the) (?:web ?)?(?:browser|site|page|app|feature|form)[^.!?\n]{0,60}\bjavascript"
    r"|(?:please )?(?:enable|activate|turn on|switch on|allow) javascript"
    r"|you (?:need|must|have) (?:to )?(?:have |enable |turn on |activate )*javascript"
    r"|javascript (?:is|must be|has been|(?:appears|seems|needs) to be) (?:\w+ )?"
    r"(?:required|disabled|enabled|turned|not)"
    r"|to (?:view|use|see|read|play|watch|enjoy) this[^.!?\n]{0,60}(?:enable|activate|turn on) javascript"
    r"|we (?:have |'ve )?(?:noticed|detected)[^.!?\n]{0,60}javascript)"
    r"[^.!?\n]*(?:[.!?](?=\s|$)|$)"
    # and what such a warning goes on with
    r"(?: (?:If you|Please|For (?:help|instructions|more)|To (?:view|use|read|continue|enable)|Click here|Here are)\b"
    r"[^.!?\n]{0,100}\b(?:how|enable|activate|refer|instructions|browser|help|refresh|reload)\b[^\n]{0,160}?"
    r"(?:https?://\S+|[.!?](?=\s|$)|$))*",
    re.IGNORECASE,
)


def reason_for(line: str) -> str | None:
    """Why the whole line is furniture; None where it is not."""
    if len(line) > MAX_FURNITURE:
        return None
    lower = line.lower()
    match = _LINE_START.match(lower)
    if match is None and len(line) <= _MAX_LABEL:
        match = _WHOLE_LINE.match(lower)
    if match is not None and match.lastgroup is not None:
        return match.lastgroup.replace("_", "-")
    said = _PHRASES.find_matches_as_indexes(lower, overlapping=True)
    return _SAID[min(said)[0]] if said else None


def cut_script_warnings(line: str) -> Iterator[tuple[str, bool]]:
    """The line in pieces: (text, whether it is a script warning). Such a warning is often run into a headline."""
    at = 0
    if "avascript" in line.lower():
        for match in _SCRIPT_WARNING.finditer(line):
            yield line[at : match.start()].strip(), False
            yield match.group().strip(), True
            at = match.end()
    yield line[at:].strip(), False
