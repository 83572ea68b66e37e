"""Extract, merge, match, enqueue: the only walk across rooms."""
