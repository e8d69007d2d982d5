-- Source: schema_sqlite_drf_messages_0001.sql of the recorded contract: Django 3.2.25, drf-messages 1.1.1 (1.1.0 for this file).
CREATE TABLE "drf_messages_message" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "view" varchar(64) NOT NULL, "message" varchar(1024) NOT NULL, "level" integer NOT NULL, "read_at" datetime NULL, "created" datetime NOT NULL, "session_id" varchar(40) NULL REFERENCES "django_session" ("session_key") DEFERRABLE INITIALLY DEFERRED, "user_id" integer NOT NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE INDEX "drf_messages_message_session_id_b952d36a" ON "drf_messages_message" ("session_id");
CREATE INDEX "drf_messages_message_user_id_5cc538ca" ON "drf_messages_message" ("user_id");
CREATE TABLE "drf_messages_messagetag" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "text" varchar(128) NOT NULL, "message_id" integer NOT NULL REFERENCES "drf_messages_message" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE INDEX "drf_messages_messagetag_message_id_385ea221" ON "drf_messages_messagetag" ("message_id");
