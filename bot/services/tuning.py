"""A query made a little narrower or wider: what a person may tap instead of typing it anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from bot.domain.chats import Scope, Subscription
from bot.errors import InputError
from bot.matching.nodes import And, Near, Node, Not, Or, Range, Term, Value, all_of, leaves
from bot.matching.query import STORED, Query, canonical, parse
from bot.protocols import Work

MOST = 4
LIMITS = ("severity>=severe", "killed>=1", "sources>=2", "kind:incident", "kind:policy")
"""What a query can be narrowed by; a field that it has already is left alone."""
SHORTEST = 4
"""Letters of a word that is worth looking for by its start."""


def narrower(query: Query, terms: int) -> tuple[Query, ...]:
    """Return the query with one more condition, in a few ways, within so many terms."""
    have = {_name(leaf) for leaf in leaves(query.root)}
    if len(leaves(query.root)) >= terms:
        return ()
    added = [parse(text).root for text in LIMITS]
    return _few(all_of((query.root, one)) for one in added if _name(one) not in have)


def wider(query: Query) -> tuple[Query, ...]:
    """Return the query with one condition less or looser, in a few ways."""
    root = query.root
    if isinstance(root, And):
        return _few(all_of(part for part in root if part is not gone) for gone in root)
    if isinstance(root, Term):
        return _few(_looser(root))
    return ()


def _looser(term: Term) -> Iterator[Node]:
    words = term.text.split()
    if len(words) > 1:
        yield all_of(Term(word) for word in words)
    elif not term.prefix and len(words[0]) >= SHORTEST and words[0].isalpha():
        yield Term(words[0], prefix=True)


def _name(node: Node) -> str:
    if isinstance(node, Value | Range):
        return node.name
    return "near" if isinstance(node, Near) else ""


def _few(nodes: Iterator[Node]) -> tuple[Query, ...]:
    return tuple(Query(node) for node in list(nodes)[:MOST] if _asks(node))


def _asks(node: Node) -> bool:
    """Tell whether something must hold: a query that only denies would match nearly everything."""
    parts: Sequence[Node] = node.parts if isinstance(node, And | Or) else (node,)
    return not all(isinstance(part, Not) for part in parts)


def reword(
    work: Work, scope: Scope, subscription_id: int, query: Query, now: dt.datetime
) -> Subscription:
    """Put another query in a subscription's place, paused if that was.

    Raises:
        InputError: the chat has no such subscription.

    """
    old = own(work, scope, subscription_id)
    work.subscriptions.remove(scope, old.id)
    made = work.subscriptions.add(scope, canonical(query), now)
    if old.paused:
        work.subscriptions.pause(scope, made.id, paused=True)
    return made


def own(work: Work, scope: Scope, subscription_id: int) -> Subscription:
    """Return a subscription of this chat and topic. Raises ``InputError`` where it has none."""
    for one in work.subscriptions.list(scope):
        if one.id == subscription_id:
            return one
    raise InputError("That subscription is gone; /subscriptions lists what there is.")


def read_again(subscription: Subscription) -> Query:
    """Return the query of a stored subscription."""
    return parse(subscription.query, limits=STORED)
