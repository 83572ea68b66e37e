"""What the application asks of rendering; every message is well-formed and fits."""

from bot.delivery.card import render_alert, render_change
from bot.delivery.details import render_event, render_sources
from bot.delivery.digest import render_digest, render_list
from bot.delivery.html import html_message, html_messages, text_message
from bot.delivery.locating import render_map

__all__ = [
    "html_message",
    "html_messages",
    "render_alert",
    "render_change",
    "render_digest",
    "render_event",
    "render_list",
    "render_map",
    "render_sources",
    "text_message",
]
