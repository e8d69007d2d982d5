# SPDX-License-Identifier: MIT
"""What admin.json says of a step, as facts that a page of ours is to have: the differences that hold for every page are taken out here.

Numbers are those of docs/differences.md.
"""
import html
import json
import re
import unicodedata
import urllib.parse
from datetime import timedelta

import admin_html
import admin_pages
import browsable

# Where the original fails with 500 on every database and with every release: what is answered here. 45
INSTEAD = {
    ("list/query-message-regex-bad", 0): {"status": 302, "location": "/admin/drf_messages/message/?e=1"},
    ("actions/unknown-ids", 2): {"status": 200},  # as for the id of no message
    ("actions/unknown-ids", 3): {"status": 200},
}
# Texts of ours that are others than Django's.
WORDS = {}
# What the recording does not have: columns, actions, and what a script of Django's needs.
BEYOND = {"columns": {"created", "user"}, "actions": {"mark_read", "mark_unread"}}
# What fields hold, which is as it is.
UNCHANGED = {"fields", "widgets", "values", "form_fields", "hidden", "popup_response", "action"}
SESSION_FILTERS = ("By session", "Nach session")
TAG_FILTERS = ("By message tag", "Nach message tag")
# Notices have a link in them.
LINK = re.compile(r'<a href="[^"]*">(.*?)</a>', re.DOTALL)
LONGEST_NOTICE = 1024


# ------------------------------------------------------------------ which release, which database

def step_of(case, number, newer, database):
    """The step as it was recorded with a release and on a database. What one of them answers where another fails holds for all."""
    step = case["steps"][number]
    if "read" in case:  # each release whole
        failed = [any(one.get("upstream_bug") for one in (each if first else each.get("newer", each) for each in case["steps"])) for first in (True, False)]
        is_newer = newer if failed[0] == failed[1] else failed[0]
        answers = [step.get("newer", step), step] if is_newer else [step, step.get("newer", step)]
        kept = next((one for one in answers if not one.get("upstream_bug")), {"status": "no 5xx"})
        if step["request"]["method"] == "HEAD":
            kept = {name: value for name, value in kept.items() if name != "page"}
        return {**kept, "request": step["request"], "read": True}
    variants = {"django52": browsable.newer(step), "postgresql": browsable.newer(step, "postgresql")}
    base = {name: value for name, value in step.items() if name not in variants}
    kept = variants["django52"] if newer else base
    if database == "postgresql" and "postgresql" in step and not step["postgresql"].get("upstream_bug"):
        merged = browsable.newer({**kept, "postgresql": step["postgresql"]}, "postgresql")
        kept = {name: value for name, value in merged.items() if name not in variants}
    answers = [kept, base, *variants.values()]
    if any(one.get("upstream_bug") for one in case["steps"]) and not any(browsable.newer(one).get("upstream_bug") for one in case["steps"]):
        answers = [variants["django52"]]
    if (case["id"], number) in INSTEAD:
        return {"request": step["request"], **INSTEAD[case["id"], number]}
    return {name: value for name, value in next((one for one in answers if not one.get("upstream_bug")), kept).items() if name not in variants}


# ------------------------------------------------------------------ placeholders

def days(now):
    """The placeholders of dates and what they are today."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    month = today.replace(day=1)
    found = {"today": today, "tomorrow": today + timedelta(days=1), "7 days ago": today - timedelta(days=7), "first of this month": month,
             "first of next month": (month + timedelta(days=32)).replace(day=1), "first of this year": month.replace(month=1),
             "first of next year": month.replace(year=month.year + 1, month=1)}
    return {f"<{name}>": f"{moment:%Y-%m-%d}" for name, moment in found.items()}


def dated(target, now):
    """A link, whose dates are written without escapes."""
    if not re.search("<[a-z0-9 ]+>", target):
        return target
    for name, value in days(now).items():
        target = target.replace(name, value)
    return target.replace("+", "%2B").replace(" ", "+")


# ------------------------------------------------------------------ facts as the reader of pages has them

def plain_widget(widget):
    kept = {name: value for name, value in widget.items() if name not in ("size", "html_required")}
    if kept["type"] != "select":
        kept["value"] = kept["value"] or ""
    return kept


def plain_field(path, field):
    kept = dict(field)
    if "widgets" in kept:
        kept["widgets"] = [plain_widget(one) for one in kept["widgets"]]
    if "related_links" in kept:
        kept["related_links"] = sorted([name, admin_html.address(path, target)] for name, target in kept["related_links"])
    return kept


def plain_value(values):
    return [value or "" if not isinstance(value, list) else value for value in values] if isinstance(values, list) else values


def plain_inline(path, group):
    kept = {name: value for name, value in group.items() if name not in ("type", "add_text", "delete_text")}
    kept["forms"] = [{**form, **({"fields": [plain_field(path, one) for one in form["fields"]]} if "fields" in form else {}),
                      **({"values": {name: plain_value(values) for name, values in form["values"].items()}} if "values" in form else {})}
                     for form in group["forms"]]
    return kept


def plain_tree(path, objects):
    return [{**one, **({"href": admin_html.address(path, one["href"])} if "href" in one else {}),
             **({"children": plain_tree(path, one["children"])} if "children" in one else {})} for one in objects]


def ways(path, links, now):
    return [[text, admin_html.address(path, dated(target, now)), *state] for text, target, *state in links]


def plain(path, page, now):
    """The page's facts in the form that admin_pages.read() has."""
    kept = dict(page)
    if page["kind"] != "other":
        kept.setdefault("messages", [])
    if page["kind"] == "form":
        kept = {"error_note": None, **({} if "fieldsets" in page else {"field_errors": {}}), **kept}
    for name in ("object_tools", "page_links", "filter_links"):
        if name in kept:
            kept[name] = ways(path, kept[name], now)
    if "button_links" in kept:
        kept["button_links"] = sorted(ways(path, kept["button_links"], now))
    if "buttons" in kept:
        kept["buttons"] = sorted(kept["buttons"])
    if "paginator" in kept and page["kind"] == "list":
        kept["paginator"] = admin_pages.COUNT.findall(kept["paginator"])[-1].strip()
    if "form" in kept:
        kept["form"] = {name: value for name, value in kept["form"].items() if name != "novalidate"}
    if "columns" in kept and page["kind"] == "list":
        kept["columns"] = [{**one, "sort_link": one["sort_link"] and admin_html.address(path, one["sort_link"]),
                            **({"sort_options": ways(path, one["sort_options"], now)} if "sort_options" in one else {})} for one in kept["columns"]]
    if "filters" in kept:
        kept["filters"] = [{**one, "choices": ways(path, one["choices"], now)} for one in kept["filters"]]
    if "fieldsets" in kept:
        kept["fieldsets"] = [plain_field(path, one) for group in kept["fieldsets"] for one in group["fields"]]
    if page["kind"] == "form":
        kept["inlines"] = [plain_inline(path, one) for one in kept["inlines"]]
    if page["kind"] == "form" and "fields" in kept:
        kept["fields"] = {name: plain_value(values) for name, values in kept["fields"].items()}
    if page["kind"] == "login":
        kept["action"] = admin_html.address(path, kept["action"])
        kept["fields"] = [{**one, "value": one["value"] or ""} for one in kept["fields"] if one["type"] != "submit"]
    if "objects" in kept:
        kept["objects"] = plain_tree(path, kept["objects"])
    if "form_fields" in kept:
        kept["form_fields"] = sorted([name or "", kind, value or ""] for name, kind, value in kept["form_fields"])
    if "cancel" in kept:
        kept["cancel"] = [text for text, _ in kept["cancel"]]
    if "chrome" in kept:
        kept["chrome"] = {name: value for name, value in kept["chrome"].items() if name != "sidebar"}
    return kept


# ------------------------------------------------------------------ the differences that hold for every page

def notice(text):
    """A notice without its link, as text, no longer than a row may be. 37, 39"""
    shown, links = LINK.subn(lambda found: html.unescape(found.group(1)), text)
    cut = shown if len(shown) <= LONGEST_NOTICE else shown[:LONGEST_NOTICE - 1] + "…"
    return cut if links or " was deleted successfully." in text else text


def visible(value):
    """Texts with characters that nobody sees, or that turn the direction, as pages show them. 23"""
    if isinstance(value, dict):
        return {name: visible(one) if name not in UNCHANGED else one for name, one in value.items()}
    if isinstance(value, list):
        return [visible(one) for one in value]
    if not isinstance(value, str):
        return value
    return "".join(f"\\u{ord(one):04x}" if unicodedata.category(one) in ("Cc", "Cf", "Zl", "Zp") and one not in "\t\n" else one for one in value)


def masked(key):
    """What a page shows of a session's key. 42"""
    return key[:8] + "…" if isinstance(key, str) and len(key) > 12 else key


def session_choices(choices):
    """All, with a session and without, in place of every key. 42"""
    names = {"All": ("Has session", "No session")}.get(choices[0][0], ("Mit Sitzung", "Ohne Sitzung"))
    first, last = choices[0], choices[-1]
    return [first, [names[0], last[1].replace("=True", "=False")], [names[1], *last[1:]]]


def tag_choices(choices):
    """A text of several tags is one choice, which asks for the text. 50"""
    texts, kept = [choice[0] for choice in choices[1:-1]], {}
    for text, target, *state in choices[1:-1]:
        if texts.count(text) > 1:
            target = re.sub("extra_tags__id__exact=[0-9]+", "_tag=" + urllib.parse.quote_plus(text), target)
        kept[text] = [text, target, *(kept.get(text, [])[2:] or state)]
    return [choices[0], *kept.values(), choices[-1]]


def told(change_message, changed_level):
    """What the log tells of a change: the level only where it is another one. 49"""
    parts = json.loads(change_message) if change_message.startswith("[") else []
    if changed_level or not parts or "name" in parts[0].get("changed", {"name": ""}):
        return change_message
    fields = [one for one in parts[0]["changed"]["fields"] if one != "level"]
    return json.dumps([*([{"changed": {"fields": fields}}] if fields else []), *parts[1:]])


def mask_fields(fields):
    shown = []
    for one in fields:
        if one["field"] in ("session_key", "session") and "readonly" in one:
            one = {**one, "readonly": masked(one["readonly"])}
        elif one["field"] == "session_key":
            one = {**one, "widgets": [{**each, "value": masked(each["value"])} for each in one["widgets"]]}
        shown.append({name: value for name, value in one.items() if name not in ("related_links", "readonly_link")})  # Django's pages for users: 46
    return shown


def ours(page):
    """The facts as ours has them."""
    kept = {name: value for name, value in page.items() if name not in ("search", "date_hierarchy", "filter_links", "sort_options")}  # 46
    kept["messages"] = [{**one, "text": notice(one["text"]), "markup": []} for one in page.get("messages", [])] if "messages" in page else None
    if kept["messages"] is None:
        del kept["messages"]
    if "rows" in kept:
        kept["rows"] = [{**one, "cells": {**one["cells"], "session": masked(one["cells"]["session"]), "message": notice(one["cells"]["message"])}}
                        for one in kept["rows"]]
    if "columns" in kept and page["kind"] == "list":
        kept["columns"] = [{**one, "sort_link": None} if one["name"] == "level_tag" else one for one in kept["columns"]]  # ordered by too: 46
    if "filters" in kept:
        kept["filters"] = [{**one, "choices": session_choices(one["choices"]) if one["title"] in SESSION_FILTERS else
                            tag_choices(one["choices"]) if one["title"] in TAG_FILTERS else one["choices"]} for one in kept["filters"]]
    if "selected_filters" in kept:
        kept["selected_filters"] = {name: value for name, value in kept["selected_filters"].items() if name not in SESSION_FILTERS}
    if "page_links" in kept:
        kept["page_links"] = sorted(kept["page_links"])
    if "fieldsets" in kept:
        kept["fieldsets"] = mask_fields(kept["fieldsets"])
    if page["kind"] == "form" and "fields" in kept:
        fields = {**kept["fields"], "session": masked(kept["fields"]["session"])}
        if kept["object_tools"] and not kept.get("error_note"):  # else it is what was sent
            key = fields["session_key"]
            fields["session_key"] = masked(key) if isinstance(key, str) else [masked(one) for one in key]
        kept["fields"] = {name: visible(value) if isinstance(value, str) else value for name, value in fields.items()}
    if "apps" in kept:
        kept["apps"] = [one for one in kept["apps"] if one["app"] == "DRF Messages"]  # 46
    if kept.get("error_note") and page["kind"] == "form":
        kept["errors_are_named"] = True  # 38
    if page["kind"] == "history" and kept.get("paginator") is None:
        kept.pop("paginator", None)  # entries are counted as by newer releases
    if page["kind"] == "popup_response":
        kept.pop("heading", None)  # ours says what it is
    if "chrome" in kept:  # logging out is a form: 23
        tools = [[text, target if text != "Log out" else "post " + target.removeprefix("post ")] for text, target in kept["chrome"]["tools"]]
        kept["chrome"] = {**kept["chrome"], "tools": [one for one in tools if one[0] != "Change password"]}
    return visible(kept)


def found_as_recorded(facts, want):
    """Of our page's facts what the recording knows of."""
    kept = dict(facts)
    if "columns" in want and facts["kind"] == "list":
        kept["columns"] = [{**one, "sort_link": None} if one["name"] == "level_tag" else one for one in facts["columns"]
                           if one["name"] not in BEYOND["columns"]] if want["columns"] else []  # there is no table without rows
    if "rows" in want and facts["kind"] == "list":
        kept["rows"] = [{**one, "cells": {name: text for name, text in one["cells"].items() if name not in BEYOND["columns"]},
                         "links": {name: target for name, target in one["links"].items() if name not in BEYOND["columns"]}} for one in facts["rows"]]
    if "page_links" in facts:
        kept["page_links"] = sorted(facts["page_links"])
    if facts.get("actions"):
        kept["actions"] = [one for one in facts["actions"] if one[0] not in BEYOND["actions"]]
    if kept.get("actions") == [["", "---------"]] and want.get("actions") is None:
        kept["actions"] = kept["action_counter"] = None
    if "selected_filters" in facts:
        kept["selected_filters"] = {name: value for name, value in facts["selected_filters"].items() if name not in SESSION_FILTERS}
    return kept


def worded(value):
    """All texts of a value in our words."""
    if isinstance(value, dict):
        return {name: worded(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(worded(one) for one in value)
    return WORDS.get(value, value) if isinstance(value, str) else value


def changed(step):
    """The rows that change: notices are texts."""
    found = {}
    for table, kinds in step.get("changed", {}).items():
        found[table] = dict(kinds)
        if table == "drf_messages_message" and "added" in kinds:
            found[table]["added"] = [{**row, "message": notice(row["message"]) if (row.get("view") or "").startswith("admin:") else row["message"]}
                                     for row in kinds["added"]]
        if table == "drf_messages_message" and "changed" in kinds:
            found[table]["changed"] = [{**row, "message": [notice(one) for one in row["message"]]} if "message" in row else row for row in kinds["changed"]]
        if table == "django_admin_log" and "added" in kinds:
            other = {str(row["id"]) for row in step["changed"].get("drf_messages_message", {}).get("changed", []) if "level" in row}
            found[table]["added"] = [{**row, "change_message": told(row["change_message"], row["object_id"] in other)} for row in kinds["added"]]
    return found
