"""The index over very many subscriptions: it finds those that want an event.

Each distinct query is filed once, under the rarest key that a matching document must hold, and
verified only where a document holds that key; the subscriptions that share it fan out at the end.
Answers are those of verifying every query, always.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from bot.domain.chats import Match
from bot.matching.anchors import anchors, document_keys, second_keys
from bot.matching.collector import without_collections
from bot.matching.commonness import Commonness
from bot.matching.document import Document
from bot.matching.matcher import reasons
from bot.matching.members import each, joined, of_json
from bot.matching.nodes import Node
from bot.matching.postings import LONGEST, Postings
from bot.matching.query import Query, canonical
from bot.matching.shelf import Shelf
from bot.matching.stored import ANYWHERE, Reader


class Index:
    """Subscriptions by what their queries ask for. Not for several threads at once.

    ``longest`` is how many queries stand under one key before a second key divides them.
    """

    def __init__(self, longest: int = LONGEST) -> None:
        self._subscriptions: dict[int, int] = {}
        self._shelf = shelf = Shelf()
        self._postings = Postings[int](lambda one, key: second_keys(shelf.tree(one), key), longest)
        self._prefix_lengths: Counter[int] = Counter()
        self._unanchored: dict[int, None] = {}
        self._commonness = Commonness()

    def __len__(self) -> int:
        return len(self._subscriptions)

    def __contains__(self, subscription_id: int) -> bool:
        return subscription_id in self._subscriptions

    def census(self) -> tuple[int, int]:
        """Return how many subscriptions there are, and the sum of their ids."""
        return len(self._subscriptions), sum(self._subscriptions)

    def is_empty(self) -> bool:
        """Tell whether nothing at all is kept, not even for queries that are gone."""
        return not (
            self._subscriptions
            or len(self._shelf)
            or len(self._postings)
            or self._prefix_lengths
            or self._unanchored
        )

    def load(self, rows: Iterable[tuple[int, str]], *, anywhere: bool = False) -> None:
        """Add subscriptions by the canonical form of their queries, as they are stored.

        Fastest in the order of their texts. ``anywhere``: as for ``add``.

        Raises:
            QueryError: a query does not parse; those before it are in.

        """
        read = Reader().read
        mark = ANYWHERE if anywhere else ""
        with without_collections():
            for subscription_id, text in rows:
                self._add(subscription_id, mark + text, read)

    def tables(self) -> dict[str, Any]:
        """Return all that is needed to make the same index again, in what JSON holds."""
        texts, subscribers = self._shelf.tables()
        short, long = self._postings.tables()
        unanchored = list(self._unanchored)
        return {
            "texts": texts,
            "subscribers": subscribers,
            "short": short,
            "long": long,
            "unanchored": unanchored,
        }

    def put_back(self, tables: Mapping[str, Any]) -> None:
        """Become the index whose ``tables`` went through JSON."""
        of_json(enumerate(tables["subscribers"]), tables["subscribers"])
        for table in (tables["short"], *tables["long"].values()):
            of_json(table.items(), table)
        self._shelf.put_back(tables["texts"], tables["subscribers"])
        self._postings.put_back(tables["short"], tables["long"])
        self._unanchored = dict.fromkeys(tables["unanchored"])
        self._subscriptions = {
            one: number for number, members in self._shelf.subscribed() for one in each(members)
        }
        self._find_anchors()

    def _find_anchors(self) -> None:
        anchored = self._shelf.anchors
        for key, numbers in self._postings.filed():
            for number in numbers:
                anchored[number] = joined(anchored[number], key)
            if key.endswith("*"):
                self._prefix_lengths[len(key) - 1] += len(numbers)

    def add(self, subscription_id: int, query: Query, *, anywhere: bool = False) -> None:
        """Add a subscription, or give it another query.

        ``anywhere``: its chat wants events without a place too.
        """
        text = canonical(query)
        self._add(subscription_id, ANYWHERE + text if anywhere else text, Reader().read)

    def _add(self, subscription_id: int, text: str, read: Callable[[str], Node]) -> None:
        number = self._shelf.number(text)
        if number is None:
            number = self._file(text, read(text))
        if (
            subscription_id in self._subscriptions
            and self._subscriptions[subscription_id] != number
        ):
            self.remove(subscription_id)
        self._shelf.subscribe(number, subscription_id)
        self._subscriptions[subscription_id] = number

    def remove(self, subscription_id: int) -> bool:
        """Remove a subscription; tell whether there was one."""
        number = self._subscriptions.pop(subscription_id, None)
        if number is None:
            return False
        if self._shelf.leave(number, subscription_id):
            self._unfile(number)
        return True

    def match(self, document: Document) -> list[Match]:
        """Return the subscriptions that want the document, in no particular order, with reasons."""
        return [
            Match(subscription_id, why)
            for number in self._holding(document)
            for why in (reasons(self._shelf.tree(number), document),)
            for subscription_id in each(self._shelf.subscribers[number])
        ]

    def _holding(self, document: Document) -> set[int]:
        """Return the distinct queries that hold, learning on the way which keys are common."""
        keys = document_keys(document)
        self._commonness.observe(keys)
        tree = self._shelf.tree
        return {
            number
            for candidates in self._candidates(keys, document)
            for number in candidates
            if tree(number).holds(document)
        }

    def observe(self, document: Document) -> None:
        """Learn from a document which keys are common; queries added later are filed better."""
        self._commonness.observe(document_keys(document))

    def candidates(self, document: Document) -> int:
        """Return how many distinct queries are verified for a document: what matching costs."""
        keys = document_keys(document)
        return sum(1 for found in self._candidates(keys, document) for _ in found)

    def _candidates(self, keys: frozenset[str], document: Document) -> Iterator[Iterable[int]]:
        yield from self._postings.under(keys, keys)
        for length in self._prefix_lengths:
            starts = {f"{word[:length]}*" for word in document.surfaces if len(word) >= length}
            yield from self._postings.under(starts, keys)
        yield self._unanchored

    def _file(self, text: str, root: Node) -> int:
        keys = anchors(root, self._cost)
        number = self._shelf.put(
            text, root, None if keys is None else keys[0] if len(keys) == 1 else keys
        )
        if keys is None:
            self._unanchored[number] = None
        for key in keys or ():
            self._postings.add(key, number)
            if key.endswith("*"):
                self._prefix_lengths[len(key) - 1] += 1
        return number

    def _unfile(self, number: int) -> None:
        self._unanchored.pop(number, None)
        for key in each(self._shelf.anchors[number]):
            self._postings.remove(key, number)
            if key.endswith("*"):
                self._forget_length(len(key) - 1)
        self._shelf.take(number)

    def _forget_length(self, length: int) -> None:
        self._prefix_lengths[length] -= 1
        if not self._prefix_lengths[length]:
            del self._prefix_lengths[length]

    def _cost(self, key: str) -> float:
        """Return the share of documents that hold a key; unseen, its share of the queries."""
        queries = self._postings.size(key) / (len(self._shelf) + 1)
        return self._commonness.share(key) + queries
