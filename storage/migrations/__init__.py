"""Schema changes, run by ``storage.migrate``."""
