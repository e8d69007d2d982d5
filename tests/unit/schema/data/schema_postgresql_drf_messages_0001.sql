-- Source: schema_postgresql_drf_messages_0001.sql of the recorded contract: Django 3.2.25, drf-messages 1.1.0.

CREATE TABLE public.drf_messages_message (
    id integer NOT NULL,
    view character varying(64) NOT NULL,
    message character varying(1024) NOT NULL,
    level integer NOT NULL,
    read_at timestamp with time zone,
    created timestamp with time zone NOT NULL,
    session_id character varying(40),
    user_id integer NOT NULL
);

CREATE SEQUENCE public.drf_messages_message_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.drf_messages_message_id_seq OWNED BY public.drf_messages_message.id;

CREATE TABLE public.drf_messages_messagetag (
    id integer NOT NULL,
    text character varying(128) NOT NULL,
    message_id integer NOT NULL
);

CREATE SEQUENCE public.drf_messages_messagetag_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.drf_messages_messagetag_id_seq OWNED BY public.drf_messages_messagetag.id;

ALTER TABLE ONLY public.drf_messages_message ALTER COLUMN id SET DEFAULT nextval('public.drf_messages_message_id_seq'::regclass);

ALTER TABLE ONLY public.drf_messages_messagetag ALTER COLUMN id SET DEFAULT nextval('public.drf_messages_messagetag_id_seq'::regclass);

ALTER TABLE ONLY public.drf_messages_message
    ADD CONSTRAINT drf_messages_message_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.drf_messages_messagetag
    ADD CONSTRAINT drf_messages_messagetag_pkey PRIMARY KEY (id);

CREATE INDEX drf_messages_message_session_id_b952d36a ON public.drf_messages_message USING btree (session_id);

CREATE INDEX drf_messages_message_session_id_b952d36a_like ON public.drf_messages_message USING btree (session_id varchar_pattern_ops);

CREATE INDEX drf_messages_message_user_id_5cc538ca ON public.drf_messages_message USING btree (user_id);

CREATE INDEX drf_messages_messagetag_message_id_385ea221 ON public.drf_messages_messagetag USING btree (message_id);

ALTER TABLE ONLY public.drf_messages_messagetag
    ADD CONSTRAINT drf_messages_message_message_id_385ea221_fk_drf_messa FOREIGN KEY (message_id) REFERENCES public.drf_messages_message(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.drf_messages_message
    ADD CONSTRAINT drf_messages_message_session_id_b952d36a_fk_django_se FOREIGN KEY (session_id) REFERENCES public.django_session(session_key) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.drf_messages_message
    ADD CONSTRAINT drf_messages_message_user_id_5cc538ca_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
