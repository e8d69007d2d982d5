// SPDX-License-Identifier: MIT
// Sends what a form cannot: OPTIONS, DELETE, and a POST of JSON. The answer is a page, which takes the place of the one that asked.
// In the admin, selects all rows of a list and counts them, adds a blank row for a tag, and goes on with what takes several steps.
// All else works without this script.
"use strict";

(() => {
  /** Shows the buttons, which can do nothing without this script. */
  const ready = () => {
    for (const button of document.querySelectorAll("button[data-method]")) {
      button.hidden = false;
    }
  };

  const headers = () => {
    const csrf = document.getElementById("csrf");
    return { Accept: "text/html", ...(csrf ? { [csrf.dataset.header]: csrf.value } : {}) };
  };

  const show = (text) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    document.title = page.title;
    document.body.replaceWith(document.adoptNode(page.body));
    ready();
    // Whoever hears the page is told how it went.
    const status = document.getElementById("status-line") ?? document.querySelector("h1");
    status?.setAttribute("tabindex", "-1");
    status?.focus();
  };

  const send = async (button) => {
    const { method, url, question, body } = button.dataset;
    if (question && !window.confirm(question)) {
      return;
    }
    button.disabled = true;
    try {
      const type = body ? { "Content-Type": "application/json" } : {};
      const answer = await fetch(url, { method, headers: { ...headers(), ...type }, body, credentials: "same-origin" });
      if (!answer.headers.get("Content-Type")?.startsWith("text/html")) {
        throw new Error(`no page: ${answer.status}`);
      }
      show(await answer.text());
    } catch {
      button.disabled = false;
      document.getElementById("no-answer").hidden = false;
    }
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-method]");
    if (button) {
      send(button);
    }
  });
  // Fields that ask for nothing stay out of the address.
  document.addEventListener("formdata", ({ target, formData }) => {
    if (target.id === "filters") {
      for (const field of target.elements) {
        if (field.name && field.type !== "hidden" && field.value === "") {
          formData.delete(field.name);
        }
      }
    }
  });

  /** The boxes of a list's rows: one that checks all of them, and how many are checked. */
  const selection = () => {
    const all = document.getElementById("action-toggle");
    const boxes = [...document.querySelectorAll(".action-select")];
    if (!all || boxes.length === 0) {
      return;
    }
    const counters = [...document.querySelectorAll(".action-counter")].map((counter) => [counter, counter.textContent]);
    const count = () => {
      const checked = boxes.filter((box) => box.checked).length;
      all.checked = checked === boxes.length;
      all.indeterminate = checked > 0 && !all.checked;
      for (const [counter, text] of counters) {
        counter.textContent = text.replace(/\b0\b/, checked);
        counter.hidden = false;
      }
    };
    const check = (checked) => {
      for (const box of boxes) {
        box.checked = checked;
      }
      count();
    };
    all.addEventListener("change", () => check(all.checked));
    const across = document.querySelector(".actions [name=select_across]");
    document.addEventListener("change", ({ target }) => {
      if (target === across && across.checked) {
        check(true);
      } else if (boxes.includes(target)) {
        count();
      }
    });
    // A browser that goes back keeps what was checked.
    window.addEventListener("pageshow", count);
    all.hidden = false;
    count();
  };

  /** One more blank row for a tag, made from the hidden one. */
  const addTag = (event) => {
    const blank = document.getElementById("extra_tags-empty");
    const total = document.querySelector("[name=extra_tags-TOTAL_FORMS]");
    const most = document.querySelector("[name=extra_tags-MAX_NUM_FORMS]");
    if (!blank || Number(total.value) >= Number(most.value)) {
      return; // the server says why there are no more
    }
    event.preventDefault();
    const number = total.value;
    const row = blank.cloneNode(true);
    for (const element of [row, ...row.querySelectorAll("*")]) {
      for (const attribute of element.attributes) {
        attribute.value = attribute.value.replaceAll("__prefix__", number);
      }
    }
    row.id = `extra_tags-${number}`;
    row.classList.remove("empty-form");
    row.hidden = false;
    row.querySelector(".inline_label").textContent = `#${Number(number) + 1}`;
    blank.before(row);
    total.value = Number(number) + 1;
    row.querySelector("input:not([type=hidden])").focus();
  };
  document.querySelector("[name=_add_tag]")?.addEventListener("click", addTag);

  /** Tells the page of Django's admin that opened this window what was done; its function closes the window. */
  const tellOpener = () => {
    const told = document.getElementById("django-admin-popup-response-constants");
    if (!told || !window.opener) {
      return;
    }
    const { action = "add", value, obj, new_value: newValue } = JSON.parse(told.dataset.popupResponse);
    const does = action[0].toUpperCase() + action.slice(1);
    window.opener[`dismiss${does}RelatedObjectPopup`]?.(window, value, obj, newValue);
  };

  ready();
  selection();
  tellOpener();
  document.querySelector("form[data-continue]")?.requestSubmit();
})();
