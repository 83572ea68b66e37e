"""One module a repository of ``bot.protocols``, each bound to one transaction."""
