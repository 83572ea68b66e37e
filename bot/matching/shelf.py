"""Distinct queries under numbers: texts, keys, subscribers; trees are read when they are asked for.

Of a million trees most are never asked for, and together they fill as much memory as all the rest.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.matching.members import Members, joined, left
from bot.matching.nodes import Node
from bot.matching.stored import Reader

TREES = 50_000
"""Trees that are kept, those of queries which documents come near to."""


class Shelf:
    """Canonical forms by number; those of queries that are gone are given out again.

    ``anchors`` and ``subscribers`` hold what belongs to each number.
    """

    def __init__(self) -> None:
        self.anchors: list[Members[str]] = []
        self.subscribers: list[Members[int]] = []
        self._texts: list[str] = []
        self._numbers: dict[str, int] = {}
        self._free: list[int] = []
        self._trees: dict[int, Node] = {}
        self._read = Reader().read

    def __len__(self) -> int:
        return len(self._numbers)

    def number(self, text: str) -> int | None:
        """Return the number of a query by its canonical form."""
        return self._numbers.get(text)

    def put(self, text: str, tree: Node, anchors: Members[str]) -> int:
        """Return the number of a query that is new."""
        if self._free:
            number = self._free.pop()
            self._texts[number], self.anchors[number] = text, anchors
        else:
            number = len(self._texts)
            self._texts.append(text)
            self.anchors.append(anchors)
            self.subscribers.append(None)
        self._numbers[text] = number
        self._keep(number, tree)
        return number

    def take(self, number: int) -> None:
        """Take a query off the shelf."""
        del self._numbers[self._texts[number]]
        self._trees.pop(number, None)
        self._texts[number], self.anchors[number], self.subscribers[number] = "", None, None
        self._free.append(number)

    def subscribe(self, number: int, subscription_id: int) -> None:
        """Note who asks for a query."""
        self.subscribers[number] = joined(self.subscribers[number], subscription_id)

    def leave(self, number: int, subscription_id: int) -> bool:
        """Note who asks no more; tell whether nobody does."""
        self.subscribers[number] = left(self.subscribers[number], subscription_id)
        return self.subscribers[number] is None

    def tree(self, number: int) -> Node:
        """Return the tree of a query."""
        known = self._trees.get(number)
        return self._keep(number, self._read(self._texts[number])) if known is None else known

    def tables(self) -> tuple[list[str], list[Members[int]]]:
        """Return texts and subscribers by number: what the rest follows from."""
        return self._texts, self.subscribers

    def subscribed(self) -> Iterable[tuple[int, Members[int]]]:
        """Give each query's number and subscribers."""
        return ((number, self.subscribers[number]) for number in self._numbers.values())

    def put_back(self, texts: list[str], subscribers: list[Members[int]]) -> None:
        """Take the tables of another shelf; nothing has anchors yet."""
        self._texts, self.subscribers = texts, subscribers
        self.anchors = [None] * len(texts)
        self._numbers = dict(zip(texts, range(len(texts)), strict=True))
        self._numbers.pop("", None)
        self._free = [number for number, text in enumerate(texts) if not text]

    def _keep(self, number: int, tree: Node) -> Node:
        if len(self._trees) >= TREES:
            self._trees.clear()
            self._read = Reader().read
        self._trees[number] = tree
        return tree
