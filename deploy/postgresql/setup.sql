-- As the administrator: psql -U postgres -v owner_password=… -f setup.sql. Passwords: your own, in no file that is kept.
-- Why these roles and what each may do: docs/decisions/0010-postgresql.md.
CREATE ROLE hailong LOGIN CREATEROLE PASSWORD :'owner_password';  -- owner; CREATEROLE for the first start only
CREATE DATABASE khao_sat OWNER hailong ENCODING 'UTF8' TEMPLATE template0;
ALTER SYSTEM SET log_statement = 'none';             -- an answer must not come into a log
ALTER SYSTEM SET log_min_error_statement = 'panic';
ALTER SYSTEM SET fsync = 'on';                       -- else the program does not start
ALTER SYSTEM SET full_page_writes = 'on';
SELECT pg_reload_conf();

-- Then once, on the office's machine, with the owner's address: the tables and both group roles are made.
--   HAILONG_ROLE=all HAILONG_DATA=/var/lib/hailong DATABASE_URL=postgresql://hailong:…@127.0.0.1/khao_sat hailong serve
-- Stop it, and as the administrator again:
--   psql -U postgres -d khao_sat -v desk_password=… -v web_password=… -f users.sql
