// SPDX-License-Identifier: MIT
// <drf-messages-bell> and <drf-messages-toasts>. Texts of messages are only ever text, and no style or script stands inline.
import { shared } from "./drf-messages.js";

/** What the elements say, by language. A page may change it, and add languages. */
export const texts = {
  en: {
    messages: "Messages",
    unread: "{} unread",
    markRead: "Mark as read",
    markUnread: "Mark as unread",
    markAllRead: "Mark all as read",
    undo: "Undo",
    remove: "Delete",
    none: "No messages",
    offline: "Offline",
    ended: "Logged out",
    failed: "Not saved",
  },
  de: {
    messages: "Meldungen",
    unread: "{} ungelesen",
    markRead: "Als gelesen markieren",
    markUnread: "Als ungelesen markieren",
    markAllRead: "Alle als gelesen markieren",
    undo: "Rückgängig",
    remove: "Löschen",
    none: "Keine Meldungen",
    ended: "Abgemeldet",
    failed: "Nicht gespeichert",
  },
};

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
:host{position:relative;display:inline-block;z-index:9}
button,summary{font:inherit;color:inherit;background:none;border:1px solid;border-radius:8px;padding:8px}
[aria-disabled=true]{opacity:.5}
ul,p{list-style:none;margin:0;padding:0}
li{margin:8px 0;padding:8px;border-left:4px solid gray;overflow-wrap:anywhere}
[part~=unread] p{font-weight:bold}
[part~=success]{border-color:#284}
[part~=warning]{border-color:#b70}
[part~=error]{border-color:#b22}
[part=badge]:not(:empty),[part=failed]{padding:0 8px;border-radius:8px;color:#fff;background:#b22}
[part=panel],[part=toasts] li{background:Canvas;color:CanvasText;box-shadow:0 0 8px;border-radius:8px;width:min(22em,90vw)}
[part=panel]{position:absolute;right:0;max-height:70vh;overflow:auto;padding:8px}
[part=status]{position:fixed;clip-path:inset(50%)}
[part=failed]{position:fixed;left:8px;bottom:8px}
[part=toasts]{position:fixed;right:8px;bottom:8px}`);

/** Changes what is otherwise, and nothing else: an element that is being clicked, read or heard stays as it is. */
const set = (element, values) => {
  for (const name in values) {
    if (element[name] != values[name]) {
      element[name] = values[name];
    }
  }
  return element;
};
const make = (tag, part, more) => set(document.createElement(tag), { part, ...more });

const say = (host, name) => ({ ...texts.en, ...texts[host.closest("[lang]")?.lang.toLowerCase().split("-")[0]], ...host.texts })[name];

/** A button for a method of the inbox, which shows when it could not be done. */
const button = (host, method, id, element = make("button")) =>
  set(element, {
    part: `action ${method}`,
    textContent: say(host, method),
    onclick: async () => {
      if ((await host.inbox[method](id)) === false) {
        const failed = make("p", "failed", { role: "alert", textContent: say(host, "failed") });
        host.shadowRoot.append(failed);
        setTimeout(() => failed.remove(), 10_000);
      }
    },
  });

/**
 * Shows these messages in a list; the level is a part of each. Who has the focus keeps it, or comes to what is in its place, at last
 * to `all`: where there is such a button, messages can be deleted.
 */
const fill = (host, list, messages, all) => {
  const buttons = () => [...list.querySelectorAll("button")];
  const focused = buttons().indexOf(host.shadowRoot.activeElement);
  for (const row of [...list.children]) {
    messages.some(({ id }) => id == row.id) || row.remove();
  }
  messages.forEach(({ id, message, level_tag, read_at }, index) => {
    let row = list.children.namedItem(id);
    if (!row) {
      row = make("li", "", { id });
      row.append(make("p", "text", { dir: "auto" }), make("button"), ...(all ? [" ", button(host, "remove", id)] : []));
      list.insertBefore(row, list.children[index]);
    }
    const [text, toggle] = row.children;
    set(row, { part: `message ${level_tag} ${read_at ? "read" : "unread"}` });
    set(text, { textContent: message });
    button(host, read_at ? "markUnread" : "markRead", id, toggle);
  });
  focused < 0 || host.shadowRoot.activeElement || (buttons()[focused] ?? all)?.focus();
};

/** Defines an element. `build` fills its shadow, and returns what shows a snapshot there. */
const define = (name, build) =>
  customElements.define(
    name,
    class extends HTMLElement {
      connectedCallback() {
        if (!this.shadowRoot) {
          // Attributes are options of connect(): url, csrf, login and the like.
          const options = {};
          for (const { name, value } of this.attributes) {
            options[name] = value;
          }
          this.inbox ??= shared(options.url, options);
          this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
          this.render = build(this);
        }
        this.leave = this.inbox.subscribe(this.render);
      }
      disconnectedCallback() {
        this.leave();
      }
    },
  );

define("drf-messages-bell", (host) => {
  const open = host.hasAttribute("open");
  const root = make("details", "", { open });
  const bell = make("summary", "button");
  const badge = make("span", "badge");
  const panel = make("div", "panel");
  const note = make("p", "note");
  const all = button(host, "markAllRead");
  const back = button(host, "undo");
  const list = make("ul", "list");
  const status = make("p", "status", { role: "status" });
  bell.append(make("slot", "", { textContent: say(host, "messages") }), " ", badge);
  panel.append(note, all, " ", back, list);
  root.append(bell, panel);
  host.shadowRoot.append(root, status);
  root.ontoggle = () => {
    // Not beyond the left edge of the page.
    panel.style.right = `${Math.min(0, bell.getBoundingClientRect().right - panel.offsetWidth)}px`;
  };
  root.onkeydown = ({ key }) => {
    if (key === "Escape" && !open) {
      root.open = false;
      bell.focus();
    }
  };
  return ({ messages, unread, online, ended, undoable, ready }) => {
    const count = say(host, "unread").replace("{}", unread);
    const said = ended ? "ended" : online ? ready && !unread && !messages[0] && "none" : "offline";
    note.textContent = said ? say(host, said) : "";
    badge.textContent = unread ? count : "";
    set(status, { textContent: note.textContent || (ready ? count : "") });
    all.ariaDisabled = !unread;
    back.ariaDisabled = !undoable;
    fill(host, list, messages, all);
  };
});

define("drf-messages-toasts", (host) => {
  const list = make("ul", "toasts", { ariaLive: "polite" });
  let newest;
  host.shadowRoot.append(list);
  return ({ messages, ready }) => {
    const toasts = messages.filter(({ id, read_at }) => !read_at && (id > newest || list.children.namedItem(id)));
    fill(host, list, toasts);
    for (const { id } of toasts) {
      if (id > newest) {
        const toast = list.children.namedItem(id);
        const wait = () =>
          setTimeout(() => (toast.matches(":hover,:focus-within") ? wait() : toast.remove()), 1000 * (host.getAttribute("seconds") ?? 10));
        wait();
      }
    }
    if (ready) {
      newest = Math.max(newest ?? 0, messages[0]?.id ?? 0);
    }
  };
});
