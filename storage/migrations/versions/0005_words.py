"""Events are indexed anew: articles used to be indexed by their first 4,000 letters only."""

from __future__ import annotations

from alembic import op

from storage.words import EventWords  # the index follows the program's rules, whatever they are

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    EventWords(op.get_bind()).reindex()


def downgrade() -> None:
    """Leave the index: an older program reads it as well."""
