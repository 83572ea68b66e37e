"""Digests that chats get at a time of their day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "digest",
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("minute", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("days", sa.String(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("covered_until", AT, nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chat.id"], name="fk_digest_chat_id_chat", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("chat_id", "thread_id", "minute", name="pk_digest"),
    )
    op.create_index("ix_digest_due_at", "digest", ["due_at"])


def downgrade() -> None:
    op.drop_table("digest")
