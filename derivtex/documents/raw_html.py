"""Where raw HTML begins in a Markdown document, and what ends it."""

from __future__ import annotations

import re

# Raw HTML goes on to its end, or where only a tag begins it, to the next blank line.
_RAW = re.compile(
    r" {0,3}<((?:script|pre|style|textarea)(?=[\s>]|$)|!--|\?|!\[CDATA\[|![a-z])", re.I
)
_RAW_ENDS = {"!--": "-->", r"?": r"\?>", "![cdata[": "]]>"}
_RAW_TAG_ENDS = "</(?:script|pre|style|textarea)>"
_BLOCK_TAG = re.compile(
    r" {0,3}</?(?:address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup"
    r"|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset"
    r"|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol"
    r"|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr"
    r"|track|ul)(?:\s|/?>|$)",
    re.I,
)
_TAG = re.compile(
    r" {0,3}(?:</[a-z][a-z0-9-]*\s*>"
    r"|<[a-z][a-z0-9-]*(?:\s+[a-z_:][\w.:-]*(?:\s*=\s*(?:[^\s\"'=<>`]+|'[^']*'|\"[^\"]*\"))?)*"
    r"\s*/?>)\s*$",
    re.I,
)


def html_end(rest: str, paragraph: bool) -> str | None:
    """A pattern for what ends the raw HTML that begins here.

    It is "" where a blank line does, and None where no HTML begins.
    """
    raw = _RAW.match(rest)
    if raw is not None:
        tag = raw[1].lower()
        return _RAW_ENDS.get(tag) or (">" if tag.startswith("!") else _RAW_TAG_ENDS)
    tagged = _BLOCK_TAG.match(rest) or (not paragraph and _TAG.match(rest))
    return "" if tagged else None
