"""Telegram in, text out: no rules, no SQL."""
