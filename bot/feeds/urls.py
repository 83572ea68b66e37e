"""What makes two addresses the same page: not scheme, ``www.``, tracking or trailing slashes."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

_TRACKING = frozenset(
    (
        *("fbclid", "gclid", "dclid", "msclkid", "yclid", "igshid", "mc_cid", "mc_eid", "_ga"),
        *("_hsenc", "_hsmi", "xtor", "ocid", "cmpid", "cmp", "ncid", "ito", "partner", "smid"),
        *("emc", "ftag", "sref", "spref", "traffic_source", "ref_src", "src_rss", "rssfeed"),
        *("feedtype", "feedname", "rss_source", "via_rss", "output_rss", "wt.rss"),
    )
)
_TRACKING_PREFIXES = ("utm_", "at_", "ns_", "pk_", "mtm_", "hsa_", "oly_")
_RSS_VALUES = frozenset({"rss", "feed", "rss_feed", "rssfeed", "atom"})
_PORT = re.compile(r":(?:80|443)$")


def absolute(link: str | None, base: str | None) -> str | None:
    """Return an http(s) link in full, or None where it is none."""
    if not link:
        return None
    try:
        full = urljoin(base or "", link.strip())
        parts = urlsplit(full)
    except ValueError:
        return None
    return full if parts.scheme in {"http", "https"} and parts.netloc else None


def canonical(url: str) -> str:
    """Return the form by which an address is recognised, without its scheme."""
    try:
        parts = urlsplit(url.strip())
        query = urlencode(_telling(parts.query)) if parts.query else ""
    except ValueError:
        return url.strip()
    host = _PORT.sub("", parts.netloc.lower()).removeprefix("www.")
    fragment = "" if _is_tracking_fragment(parts.fragment) else f"#{parts.fragment}"
    return f"//{host}{parts.path.rstrip('/')}{f'?{query}' if query else ''}{fragment}"


def is_web(text: str) -> bool:
    """Tell whether a text is an http(s) address."""
    return text.startswith(("http://", "https://"))


def is_home(canonical_url: str) -> bool:
    """Tell whether a canonical address is a site's front page, which identifies no entry."""
    return "/" not in canonical_url[2:] and "?" not in canonical_url


def _telling(query: str) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, value in parse_qsl(query, keep_blank_values=True)
        if name.lower() not in _TRACKING
        and not name.lower().startswith(_TRACKING_PREFIXES)
        and not (name.lower() in {"ref", "source", "from", "via"} and value.lower() in _RSS_VALUES)
    ]


def _is_tracking_fragment(fragment: str) -> bool:
    # "#xtor=RSS-3" and "#ref=rss" are tracking; "#post-12" of a live page is not.
    return not fragment or "=" in fragment
