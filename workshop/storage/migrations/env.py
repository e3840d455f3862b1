"""Alembic's environment: runs inside an application context, on whatever database the configuration names."""

from alembic import context
from flask import current_app

database = current_app.extensions["migrate"].db
# `BEGIN` comes from our own listener on SQLite; batch mode since it cannot alter constraints.
with database.engine.connect() as connection:
    context.configure(connection=connection, target_metadata=database.metadata, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
