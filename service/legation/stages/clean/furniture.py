"""Furniture: what stands on the page around an article. It is taken out and recorded with its reason."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SCRIPT_WARNING = re.compile(
    r"(?:(?:We(?:'re| are)? )?Sorry,? (?:but )?)?"
    r"(?:(?:your|this|the) (?:web )?(?:browser|site|page|website|app|feature|form)[^.!?\n]{0,60}\bjavascript"
    r"|(?:please )?(?:enable|activate|turn on|switch on|allow) javascript"
    r"|you (?:need|must|have) (?:to )?(?:have |enable |turn on |activate )*javascript"
    r"|javascript (?:is|must be|has been|appears to be|seems to be|needs to be) (?:\w+ )?(?:required|disabled|enabled|off|turned off|turned on|not)"
    r"|to (?:view|use|see|read|play|watch|enjoy) this[^.!?\n]{0,60}(?:enable|activate|turn on) javascript"
    r"|we (?:have|'ve)? ?(?:noticed|detected)[^.!?\n]{0,60}javascript)"
    r"[^.!?\n]*(?:[.!?](?= |\n|$)|$)"
    # what such a warning goes on with
    r"(?: (?:If you|Please|For (?:help|instructions|more)|To |Click here|Here are)[^\n]{0,120}?"
    r"(?:(?:re|')? ?not sure how to|enable|activate|refer to|instructions|browser|refresh|reload)[^\n]{0,160}?"
    r"(?:https?://\S+|[.!?](?= |\n|$)|$))*",
    re.IGNORECASE,
)

_LINES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (reason, re.compile(pattern, re.IGNORECASE))
    for reason, pattern in (
        ("script-warning", r".{0,80}(?:enable-javascript\.com|\bnoscript\b).{0,200}"),
        (
            "share-buttons",
            r"(?:share (?:this|on|via|article|story|now|to|with)\b.{0,80}|share|tweet(?: this)?|e-?mail(?: this)?|print(?: this)?|"
            r"(?:(?:share|facebook|twitter|x|linkedin|whatsapp|telegram|reddit|pinterest|e-?mail|print|copy link|messenger|line|save|pocket|"
            r"flipboard|comments?|tweet|link copied|like|bookmark|sms|tumblr|instagram|youtube|wechat|weibo)[ |,/·•]*){2,}"
            r"|(?:facebook|twitter|linkedin|whatsapp|telegram|reddit|pinterest|copy link|link copied!?)|click to share.{0,80}|\d+ shares?)",
        ),
        (
            "subscription",
            r"(?:subscribe|sign in|log ?in|register|become a (?:member|subscriber)|already a (?:subscriber|member)|start your (?:free )?trial|"
            r"this (?:article|content|story) is (?:for|available to|only available to) (?:subscribers|members|registered).{0,40}|"
            r"to (?:continue|keep) reading|you have \d+ (?:free )?articles?|you(?:'ve| have) reached your.{0,30}limit|"
            r"unlimited access|support (?:our|independent) journalism|get unlimited).{0,160}",
        ),
        (
            "newsletter",
            r"(?:(?:sign|signing) up (?:for|to|here)|get (?:the|our) (?:latest|daily|top|best|weekly|morning|free)?.{0,60}(?:newsletter|inbox|alerts)|"
            r".{0,60}\b(?:delivered|straight|sent|direct) (?:directly )?(?:to|in) your (?:inbox|email)|(?:our|the) .{0,30}newsletters?\b|newsletters?$|"
            r"thank(?:s| you) for (?:signing up|subscribing)|enter your e-?mail|follow us|follow @|like us on|join us on|download (?:our|the) .{0,30}app|"
            r"join our (?:telegram|whatsapp)).{0,200}",
        ),
        (
            "cookie-notice",
            r".{0,120}\b(?:uses? cookies|use of cookies|cookie (?:policy|settings|preferences|notice)|accept (?:all )?cookies|"
            r"(?:our|updated) privacy (?:policy|notice)|terms of (?:use|service) and privacy|manage (?:your )?(?:consent|privacy)|gdpr).{0,300}",
        ),
        (
            "read-more",
            r"(?:read (?:more|next|also|the full|full)|see also|also read|more (?:on this|from|stories|news|in this|coverage)|related(?:$|:| (?:articles?|stories|"
            r"content|topics|coverage|news|links|posts|video))|recommended|you (?:may|might) (?:also )?like|most (?:read|popular|viewed|shared)|trending|"
            r"don't miss|what to read next|top stories|latest (?:news|stories|headlines)|up next|watch(?: now)?:|watch live|listen(?: now)?:|continue reading|"
            r"click here|(?:next|previous) (?:article|story|post)|editor'?s? (?:picks?|choice)|must reads?|popular now|in case you missed it|"
            r"keywords? ?:|tags? ?:|topics? ?:|filed under|categories ?:|back to top|skip to|jump to|load more|show more|view (?:all|more|comments|gallery)|"
            r"explore more|learn more$|find out more)(?:\b.{0,160})?",
        ),
        (
            "advertisement",
            r"(?:advertisements?|advertisement\s*-?.{0,30}|ads? by .{0,30}|sponsored(?: content)?|promoted|story continues below.{0,40}|"
            r"(?:article|story) continues (?:after|below).{0,40}|scroll (?:down )?to continue.{0,40}|paid (?:post|content)|adverti[sz]ing)",
        ),
        (
            "copyright",
            r"(?:.{0,80}(?:©|\(c\)|copyright)\s*(?:\(c\)|©)? ?(?:by )?(?:\d{4}|[A-Z\"“]).{0,200}|.{0,160}\ball rights reserved\b.{0,160}|"
            r".{0,80}may not be (?:published|reproduced|republished|copied).{0,160}|our standards:.{0,80}|.{0,80}trust principles\.?|"
            r"(?:reproduction|republication).{0,80}(?:prohibited|permission).{0,80})",
        ),
        (
            "comments",
            r"(?:\d+ comments?|comments?(?: \(\d+\))?|leave a (?:comment|reply).{0,60}|post a comment|add a comment|join the (?:conversation|discussion).{0,80}|"
            r"comments are closed.{0,40}|your e-?mail address will not be published.{0,60}|report (?:a typo|an error|this ad).{0,40}|have your say.{0,40})",
        ),
        (
            "reading-time",
            r"(?:(?:(?:estimated )?reading time:? ?)?\d+[ -]min(?:ute)?s? read|reading time:? \d+ min(?:ute)?s?|listen to (?:this )?(?:article|story)|"
            r"\d+ (?:min|minutes?|hours?|hrs?|days?) ago|font size.{0,20}|[aA][-+] ?[aA][-+]?|text size.{0,20})",
        ),
        (
            "address",
            r"(?:https?://\S+|www\.\S+|\S+@\S+\.\w{2,6}|e-?mail:? .{0,60}@\S+|contact .{0,80}@\S+|.{0,60}@\S+\.(?:com|org|net|jp|kr|uk|eu))",
        ),
        ("rule", r"[\W_]+"),
    )
)
_LONGEST = 420
"""Characters: no piece of furniture is longer; longer lines are not tried."""


def reason_for(line: str) -> str | None:
    """Why the whole line is furniture; None where it is not."""
    if len(line) > _LONGEST:
        return None
    for reason, pattern in _LINES:
        if pattern.fullmatch(line):
            return reason
    return None


def cut_script_warnings(line: str) -> Iterator[tuple[str, bool]]:
    """The line in pieces: (text, whether it is a script warning). Warnings are often run into a headline."""
    at = 0
    if "avascript" in line or "AVASCRIPT" in line or "avaScript" in line:
        for match in _SCRIPT_WARNING.finditer(line):
            yield line[at : match.start()].strip(), False
            yield match.group().strip(), True
            at = match.end()
    yield line[at:].strip(), False
