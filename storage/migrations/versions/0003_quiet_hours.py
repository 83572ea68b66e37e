"""A chat's quiet hours, and the severity from which they do not count (4: Extreme)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("chat", sa.Column("quiet", sa.String(), nullable=True))
    op.add_column(
        "chat", sa.Column("bypass", sa.Integer(), nullable=False, server_default=sa.text("4"))
    )


def downgrade() -> None:
    op.drop_column("chat", "bypass")
    op.drop_column("chat", "quiet")
