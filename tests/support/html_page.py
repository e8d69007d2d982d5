# SPDX-License-Identifier: MIT
"""A page of HTML as elements, and what is wrong with how it is written.

`Page(text)` reads it as strictly as nobody's browser does: every element is closed where it ends, no id is there twice, and nothing is
written into the page that a strict Content-Security-Policy forbids. What is not so is a line of `page.problems`.
"""
import html.parser
import re

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
BLANKS = re.compile(r"[ \t\r\n\f]+")
# What names another element of the page by its id.
NAMING = ("for", "aria-describedby", "aria-labelledby", "aria-controls")


class Element:
    def __init__(self, tag, attributes, parent):
        self.tag, self.attributes, self.parent = tag, attributes, parent
        self.children = []  # elements, and texts as str

    def get(self, name):
        return self.attributes.get(name)

    def walk(self):
        """This element and all below it, in the order of the page."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def all(self, *tags):
        return [element for element in self.walk() if element is not self and element.tag in tags]

    def around(self, tag):
        """The nearest element with that tag of which this is a part, if not it itself."""
        element = self
        while element is not None and element.tag != tag:
            element = element.parent
        return element

    def first(self, *tags):
        return next(iter(self.all(*tags)), None)

    @property
    def raw(self):
        """Its text with all of its blanks."""
        return "".join(child if isinstance(child, str) else child.raw for child in self.children)

    @property
    def text(self):
        return BLANKS.sub(" ", self.raw).strip(" ")


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.root = self.open = Element("", {}, None)
        self.problems, self.ids = [], {}
        self.feed(text)
        self.close()
        while self.open is not self.root:
            self.problems.append(f"<{self.open.tag}> is not closed")
            self.open = self.open.parent
        if not re.match(r"\s*<!doctype html>\s", text, re.I):
            self.problems.append("does not begin with <!doctype html>")
        for element in self.root.walk():
            named = [name for attribute in NAMING for name in (element.get(attribute) or "").split()]
            self.problems += [f"<{element.tag}> names #{name}, which is not there" for name in named if name not in self.ids]

    def get(self, id):
        return self.ids.get(id)

    def text(self, id):
        return self.ids[id].text if id in self.ids else None

    def links(self, id):
        return self.ids[id].all("a") if id in self.ids else []

    # ---- what HTMLParser calls
    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        self.problems += [f"<{tag}> has {name} twice" for name in set(names) if names.count(name) > 1]
        element = Element(tag, {name: value or "" for name, value in attrs}, self.open)
        self.open.children.append(element)
        if element.get("id") is not None:
            if element.get("id") in self.ids:
                self.problems.append(f"#{element.get('id')} is there twice")
            self.ids[element.get("id")] = element
        self.forbid(element)
        if tag not in VOID:
            self.open = element

    def forbid(self, element):
        self.problems += [f"<{element.tag}> has {name}" for name in element.attributes if name == "style" or name.startswith("on")]
        if element.tag == "style" or (element.tag == "script" and not element.get("src")):
            self.problems.append(f"<{element.tag}> stands in the page")
        for name in ("href", "src", "action", "formaction"):
            if re.match(r"\s*(javascript|data|vbscript):", element.get(name) or "", re.I):
                self.problems.append(f"<{element.tag}> has {name}={element.get(name)!r}")

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.problems.append(f"<{tag}/> does not close it")

    def handle_endtag(self, tag):
        if self.open.tag == tag:
            self.open = self.open.parent
        else:
            self.problems.append(f"</{tag}> within <{self.open.tag}>")

    def handle_data(self, data):
        self.open.children.append(data)
