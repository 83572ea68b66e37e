"""From text to facts."""

from bot.extraction.light_import import spare_command_line

spare_command_line()
