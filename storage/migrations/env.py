"""Alembic's entry: runs the revisions on the connection that ``storage.migrate`` hands over."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

from storage import models  # noqa: F401 - defines the tables
from storage.migrate import is_ours

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=True,  # SQLite cannot alter most things: tables are rebuilt
    transactional_ddl=True,
    include_object=is_ours,
)
with context.begin_transaction():
    context.run_migrations()
