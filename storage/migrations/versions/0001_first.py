"""The first schema: every table, and the full-text index over events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

SEARCH = {
    "sqlite": ("CREATE VIRTUAL TABLE event_words USING fts5(words, tokenize='porter unicode61')",),
    "postgresql": (
        "CREATE TEXT SEARCH DICTIONARY khabardar_stem (TEMPLATE = snowball, LANGUAGE = porter)",
        "CREATE TEXT SEARCH CONFIGURATION khabardar (COPY = simple)",
        """ALTER TEXT SEARCH CONFIGURATION khabardar
           ALTER MAPPING FOR asciiword, word WITH khabardar_stem""",
        "CREATE TABLE event_words (rowid BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)",
        "CREATE INDEX event_words_index ON event_words USING gin (words)",
    ),
}
"""Both stem by Porter's algorithm and know no stop words, so that both find the same events."""


def upgrade() -> None:
    _create_chat()
    _create_counter()
    _create_event()
    _create_feed()
    _create_hold()
    _create_inbox()
    _create_meta()
    _create_outbox()
    _create_alert()
    _create_entry()
    _create_entry_tombstone()
    _create_event_history()
    _create_figure()
    _create_subscription()
    _create_report()
    _create_block()
    _create_separation()
    for statement in SEARCH[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("there is no schema before the first: restore a backup instead")


def _create_chat() -> None:
    op.create_table(
        "chat",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("min_severity", sa.Integer(), nullable=False),
        sa.Column("silent_below", sa.Integer(), nullable=False),
        sa.Column("members_may_subscribe", sa.Boolean(), nullable=False),
        sa.Column("placeless", sa.Boolean(), nullable=False),
        sa.Column("suspended_at", AT, nullable=True),
        sa.Column("suspended_why", sa.Text(), nullable=True),
        sa.Column("created_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_chat"),
    )
    op.create_index("ix_chat_state_suspended_at", "chat", ["state", "suspended_at"], unique=False)


def _create_counter() -> None:
    op.create_table(
        "counter",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counter"),
    )


def _create_event() -> None:
    op.create_table(
        "event",
        sa.Column("id", KEY, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("owner_chat_id", sa.BigInteger(), nullable=True),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("first_seen_at", AT, nullable=False),
        sa.Column("occurred_at", AT, nullable=False),
        sa.Column("updated_at", AT, nullable=False),
        sa.Column("merged_into", sa.BigInteger(), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_event_country_position", "event", ["country", "position"], unique=False)
    op.create_index(
        "ix_event_owner_chat_id_position", "event", ["owner_chat_id", "position"], unique=False
    )
    op.create_index("ix_event_updated_at", "event", ["updated_at"], unique=False)
    op.create_index("uq_event_position", "event", ["position"], unique=True)


def _create_feed() -> None:
    op.create_table(
        "feed",
        sa.Column("id", KEY, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("owner_chat_id", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("polls", sa.Integer(), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("failing_since", AT, nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("last_polled_at", AT, nullable=True),
        sa.Column("next_poll_at", AT, nullable=True),
        sa.Column("lease_until", AT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_feed"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_feed_due", "feed", ["status", "next_poll_at"], unique=False)
    op.create_index("uq_feed_owned", "feed", ["owner_chat_id", "url"], unique=True)
    op.create_index(
        "uq_feed_shared",
        "feed",
        ["url"],
        unique=True,
        sqlite_where=sa.text("owner_chat_id IS NULL"),
        postgresql_where=sa.text("owner_chat_id IS NULL"),
    )


def _create_hold() -> None:
    op.create_table(
        "hold",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until", AT, nullable=False),
        sa.PrimaryKeyConstraint("chat_id", name="pk_hold"),
    )
    op.create_index("ix_hold_until", "hold", ["until"], unique=False)


def _create_inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=True),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("received_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("update_id", name="pk_inbox"),
    )
    op.create_index("ix_inbox_chat_id", "inbox", ["chat_id"], unique=False)
    op.create_index("ix_inbox_state_update_id", "inbox", ["state", "update_id"], unique=False)


def _create_meta() -> None:
    op.create_table(
        "meta",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_meta"),
    )


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", KEY, nullable=False),
        sa.Column("dedupe_key", sa.String(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("target_key", sa.String(), nullable=True),
        sa.Column("reply_to_message_id", sa.BigInteger(), nullable=True),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", AT, nullable=False),
        sa.Column("lease_until", AT, nullable=True),
        sa.Column("worker", sa.String(), nullable=True),
        sa.Column("uncertain", sa.Boolean(), nullable=False),
        sa.Column("plain", sa.Boolean(), nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("finished_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_chat_id_state", "outbox", ["chat_id", "state", "id"], unique=False)
    op.create_index("ix_outbox_due", "outbox", ["state", "priority", "id"], unique=False)
    op.create_index("ix_outbox_finished_at", "outbox", ["finished_at"], unique=False)
    op.create_index("ix_outbox_state_next_at", "outbox", ["state", "next_at"], unique=False)
    op.create_index("ix_outbox_target_key", "outbox", ["target_key"], unique=False)
    op.create_index("uq_outbox_dedupe_key", "outbox", ["dedupe_key"], unique=True)


def _create_alert() -> None:
    op.create_table(
        "alert",
        sa.Column("id", KEY, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("outbox_key", sa.String(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name="fk_alert_event_id_event", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_alert"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alert_chat_id", "alert", ["chat_id"], unique=False)
    op.create_index(
        "uq_alert_told", "alert", ["event_id", "chat_id", "thread_id", "revision"], unique=True
    )


def _create_entry() -> None:
    op.create_table(
        "entry",
        sa.Column("id", KEY, nullable=False),
        sa.Column("feed_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("content_digest", sa.String(), nullable=False),
        sa.Column("title_digest", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("published_at", AT, nullable=True),
        sa.Column("first_seen_at", AT, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["feed_id"], ["feed.id"], name="fk_entry_feed_id_feed", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_entry"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_entry_feed_id_link", "entry", ["feed_id", "link"], unique=False)
    op.create_index(
        "ix_entry_feed_id_title_digest", "entry", ["feed_id", "title_digest"], unique=False
    )
    op.create_index("ix_entry_first_seen_at", "entry", ["first_seen_at"], unique=False)
    op.create_index("ix_entry_state_id", "entry", ["state", "id"], unique=False)
    op.create_index("uq_entry_feed_id_key", "entry", ["feed_id", "key"], unique=True)


def _create_entry_tombstone() -> None:
    op.create_table(
        "entry_tombstone",
        sa.Column("feed_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("content_digest", sa.String(), nullable=False),
        sa.Column("title_digest", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["feed_id"], ["feed.id"], name="fk_entry_tombstone_feed_id_feed", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("feed_id", "key", name="pk_entry_tombstone"),
    )
    op.create_index(
        "ix_entry_tombstone_feed_id_link", "entry_tombstone", ["feed_id", "link"], unique=False
    )
    op.create_index(
        "ix_entry_tombstone_feed_id_title_digest",
        "entry_tombstone",
        ["feed_id", "title_digest"],
        unique=False,
    )


def _create_event_history() -> None:
    op.create_table(
        "event_history",
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("replaced_at", AT, nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name="fk_event_history_event_id_event", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", "revision", name="pk_event_history"),
    )


def _create_figure() -> None:
    op.create_table(
        "figure",
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("min", sa.BigInteger(), nullable=False),
        sa.Column("max", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("trusted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name="fk_figure_event_id_event", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", "n", name="pk_figure"),
    )


def _create_subscription() -> None:
    op.create_table(
        "subscription",
        sa.Column("id", KEY, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chat.id"], name="fk_subscription_chat_id_chat", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_subscription"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_subscription_scope_query",
        "subscription",
        ["chat_id", "thread_id", "query"],
        unique=True,
    )


def _create_report() -> None:
    op.create_table(
        "report",
        sa.Column("id", KEY, nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=True),
        sa.Column("event_id", sa.BigInteger(), nullable=True),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("seen_at", AT, nullable=False),
        sa.Column("owner_chat_id", sa.BigInteger(), nullable=True),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name="fk_report_entry_id_entry", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name="fk_report_event_id_event", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_report"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_report_event_id", "report", ["event_id", "id"], unique=False)
    op.create_index("ix_report_seen_at", "report", ["seen_at"], unique=False)
    op.create_index(
        "ix_report_owner_chat_id",
        "report",
        ["owner_chat_id"],
        unique=False,
        sqlite_where=sa.text("owner_chat_id IS NOT NULL"),
        postgresql_where=sa.text("owner_chat_id IS NOT NULL"),
    )
    op.create_index("uq_report_entry_id", "report", ["entry_id"], unique=True)


def _create_block() -> None:
    op.create_table(
        "block",
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name="fk_block_report_id_report", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", "key", name="pk_block"),
    )
    op.create_index("ix_block_event_id", "block", ["event_id"], unique=False)
    op.create_index("ix_block_key_event_id", "block", ["key", "event_id"], unique=False)


def _create_separation() -> None:
    op.create_table(
        "separation",
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name="fk_separation_event_id_event", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name="fk_separation_report_id_report", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", "event_id", name="pk_separation"),
    )
    op.create_index("ix_separation_event_id", "separation", ["event_id"], unique=False)
