"""A process that reads one article and prints its peak memory in megabytes; ``bench.extract``."""

from __future__ import annotations

import resource

from bot.domain.reports import Article
from bot.extraction.extractor import SpacyExtractor

if __name__ == "__main__":
    SpacyExtractor().extract(Article(id="1", title="Blast kills two in Quetta", text="A blast."))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
