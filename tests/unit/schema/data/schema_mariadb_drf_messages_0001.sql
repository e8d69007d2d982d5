-- Source: schema_mariadb_drf_messages_0001.sql of the recorded contract: Django 3.2.25, drf-messages 1.1.0.

CREATE TABLE `drf_messages_message` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `view` varchar(64) NOT NULL,
  `message` varchar(1024) NOT NULL,
  `level` int(11) NOT NULL,
  `read_at` datetime(6) DEFAULT NULL,
  `created` datetime(6) NOT NULL,
  `session_id` varchar(40) DEFAULT NULL,
  `user_id` int(11) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `drf_messages_message_session_id_b952d36a_fk_django_se` (`session_id`),
  KEY `drf_messages_message_user_id_5cc538ca_fk_auth_user_id` (`user_id`),
  CONSTRAINT `drf_messages_message_session_id_b952d36a_fk_django_se` FOREIGN KEY (`session_id`) REFERENCES `django_session` (`session_key`),
  CONSTRAINT `drf_messages_message_user_id_5cc538ca_fk_auth_user_id` FOREIGN KEY (`user_id`) REFERENCES `auth_user` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `drf_messages_messagetag` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `text` varchar(128) NOT NULL,
  `message_id` int(11) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `drf_messages_message_message_id_385ea221_fk_drf_messa` (`message_id`),
  CONSTRAINT `drf_messages_message_message_id_385ea221_fk_drf_messa` FOREIGN KEY (`message_id`) REFERENCES `drf_messages_message` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
