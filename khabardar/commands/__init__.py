"""The commands, by what they are about: reading, archive, feeds, database, service."""
