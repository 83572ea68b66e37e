"""The database: the only room that knows SQL. ``SqlStore`` implements ``bot.protocols.Store``."""
