# SPDX-License-Identifier: MIT
"""Makes the tables, the customers with their tokens and sessions, and what the shop has told them. Keys are the same each time."""
import datetime

import django

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model  # noqa: E402
from django.contrib.auth.hashers import make_password  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402
from drf_messages.models import Message, MessageTag  # noqa: E402
from rest_framework.authtoken.models import Token  # noqa: E402

NOON = datetime.datetime(2024, 2, 1, 12, 0, 0, 250000, tzinfo=datetime.timezone.utc)
DAY = datetime.timedelta(days=1)
PASSWORD = make_password("Straße 7, hinten")  # one, since it takes its time
CUSTOMERS = {}


def customer(name, number, **columns):
    CUSTOMERS[name] = get_user_model().objects.create(
        id=f"00000000-0000-4000-8000-{number:012}", email=f"{name}@shop.example", password=PASSWORD, **columns
    )
    Token.objects.create(user=CUSTOMERS[name], key=(name[0] * 8 + "01234567") * 2 + "89abcdef")


def session(word, name=None, days=7, password_hash=None, **content):
    if name:
        content[SESSION_KEY] = str(CUSTOMERS[name].pk)
        content[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        content[HASH_SESSION_KEY] = password_hash or CUSTOMERS[name].get_session_auth_hash()
    store(word, SessionStore().encode(content), days)


def store(word, data, days=7):
    Session.objects.create(session_key=(word * 4)[:32], session_data=data, expire_date=timezone.now() + days * DAY)


def message(name, text, level, days, *tags, view="", read=None):
    made = Message.objects.create(user=CUSTOMERS[name], message=text, level=level, view=view, read_at=read)
    Message.objects.filter(pk=made.pk).update(created=NOON + days * DAY)
    MessageTag.objects.bulk_create([MessageTag(message=made, text=tag) for tag in tags])


call_command("migrate", run_syncdb=True, verbosity=0)
customer("ann", 1)
customer("ben", 2)
customer("cem", 3, is_active=False)
customer("eva", 4, is_staff=True)

session("annsession", "ann", cart=[1, 2], currency="€")
session("evasession", "eva")
session("cemsession", "cem")
session("oldsession", "ann", days=-1)
session("badsession", "ann", password_hash="0" * 64)
session("anysession", cart=[3])
store("notsession", "no session")

message("ann", "Welcome to the shop, Ann & Co. <b>!", 20, -400, view="home", read=NOON - 399 * DAY)  # 1
message("ann", "Your order 7 has been sent", 25, -30, "order", "mail", view="shop:order", read=NOON)  # 2
message("ann", "Payment failed: the card was refused", 40, -29, "order", "payment", view="shop:pay")  # 3
message("ann", "Größe XL ist ausverkauft — 🙂 \u2028", 30, -10, "order", view="shop:cart")  # 4
message("ann", "Order 8: paid", 25, -3, "order", "payment", view="shop:pay")  # 5
message("ann", "A voucher: \"10% off\", until 5/1", 20, -2, "offer")  # 6
message("ann", "Price alarm", 45, -1, "offer", "alarm", view="shop:watch", read=NOON + DAY / 3)  # 7
message("ann", "debug: cart merged", 10, 0, view="shop:cart")  # 8
message("ann", "In summer", 20, 160, "offer", view="shop:season", read=NOON + 161 * DAY)  # 9
message("ann", "Order 9 will arrive\nin two days", 20, 200, "order", view="shop:order")  # 10
message("ann", "", 33, 201)  # 11
message("ben", "Only for Ben", 20, -5, "order")  # 12
message("ben", "Only for Ben, too", 40, -4, read=NOON)  # 13
message("eva", "Stock is low", 30, -3, "stock", view="office:stock")  # 14
message("eva", "Stock is empty", 40, -2, "stock", view="office:stock")  # 15
message("cem", "Your account was closed", 30, -1)  # 16
message("ben", "Before the clocks were set", 20, -48900)  # 17
message("ben", "In a summer to come", 20, 9647)  # 18
