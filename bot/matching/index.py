"""The index over very many subscriptions: it finds those that want an event.

Each distinct query is filed once, under the rarest key that a matching document must hold, and
verified only where a document holds that key; the subscriptions that share it fan out at the end.
Answers are those of verifying every query, always.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from bot.domain.chats import Match
from bot.matching.anchors import anchors, document_keys, second_keys
from bot.matching.commonness import Commonness
from bot.matching.document import Document
from bot.matching.matcher import reasons
from bot.matching.members import Members, each, joined, left
from bot.matching.nodes import Node
from bot.matching.postings import LONGEST, Postings
from bot.matching.query import Query
from bot.matching.stored import Reader


@contextmanager
def _without_collections() -> Iterator[None]:
    """Hold the cycle collector, and keep what was made out of its sight.

    It would search a million objects again and again, 170 ms each time; they are in no cycles and
    go when nothing refers to them.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()


class _Filed:
    """A distinct query in the index: who subscribed to it and where it is filed."""

    __slots__ = ("anchors", "root", "subscribers")

    def __init__(self, root: Node, keys: Members[str]) -> None:
        self.root = root
        self.anchors = keys
        self.subscribers: Members[int] = None


class Index:
    """Subscriptions by what their queries ask for. Not for several threads at once.

    ``longest`` is how many queries stand under one key before a second key divides them.
    """

    def __init__(self, longest: int = LONGEST) -> None:
        self._subscriptions: dict[int, _Filed] = {}
        self._queries: dict[Node, _Filed] = {}
        self._postings = Postings[_Filed](lambda filed, key: second_keys(filed.root, key), longest)
        self._prefix_lengths: Counter[int] = Counter()
        self._unanchored: dict[_Filed, None] = {}
        self._commonness = Commonness()

    def __len__(self) -> int:
        return len(self._subscriptions)

    def __contains__(self, subscription_id: int) -> bool:
        return subscription_id in self._subscriptions

    def is_empty(self) -> bool:
        """Tell whether nothing at all is kept, not even for queries that are gone."""
        return not (
            self._subscriptions
            or self._queries
            or len(self._postings)
            or self._prefix_lengths
            or self._unanchored
        )

    def load(self, rows: Iterable[tuple[int, str]], *, anywhere: bool = False) -> None:
        """Add subscriptions by the canonical form of their queries, as they are stored.

        Fastest where equal queries come one after the other. ``anywhere`` loads them for chats that
        want events without a place too.

        Raises:
            QueryError: a query does not parse; those before it are in.

        """
        read = Reader(anywhere=anywhere).read
        filed, last = None, None
        with _without_collections():
            for subscription_id, text in rows:
                self.remove(subscription_id)
                if filed is None or text != last or filed.subscribers is None:
                    filed, last = self._filed(read(text)), text
                self._subscribe(subscription_id, filed)

    def add(self, subscription_id: int, query: Query) -> None:
        """Add a subscription, or give it another query."""
        self.remove(subscription_id)
        self._subscribe(subscription_id, self._filed(query.root))

    def _subscribe(self, subscription_id: int, filed: _Filed) -> None:
        filed.subscribers = joined(filed.subscribers, subscription_id)
        self._subscriptions[subscription_id] = filed

    def remove(self, subscription_id: int) -> bool:
        """Remove a subscription; tell whether there was one."""
        filed = self._subscriptions.pop(subscription_id, None)
        if filed is None:
            return False
        filed.subscribers = left(filed.subscribers, subscription_id)
        if filed.subscribers is None:
            self._unfile(filed)
        return True

    def match(self, document: Document) -> list[Match]:
        """Return the subscriptions that want the document, in no particular order, with reasons."""
        return [
            Match(subscription_id, why)
            for filed in self.matching(document)
            for why in (reasons(filed.root, document),)
            for subscription_id in each(filed.subscribers)
        ]

    def matching(self, document: Document) -> list[_Filed]:
        """Return the distinct queries that hold, learning on the way which keys are common."""
        keys = document_keys(document)
        self._commonness.observe(keys)
        holding = {
            filed: None
            for candidates in self._candidates(keys, document)
            for filed in candidates
            if filed.root.holds(document)
        }
        return list(holding)

    def observe(self, document: Document) -> None:
        """Learn from a document which keys are common; queries added later are filed better."""
        self._commonness.observe(document_keys(document))

    def candidates(self, document: Document) -> int:
        """Return how many distinct queries are verified for a document: what matching costs."""
        keys = document_keys(document)
        return sum(1 for found in self._candidates(keys, document) for _ in found)

    def _candidates(self, keys: frozenset[str], document: Document) -> Iterator[Iterable[_Filed]]:
        yield from self._postings.under(keys, keys)
        for length in self._prefix_lengths:
            starts = {f"{word[:length]}*" for word in document.surfaces if len(word) >= length}
            yield from self._postings.under(starts, keys)
        yield self._unanchored

    def _filed(self, root: Node) -> _Filed:
        return self._queries.get(root) or self._file(root)

    def _file(self, root: Node) -> _Filed:
        keys = anchors(root, self._cost)
        filed = _Filed(root, None if keys is None else keys[0] if len(keys) == 1 else keys)
        self._queries[root] = filed
        if keys is None:
            self._unanchored[filed] = None
        for key in keys or ():
            self._postings.add(key, filed)
            if key.endswith("*"):
                self._prefix_lengths[len(key) - 1] += 1
        return filed

    def _unfile(self, filed: _Filed) -> None:
        del self._queries[filed.root]
        self._unanchored.pop(filed, None)
        for key in each(filed.anchors):
            self._postings.remove(key, filed)
            if key.endswith("*"):
                self._forget_length(len(key) - 1)

    def _forget_length(self, length: int) -> None:
        self._prefix_lengths[length] -= 1
        if not self._prefix_lengths[length]:
            del self._prefix_lengths[length]

    def _cost(self, key: str) -> float:
        """Return the share of documents that hold a key; unseen, its share of the queries."""
        queries = self._postings.size(key) / (len(self._queries) + 1)
        return self._commonness.share(key) + queries
