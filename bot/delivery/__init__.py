"""From alert to message."""
