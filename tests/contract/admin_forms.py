# SPDX-License-Identifier: MIT
"""What a form of the admin has: its fields, the forms of tags in it, its buttons."""
import re

from admin_html import address, classes, errors_of, having, inside, link, one_having


def form_of(page, *ids):
    return next((page.get(id) for id in ids if page.get(id) is not None), None)


def widget(element):
    value = {"name": element.get("name"), "type": element.tag if element.tag != "input" else element.get("type") or "text"}
    if element.tag == "select":
        options = element.all("option")
        value["choices"] = [[one.get("value"), one.text] for one in options]
        value["selected"] = [one.get("value") for one in options if one.get("selected") is not None]
        return value
    if element.get("maxlength") is not None:
        value["maxlength"] = element.get("maxlength")
    value["value"] = (element.raw.removeprefix("\n") if element.tag == "textarea" else element.get("value")) or ""
    return value


def widgets(row):
    return [one for one in row.all("input", "select", "textarea") if one.get("name") and one.get("type") not in ("hidden", "submit", "checkbox")]


def field(path, row):
    label, help_text, fixed = row.first("label"), one_having(row, "help"), one_having(row, "readonly")
    read = {"field": next(one.removeprefix("field-") for one in classes(row) if one.startswith("field-")),
            "label": label.text if label else None,
            "required": bool(label and "required" in classes(label)),
            "help": help_text.text if help_text else None}
    if fixed is not None and not widgets(row):
        read["readonly"] = fixed.text
        linked = fixed.first("a")
        if linked is not None:
            read["readonly_link"] = address(path, linked.get("href"))
    else:
        read["widgets"] = [widget(one) for one in widgets(row)]
    if errors_of(row):
        read["errors"] = errors_of(row)
    related = sorted([classes(one)[-1].partition("-")[0], address(path, one.get("href") or one.get("data-href-template") or "")]
                     for one in having(row, "related-widget-wrapper-link"))
    if related:
        read["related_links"] = related
    return read


def field_rows(element):
    return [one for one in having(element, "form-row") if any(name.startswith("field-") for name in classes(one))]


def inline(path, group):
    """The forms of a set, with all of their fields."""
    hidden = {one.get("name"): one.get("value") for one in group.all("input") if one.get("type") == "hidden"}
    prefix = next(name for name in hidden if name.endswith("-TOTAL_FORMS")).removesuffix("-TOTAL_FORMS")
    forms, title = [], group.first("h2", "h3", "legend")
    related = [one for one in having(group, "inline-related")]
    for part in related:
        label, box = one_having(part, "inline_label"), next((one for one in part.all("input") if (one.get("name") or "").endswith("-DELETE")), None)
        values = {one.get("name"): one.get("value") or None for one in part.all("input")
                  if one.get("type") == "hidden" and (one.get("name") or "").startswith(prefix)}
        forms.append({"empty": "empty-form" in classes(part) or any("__prefix__" in name for name in values),
                      "label": label.text if label else None,
                      "delete_checkbox": box is not None,
                      "delete_checked": box is not None and box.get("checked") is not None,
                      "hidden": values,
                      "fields": [field(path, row) for row in field_rows(part)]})
    return {"prefix": prefix,
            "title": title.text if title else None,
            "management": {name: value for name, value in hidden.items() if re.search(r"-(TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS$", name)},
            "errors": [one.text for found in having(group, "errorlist", "ul") if not any(inside(found, part) for part in related) for one in found.all("li")],
            "forms": forms}


def values_of(read):
    """A field in short."""
    if "readonly" in read:
        return read["readonly"]
    return [one["selected"] if one["type"] == "select" else one["value"] for one in read["widgets"]]


def in_short(group):
    """A set of forms in short: without what a script makes new forms of."""
    forms = [{"label": one["label"], "values": {each["field"]: values_of(each) for each in one["fields"]},
              "errors": {each["field"]: each["errors"] for each in one["fields"] if "errors" in each},
              "delete_checkbox": one["delete_checkbox"]} for one in group["forms"] if not one["empty"]]
    return {"prefix": group["prefix"], "errors": group["errors"], "forms": forms}


def form_page(path, page, whole):
    form = form_of(page, "message_form", "user_form")
    groups = having(form, "inline-group")
    if not groups:
        total = next((one for one in form.all("input") if (one.get("name") or "").endswith("-TOTAL_FORMS")), None)
        groups = [total.parent] if total else []
    outside = [row for row in field_rows(form) if not any(inside(row, group) for group in groups)]
    fields = [field(path, row) for row in outside]
    sets, submits = [inline(path, group) for group in groups], having(form, "submit-row")
    buttons = {one.get("name"): one.get("value") if one.tag == "input" else one.text
               for row in submits for one in row.all("input", "button") if one.get("name")}
    note = one_having(page.root, "errornote")
    return {
        "form": {"method": (form.get("method") or "get").lower(), "enctype": form.get("enctype")},
        "fieldsets": fields,
        "fields": {one["field"]: values_of(one) for one in fields},
        "field_errors": {one["field"]: one["errors"] for one in fields if "errors" in one},
        "level_choices": next((each.get("choices") for one in fields if one["field"] == "level" for each in one.get("widgets", [])), None),
        "inlines": sets if whole else [in_short(one) for one in sets],
        "sets": sets,
        "hidden": {one.get("name"): one.get("value") for one in form.all("input") if one.get("type") == "hidden" and one.get("name") not in ("csrfmiddlewaretoken", "_form")
                   and not any(inside(one, group) for group in groups)},
        "buttons": sorted([name, text] for name, text in buttons.items()),
        "button_links": sorted(link(path, one) for row in submits for one in row.all("a")),
        "errors": [one.text for found in having(form, "errorlist", "ul") if "nonfield" in classes(found) and not any(inside(found, group) for group in groups)
                   for one in found.all("li")],
        "error_note": note.text if note else None,
    }
