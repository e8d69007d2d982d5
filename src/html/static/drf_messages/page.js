// SPDX-License-Identifier: MIT
// Sends what a form cannot: OPTIONS and DELETE. The answer is a page, which takes the place of the one that asked.
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
    const { method, url, question } = button.dataset;
    if (question && !window.confirm(question)) {
      return;
    }
    button.disabled = true;
    try {
      const answer = await fetch(url, { method, headers: headers(), credentials: "same-origin" });
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

  ready();
})();
