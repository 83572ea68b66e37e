"""Feeds as hypothesis makes them: heads, roots and entries, many of them odd, in every mixture."""

from __future__ import annotations

from hypothesis import strategies as st

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XHTML = "http://www.w3.org/1999/xhtml"

HEADS = [
    "<title>Herald</title>",
    "<title><![CDATA[Herald & Sons]]></title>",
    '<title type="html">Herald &amp; Sons</title>',
    "<link>https://herald.example/news/</link>",
    '<link rel="alternate" type="text/html" href="https://herald.example/atom/"/>',
    '<atom:link href="https://herald.example/rss" rel="self" type="application/rss+xml" />',
    '<atom:link rel="self" href="/rss"></atom:link>',
    '<atom:link rel="self" rel="self" href="/ill-formed"/>',
    '<atom:link href="https://herald.example/other"/>',
    "<description>All the news</description>",
    "<description>Ill-formed & so on</description>",
    "<description><![CDATA[<title>not a title</title>]]></description>",
    "<lastBuildDate>Mon, 26 Jan 2026 05:00:00 GMT</lastBuildDate>",
    "<language>en-gb</language>",
    "<!-- <item><title>none</title></item> -->",
    "<!-- <title>none -->",
    "<image><url>/i.png</url><title>Picture</title><link>https://pictures.example/</link></image>",
    "<image><title>Picture</title></image>",
    "<textInput><title>Find</title><name>q</name><link>/find</link></textInput>",
    "<itunes:summary>Heard</itunes:summary><description>Twice</description>",
    "<undeclared:thing/>",
    "<id>tag:herald.example</id>",
    "<title>never ends",
]
ROOTS = [
    ('<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"{}><channel>', "</channel></rss>"),
    ('<rss version="2.0"{}><channel>', "</channel></rss>"),
    ('<feed xmlns="http://www.w3.org/2005/Atom"{}>', "</feed>"),
    (
        (
            f'<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="{RDF}"{{}}>'
            '<channel><items><rdf:Seq><rdf:li rdf:resource="/1"/></rdf:Seq></items></channel>'
        ),
        "</rdf:RDF>",
    ),
]
SPACES = [
    "",
    ' xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"',
    ' xmlns:media="http://search.yahoo.com/mrss/" xml:base="https://base.example/"',
]
KEYS = [
    "<guid>{n}</guid>",
    '<guid isPermaLink="false">{n}</guid><link>https://herald.example/{n}</link>',
    "<link>/relative/{n}</link>",
    '<id>tag:{n}</id><link href="relative/{n}"/>',
    "<link>https://herald.example/same</link>",
    "",
]
TEXTS = [
    "<description>Plain {n}</description>",
    "<summary>Short</summary><description>Long text {n}</description>",
    "<description>&lt;p&gt;Escaped  twice &amp;amp; more {n}&lt;/p&gt;</description>",
    "<description><![CDATA[<p>Marked</p>\n<p>up {n}</p>]]></description>",
    "<description><![CDATA[</item> <item> <!-- ]] ]]></description>",
    "<description>Inline <div>markup {n}</div></description>",
    "<!-- </item> --><description>After {n}</description>",
    "<description>گولی {n}</description><category>a</category><category>b</category>",
    f'<content type="xhtml"><div xmlns="{XHTML}"><p>Deep {{n}}</p></div></content>',
    "<media:title>Other title</media:title>",
    "<item>Nested</item>",
    "<description>Stray ]]> {n}</description>",
    "<pubDate>Mon, 26 Jan 2026 05:00:00 +0500</pubDate><updated>2026-01-26T06:00:00Z</updated>",
]

_entry = st.tuples(
    st.integers(1, 4), st.sampled_from(KEYS), st.lists(st.sampled_from(TEXTS), max_size=2)
)
entries = st.lists(_entry, max_size=4)
heads = st.lists(st.sampled_from(HEADS), max_size=4)
frames = st.tuples(st.sampled_from(ROOTS), st.sampled_from(SPACES))

Entry = tuple[int, str, list[str]]
Frame = tuple[tuple[str, str], str]


def document(frame: Frame, head: list[str], listed: list[Entry]) -> bytes:
    (opening, closing), spaces = frame
    tag = "entry" if opening.startswith("<feed") else "item"
    items = "".join(
        f"<{tag}><title>Title {n}</title>{(key + ''.join(texts)).format(n=n)}</{tag}>\n"
        for n, key, texts in listed
    ).replace("item>", f"{tag}>")
    return f"{opening.format(spaces)}{''.join(head)}{items}{closing}".encode()


@st.composite
def polls(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """Return a feed at two polls: other heads, new entries among the old, in any order."""
    frame, before = draw(frames), draw(entries)
    first = document(frame, draw(heads), before)
    listed = draw(st.permutations([*draw(entries), *before]))
    return first, document(frame, draw(heads), listed)
