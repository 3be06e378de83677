-- Who logs in: the desk and the citizens' process, each in its group and in no other. After setup.sql and the first start.
CREATE ROLE hailong_desk LOGIN PASSWORD :'desk_password' IN ROLE hailong_staff;
CREATE ROLE hailong_web LOGIN PASSWORD :'web_password' IN ROLE hailong_public;
ALTER ROLE hailong NOCREATEROLE;
REVOKE CONNECT ON DATABASE khao_sat FROM PUBLIC;
GRANT CONNECT ON DATABASE khao_sat TO hailong, hailong_desk, hailong_web;
