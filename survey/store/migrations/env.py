"""What alembic runs: the steps of `versions/` on the connection that Store.open gives, in its transaction."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
context.run_migrations()
