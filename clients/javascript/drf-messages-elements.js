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
:host{position:relative;display:inline-block}
button,summary{font:inherit;color:inherit;background:none;border:1px solid;border-radius:8px;padding:8px}
[aria-disabled=true]{opacity:.5}
:focus-visible{outline:3px solid}
ul{list-style:none;margin:0;padding:0}
li{margin:8px 0;padding:8px;border-left:4px solid gray;overflow-wrap:anywhere}
p{margin:0}
[part~=unread] p{font-weight:bold}
[part~=success]{border-color:#284}
[part~=warning]{border-color:#b70}
[part~=error]{border-color:#d33}
[part=badge]:not(:empty){padding:0 8px;border-radius:8px;color:#fff;background:#b22}
[part=panel],[part=toasts] li{background:Canvas;color:CanvasText;box-shadow:0 0 8px gray;border-radius:8px;width:min(22em,90vw)}
[part=panel]{position:absolute;z-index:9;right:0;max-height:70vh;overflow:auto;padding:8px}
[part=status]{position:fixed;clip-path:inset(50%)}
[part=toasts]{position:fixed;z-index:9;right:8px;bottom:8px}`);

const make = (tag, part, textContent = "", more) => Object.assign(document.createElement(tag), { part, textContent, ...more });

class Base extends HTMLElement {
  connectedCallback() {
    if (!this.shadowRoot) {
      // Attributes are options of connect(): url, csrf, login and the like.
      const options = Object.fromEntries([...this.attributes].map(({ name, value }) => [name, value]));
      this.inbox ??= shared(options.url, options);
      this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
      this.status = make("p", "status", "", { role: "status" });
      this.shadowRoot.append(...this.build(), this.status);
    }
    this.leave = this.inbox.subscribe((now) => this.render(now));
  }
  disconnectedCallback() {
    this.leave();
  }
  say(name) {
    return { ...texts.en, ...texts[this.closest("[lang]")?.lang.slice(0, 2)], ...this.texts }[name];
  }
  /** A button for a method of the inbox, which says when it could not be done. */
  button(method, id) {
    return make("button", `action ${method}`, this.say(method), {
      onclick: async () => {
        if ((await this.inbox[method](id)) === false) {
          this.status.textContent = this.say("failed");
        }
      },
    });
  }
  /** An entry for a message; its level is one of its parts. */
  entry({ id, message, level_tag, read_at }, ...more) {
    const entry = make("li", `message ${level_tag} ${read_at ? "read" : "unread"}`, "", { id });
    entry.append(make("p", "text", message, { dir: "auto" }), this.button(read_at ? "markUnread" : "markRead", id), ...more);
    return entry;
  }
}

customElements.define(
  "drf-messages-bell",
  class extends Base {
    build() {
      const root = make("details", "", "", { open: this.hasAttribute("open") });
      const panel = make("div", "panel");
      this.bell = make("summary", "button");
      this.note = make("p", "note");
      this.all = this.button("markAllRead");
      this.back = this.button("undo");
      this.list = make("ul", "list");
      panel.append(this.note, this.all, " ", this.back, this.list);
      root.append(this.bell, panel);
      root.onkeydown = ({ key }) => {
        if (key === "Escape" && !this.hasAttribute("open")) {
          root.open = false;
          this.bell.focus();
        }
      };
      return [root];
    }
    render({ messages, unread, online, ended, undoable, ready }) {
      const count = unread ? this.say("unread").replace("{}", unread) : "";
      const note = ended ? "ended" : online ? ready && !messages[0] && "none" : "offline";
      this.note.textContent = note ? this.say(note) : "";
      this.bell.replaceChildren(make("slot", "", this.say("messages")), " ", make("span", "badge", count));
      if (unread > this.unread || ended || !online) {
        this.status.textContent = this.note.textContent || count;
      }
      this.unread = unread;
      this.all.ariaDisabled = !unread;
      this.back.ariaDisabled = !undoable;
      if (messages !== this.messages) {
        // Focus stays on the button that had it, or comes to the one in its place.
        const buttons = () => [...this.list.querySelectorAll("button")];
        const focused = buttons().indexOf(this.shadowRoot.activeElement);
        this.messages = messages;
        this.list.replaceChildren(...messages.map((one) => this.entry(one, " ", this.button("remove", one.id))));
        focused < 0 || (buttons()[focused] ?? this.all).focus();
      }
    }
  },
);

customElements.define(
  "drf-messages-toasts",
  class extends Base {
    build() {
      return [(this.list = make("ul", "toasts", "", { ariaLive: "polite" }))];
    }
    render({ messages, ready }) {
      for (const message of messages) {
        if (message.id > this.newest && !message.read_at) {
          const toast = this.entry(message);
          const wait = () =>
            setTimeout(() => (toast.matches(":hover,:focus-within") ? wait() : toast.remove()), 1000 * (this.getAttribute("seconds") ?? 10));
          this.list.append(toast);
          wait();
        }
      }
      for (const toast of [...this.list.children]) {
        messages.some(({ id, read_at }) => id == toast.id && !read_at) || toast.remove();
      }
      if (ready) {
        this.newest = Math.max(this.newest ?? 0, messages[0]?.id ?? 0);
      }
    }
  },
);
