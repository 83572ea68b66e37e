"""A process that reads an article and prints its CPU seconds and peak megabytes (``extract``)."""

from __future__ import annotations

import resource
import time

from bot.domain.reports import Article
from bot.extraction.extractor import SpacyExtractor

if __name__ == "__main__":
    SpacyExtractor().extract(Article(id="1", title="Blast kills two in Quetta", text="A blast."))
    print(time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
