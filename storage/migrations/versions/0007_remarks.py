"""What chats say is wrong with events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "remark",
        sa.Column("id", KEY, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("wrong", sa.String(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chat.id"], name="fk_remark_chat_id_chat", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name="fk_remark_event_id_event", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["event.id"], name="fk_remark_other_id_event", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_remark"),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_remark_said", "remark", ["chat_id", "event_id", "wrong"], unique=True)
    op.create_index("ix_remark_event_id", "remark", ["event_id"])
    op.create_index("ix_remark_other_id", "remark", ["other_id"])


def downgrade() -> None:
    op.drop_table("remark")
