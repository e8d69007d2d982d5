# SPDX-License-Identifier: MIT
"""What a page of the admin says, as admin.json has it: read by the ids and classes that Django's own pages have. README.md says which facts."""
import re

from admin_forms import form_of, form_page
from admin_html import address, classes, errors_of, having, inside, link, one_having, shown

COUNT = re.compile(r"(?:more than |mehr als )?\d[\d.,]* messages?\b")
HEADINGS = ("h1", "h2", "h3", "h4", "summary", "legend", "caption")
# Elements that only carry a text.
PLAIN = {"bdi", "span"}


def heading(page):
    """The page's heading: Django has its site's name as h1 too, which is the heading where there is no other."""
    found = page.root.all("h1")
    element = next((one for one in found if one.get("id") != "site-name"), None) or page.get("site-name")
    return element.text if element else None


def subheading(page):
    """The h2 right behind the heading."""
    seen = False
    for element in page.root.walk():
        if element.tag == "h1" and element.get("id") != "site-name":
            seen = True
        elif seen and element.tag == "h2":
            return element.text
        elif seen and element.tag in ("form", "ul", "p", "table"):
            return None
    return None


def breadcrumbs(path, page):
    trail = one_having(page.root, "breadcrumbs")
    if trail is None:
        return None
    links = [[one.text, address(path, one.get("href"))] for one in trail.all("a")]
    if trail.all("li"):
        return [*links, [trail.all("li")[-1].text, None]]
    last = trail.text
    for text, _ in links:
        last = last.partition(text)[2] if text else last
    return [*links, [last.rpartition("›")[2].strip(), None]]


def notices(page):
    listing = one_having(page.root, "messagelist", "ul")
    return [{"class": one.get("class") or "", "text": one.text, "markup": [inner.tag for inner in one.walk() if inner is not one and inner.tag not in PLAIN]}
            for one in (listing.all("li") if listing else [])]


# ------------------------------------------------------------------ the list

def columns(path, page):
    table, found = page.get("result_list"), []
    for cell in table.first("thead").all("th", "td") if table else []:
        name = next((one.removeprefix("column-") for one in classes(cell) if one.startswith("column-")), "(checkbox)")
        text = one_having(cell, "text") or cell
        way = text.first("a")
        column = {"name": name, "text": text.text, "sort_link": address(path, way.get("href")) if way else None}
        if "sorted" in classes(cell):
            column["sorted"] = "ascending" if "ascending" in classes(cell) else "descending"
        others = [[one.get("title") or one.text, address(path, one.get("href"))] for one in cell.all("a") if one is not way]
        if others:
            column["sort_options"] = others
        if one_having(cell, "sortpriority") is not None:
            column["priority"] = one_having(cell, "sortpriority").text
        found.append(column)
    return found


def rows(path, page):
    table, found = page.get("result_list"), []
    for row in table.first("tbody").all("tr") if table else []:
        cells = {name.removeprefix("field-"): cell for cell in row.all("th", "td") for name in classes(cell) if name.startswith("field-")}
        box = next((one for one in row.all("input") if one.get("name") == "_selected_action"), None)
        links = {name: address(path, cell.first("a").get("href")) for name, cell in cells.items() if cell.first("a")}
        found.append({"id": box.get("value") if box else None, "cells": {name: cell.text for name, cell in cells.items()}, "links": links})
    return found


def filters(path, page):
    """Title and choices of each filter."""
    box, title, found = page.get("changelist-filter"), None, []
    for element in box.walk() if box else []:
        if element.tag in HEADINGS:
            title = element.text
        elif element.tag == "ul":
            chosen = [[*link(path, one.first("a")), *(["selected"] if "selected" in classes(one) else [])] for one in element.all("li") if one.first("a")]
            found.append({"title": title, "choices": chosen})
    return found


def filter_links(path, page):
    """What else stands there, such as the way out of all filters."""
    box = page.get("changelist-filter")
    return [link(path, one) for one in box.all("a") if one.around("ul") is None or not inside(one.around("ul"), box)] if box else []


def selected_filters(path, page):
    """Of the filters that are not at their first choice, the choices that are selected."""
    return {one["title"]: [choice[0] for choice in one["choices"] if "selected" in choice[2:]] for one in filters(path, page)
            if "selected" not in one["choices"][0][2:]}


def pagination(path, page):
    """What is said of how many there are, links to pages, and which page this is."""
    parts = [one for one in (one_having(page.root, "paginator"), page.get("pagination"), one_having(page.root, "pagination")) if one is not None]
    texts, links = " ".join(one.text for one in parts), {}
    for part in parts:
        links.update({id(one): link(path, one) for one in part.all("a")})
    count = COUNT.findall(texts)
    return {"paginator": count[-1].strip() if count else None,
            "page_links": [one for one in links.values() if not one[0].startswith(("Previous", "Next", "Zurück", "Weiter", "Vorherige", "Nächste"))],
            "this_page": [one.text for part in parts for one in having(part, "this-page")]}


def list_page(path, page):
    choice = next((one for one in page.root.all("select") if one.get("name") == "action"), None)
    counter, across = one_having(page.root, "action-counter"), one_having(page.root, "question")
    read = rows(path, page)
    ids = [one["id"] or re.search(r"/(\d+)/change/", next(iter(one["links"].values()), "/0/change/")).group(1) for one in read]
    return {
        "columns": columns(path, page),
        "rows": read,
        "ids": [int(one) for one in ids],
        "actions": [[one.get("value"), one.text] for one in choice.all("option")] if choice else None,
        "action_counter": counter.text if counter else None,
        "select_across": across.text if across else None,
        "filters": filters(path, page),
        "selected_filters": selected_filters(path, page),
        "filter_links": filter_links(path, page),
        **pagination(path, page),
    }


# ------------------------------------------------------------------ the other pages

def tree(path, listing):
    found = []
    for item in (one for one in listing.children if getattr(one, "tag", None) == "li"):
        inner, way = item.first("ul"), None
        own = "".join(one if isinstance(one, str) else "" if one.tag == "ul" else one.raw for one in item.children)
        way = next((one for one in item.all("a") if inner is None or not inside(one, inner)), None)
        entry = {"text": " ".join(own.split())}
        if way is not None:
            entry["href"] = address(path, way.get("href"))
        if inner is not None:
            entry["children"] = tree(path, inner)
        found.append(entry)
    return found


def delete_page(path, page):
    form = page.get("delete-form") or next((one for one in page.root.all("form") if any(field.get("name") == "post" for field in one.all("input"))), None)
    content = page.get("content") or page.root.first("main") or page.root
    lists = {}
    title = None
    for element in content.walk():
        if element.tag in HEADINGS and element.tag != "h1":
            title = element.text
        elif element.tag == "ul" and title is not None and not (element.parent and element.parent.tag == "li"):
            lists.setdefault(title, element)
    listed = list(lists.values())
    inputs = [one for one in form.all("input", "button") if one.get("name") != "csrfmiddlewaretoken"] if form else []
    return {
        "text": [one.text for one in content.all("p") if not (form and inside(one, form)) and "help" not in classes(one)],
        "summary": [one.text for one in listed[0].all("li")] if listed else [],
        "objects": tree(path, listed[1]) if len(listed) > 1 else [],
        "form_fields": sorted([one.get("name") or "", one.get("type") or "submit", (one.get("value") if one.tag == "input" else one.text) or ""]
                              for one in inputs),
        "cancel": [one.text for one in form.all("a")] if form else [],
        "problems": None,
    }


def history_page(path, page):
    table = page.get("change-history")
    if table is not None and table.tag != "table":
        table = table.first("table")
    content = page.get("content") or page.root.first("main") or page.root
    counted = one_having(page.root, "paginator")
    entries = [[cell.text for cell in row.all("th", "td")] for row in table.first("tbody").all("tr")] if table else []
    return {"columns": [one.text for one in table.first("thead").all("th")] if table else None, "entries": entries,
            "paginator": counted.text if counted else None, "text": [one.text for one in content.all("p") if "paginator" not in classes(one)]}


def index_page(path, page):
    apps = []
    for module in page.root.walk():
        name = next((one for one in classes(module) if one.startswith("app-")), None)
        if name is None or "module" not in classes(module) or page.get("nav-sidebar") and inside(module, page.get("nav-sidebar")):
            continue
        title, models = module.first("caption", "h2", "h3"), []
        for row in module.walk():
            if not any(one.startswith("model-") for one in classes(row)):
                continue
            head, ways = row.first("th"), row.all("a")
            named = head.first("a") if head else None
            models.append({"name": head.text if head else None, "href": address(path, named.get("href")) if named else None,
                           "links": [link(path, one) for one in ways if one is not named]})
        apps.append({"app": title.text, "href": address(path, title.first("a").get("href")), "models": models})
    recent = page.get("recent-actions-module")
    actions = None
    if recent is not None:
        actions = [{"class": (classes(one) or [""])[0], "text": shown(one), **({"href": address(path, one.first("a").get("href"))} if one.first("a") else {})}
                   for one in recent.all("li")] or [one.text for one in recent.all("p")]
    return {"apps": apps, "recent_actions": actions}


def chrome(path, page):
    name, tools = page.get("site-name"), page.get("user-tools")
    if tools is None:
        return None
    ways = [link(path, one) for one in tools.all("a")]
    for form in tools.all("form"):
        ways += [[one.text, f"{(form.get('method') or 'get').lower()} {address(path, form.get('action') or '')}"] for one in form.all("button")]
    user = tools.first("strong")
    return {"site_name": name.text if name else None, "user": user.text if user else None, "tools": ways}


def login_page(path, page):
    form = next(one for one in page.root.all("form") if any(field.get("name") == "username" for field in one.all("input")))
    labels, fields = {one.get("for"): one.text for one in form.all("label")}, []
    for one in form.all("input"):
        if one.get("name") and one.get("name") != "csrfmiddlewaretoken":
            around = one.around("label")
            label = labels.get(one.get("id")) or (around.text if around else None)
            fields.append({"name": one.get("name"), "type": one.get("type") or "text", "value": one.get("value") or "",
                           **{name: one.get(name) for name in ("maxlength", "autocapitalize", "autocomplete") if one.get(name) is not None},
                           **{name: True for name in ("autofocus", "required") if one.get(name) is not None},
                           **({"label": label} if label else {})})
    notes = having(page.root, "errornote")
    return {"action": address(path, form.get("action") or ""), "fields": fields,
            "errors": [one.text for one in notes] + errors_of(form), "error_note": notes[0].text if notes else None}


def other_page(_, page):
    content = page.get("content") or page.root.first("main") or page.root
    return {"text": [one.text for one in content.all("p") if one.text]}


def kind_of(page):
    names = {one.get("name") for one in page.root.all("input")}
    if page.get("django-admin-popup-response-constants") is not None:
        return "popup_response"
    if {"username", "password"} <= names:
        return "login"
    if page.get("changelist-form") is not None or page.get("result_list") is not None or page.get("changelist") is not None:
        return "list"
    if form_of(page, "message_form", "user_form") is not None:
        return "form"
    if page.get("delete-form") is not None or {"delete-confirmation", "delete-selected-confirmation"} & set(classes(page.root.first("body") or page.root)):
        return "delete_confirmation"
    if page.get("change-history") is not None or (heading(page) or "").startswith(("Change history:", "Änderungsgeschichte:")):
        return "history"
    if page.get("content-related") is not None or page.get("recent-actions-module") is not None or any(
            "dashboard" in classes(one) or any(name.startswith("app-") for name in classes(one)) and "module" in classes(one) for one in page.root.walk()):
        return "index"
    return "other"


READERS = {"list": list_page, "delete_confirmation": delete_page, "history": history_page, "index": index_page, "login": login_page, "other": other_page}


def read(path, page, whole):
    """All facts of a page; `whole` as the recording has a form, with all that its fields are."""
    kind, title = kind_of(page), page.root.first("title")
    facts = {"kind": kind, "title": title.text if title else None, "heading": heading(page), "subheading": subheading(page),
             "messages": notices(page), "breadcrumbs": breadcrumbs(path, page), "chrome": chrome(path, page)}
    tools = one_having(page.root, "object-tools", "ul")
    facts["object_tools"] = [link(path, one) for one in tools.all("a")] if tools else []
    if kind == "popup_response":
        facts["popup_response"] = page.get("django-admin-popup-response-constants").get("data-popup-response")
    elif kind == "form":
        facts.update(form_page(path, page, whole))
        facts["errors_are_named"] = bool(errors_of(page.root))
    else:
        facts.update(READERS[kind](path, page))
    return facts


# ------------------------------------------------------------------ what the matrix sees

def seen(facts):
    """What a page offers its user."""
    kind = facts["kind"]
    if kind == "index":
        model = next((one for app in facts["apps"] for one in app["models"] if one["name"] == "Messages"), None)
        return {"kind": kind, "messages": {"list": model["href"], "links": [text for text, _ in model["links"]]} if model else None}
    if kind == "list":
        return {"kind": kind, "title": facts["heading"], "add_link": any("/add/" in target for _, target in facts["object_tools"]),
                "actions": [name for name, _ in facts["actions"] or [] if name], "row_links": any(one["links"] for one in facts["rows"]),
                "checkboxes": any(one["id"] for one in facts["rows"])}
    if kind == "delete_confirmation":
        return {"kind": kind, "problems": facts["problems"], "objects": facts["objects"]}
    if kind != "form":
        return {"kind": kind, "heading": facts["heading"]}
    tags = None
    for one in facts["sets"]:
        there = [form for form in one["forms"] if not form["empty"] and any(name.endswith("-id") and value for name, value in form["hidden"].items())]
        tags = {"can_add": one["management"][f"{one['prefix']}-MAX_NUM_FORMS"] != "0",
                "can_change": any("widgets" in each for form in there for each in form["fields"]),
                "can_delete": any(form["delete_checkbox"] for form in there), "shown": len(there)}
    related = next((one["related_links"] for one in facts["fieldsets"] if one["field"] == "user" and "related_links" in one), [])
    return {"kind": kind, "title": facts["heading"],
            "editable": [one["field"] for one in facts["fieldsets"] if "widgets" in one],
            "readonly": [one["field"] for one in facts["fieldsets"] if "readonly" in one],
            "buttons": [name for name, _ in facts["buttons"]], "links": [text for text, _ in facts["button_links"]],
            "tools": [text for text, _ in facts["object_tools"]], "related_links": [name for name, _ in related], "tags": tags,
            **({"errors": facts["field_errors"]} if facts["field_errors"] else {})}
