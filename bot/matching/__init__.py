"""From events to who must know: the query language, the index over queries, the matcher."""
