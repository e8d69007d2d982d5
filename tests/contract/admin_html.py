# SPDX-License-Identifier: MIT
"""Elements of a page of the admin by their classes, and where its links lead."""
import urllib.parse

import browsable


def classes(element):
    return (element.get("class") or "").split()


def having(element, name, *tags):
    """What of it has the class."""
    return [one for one in element.walk() if one is not element and name in classes(one) and (not tags or one.tag in tags)]


def one_having(element, name, *tags):
    return next(iter(having(element, name, *tags)), None)


def shown(element):
    """Its text, where an end of a line is a blank."""
    parts = [" " if getattr(one, "tag", None) == "br" else one if isinstance(one, str) else shown(one) for one in element.children]
    return " ".join("".join(parts).split())


def inside(element, outer):
    while element is not None and element is not outer:
        element = element.parent
    return element is not None


def address(path, target):
    """Where a link leads; of a query within the query, the parameters are in order too."""
    url = browsable.address(path, target)
    where, mark, query = url.partition("?")
    pairs = [(name, urllib.parse.urlencode(sorted(urllib.parse.parse_qsl(value, keep_blank_values=True))) if name == "_changelist_filters" else value)
             for name, value in urllib.parse.parse_qsl(query, keep_blank_values=True)]
    return where + mark + urllib.parse.urlencode(pairs)


def link(path, element):
    return [element.text, address(path, element.get("href") or "")]


def errors_of(element):
    return [one.text for found in having(element, "errorlist", "ul") for one in found.all("li")]
