"""What nobody reads of a feed's head is left out when known entries are.

feedparser takes as long for a head as for an entry or two. Beside a known feed only its links and
the tags that hold everything matter: they decide what relative links mean. What is left out is so
plain that it can be neither ill-formed nor of influence on what follows; the rest stays. Pure.
"""

from __future__ import annotations

import re

MOST = 20_000
"""Bytes of a head that is looked at: longer ones are rare, and stay whole."""

_NAMES = (
    b"title|description|language|lastBuildDate|pubDate|copyright|generator|docs|ttl|webMaster"
    b"|managingEditor|url|width|height|subtitle|rights|updated|icon|logo|category"
)
_AND = rb"&(?:amp|lt|gt|quot|apos);"
_TEXT = rb"(?:[^<>&]|%b)*+" % _AND
_VALUE = rb"(?:\"(?:[^\"<&]|%b)*+\"|'(?:[^'<&]|%b)*+')" % (_AND, _AND)
_CDATA = rb"<!\[CDATA\[[^\[\]<>]{0,2000}+\]\]>"

_LEAVES = re.compile(
    rb"<(%b)(?:\s+type=[\"']\w{1,9}[\"'])?>\s*+(?:%b\s*+|%b)</\1\s*+>" % (_NAMES, _CDATA, _TEXT)
)
_SELF = re.compile(  # says where the feed is; the first line makes sure that no attribute is twice
    rb"<atom:link(?=[^<>]*\shref=)(?=[^<>]*\srel=)(?![^<>]*\s(\w+)=[^<>]*\s\1=)"
    rb"(?:\s+(?:rel=[\"']self[\"']|(?:href|type)=%b)){2,3}\s*+(?:/>|></atom:link>)" % _VALUE
)
_EMPTIED = re.compile(
    rb"<image>\s*+(?:<link>%b</link>\s*+)?</image\s*+>"
    rb"|<items>\s*+<rdf:Seq>\s*+(?:<rdf:li\s+(?:rdf:)?resource=%b\s*+/>\s*+)*+</rdf:Seq>\s*+</items>"
    % (_TEXT, _VALUE)
)

# feedparser then takes the first entry's texts in another order, whichever entry comes first.
_REACHING = re.compile(
    rb"<(?:[\w.-]+:)?(?:summary|encoded|content|fullitem|body|abstract)\b", re.IGNORECASE
)


def reaches_into_entries(head: bytes) -> bool:
    """Tell whether a head has texts after which feedparser reads the first entry differently."""
    return _REACHING.search(head) is not None


def lean(head: bytes) -> bytes:
    """Return a head, from the document's begin to its first entry, without what nobody reads."""
    if len(head) > MOST or b"<!DOCTYPE" in head:
        return head
    if b" xmlns:atom=" in head:
        head = _SELF.sub(b"", head)
    return _EMPTIED.sub(b"", _LEAVES.sub(b"", head))
