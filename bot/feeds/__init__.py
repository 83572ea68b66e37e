"""From URL to new entries."""
