// What is typed outlives a failed submit, a broken connection and a log-in that ran out: it is kept
// in this window, for the one who typed it, until the form has arrived. Pages work without this.
"use strict";

(() => {
  const who = document.body.dataset.visitor;
  const mine = `draft ${who} `;
  const stored = () => Object.keys(sessionStorage).filter((key) => key.startsWith("draft "));
  const number = (form) => new URL(form.action).searchParams.get("once");
  const typed = (field) => field.name && field.matches("textarea, select, input:not([type=hidden], [type=password], [type=file], [type=submit])");

  // What has arrived need not be kept; what somebody else typed in this window must not be shown.
  const arrived = /(?:^|; )arrived=([\w-]+)/.exec(document.cookie)?.[1];
  for (const key of stored()) {
    const sent = JSON.parse(sessionStorage.getItem(key)).sent;
    if ((who && !key.startsWith(mine)) || (arrived && sent === arrived)) sessionStorage.removeItem(key);
  }
  if (!who) return;

  const seen = new Map();
  const keyOf = (form) => {
    const hidden = [...form.querySelectorAll("input[type=hidden]:not([name=back])")];
    const about = hidden.map((field) => `${field.name}=${field.value}`).join("&");
    const key = `${mine}${new URL(form.action).pathname}?${about}`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
    return `${key} ${seen.get(key)}`;
  };

  const restore = (form, key) => {
    const kept = JSON.parse(sessionStorage.getItem(key))?.fields;
    if (!kept) return;
    let differs = false;
    const used = new Map();
    for (const field of [...form.elements].filter(typed)) {
      const values = kept.filter(([name]) => name === field.name).map(([, value]) => value);
      if (field.matches("[type=checkbox], [type=radio]")) {
        differs ||= field.checked !== values.includes(field.value);
        field.checked = values.includes(field.value);
      } else {
        const at = used.get(field.name) ?? 0;
        used.set(field.name, at + 1);
        if (values[at] === undefined) continue;
        differs ||= field.value !== values[at];
        field.value = values[at];
      }
    }
    if (!differs) return;
    for (let outer = form.closest("details"); outer; outer = outer.parentElement.closest("details")) outer.open = true;
    const note = document.querySelector("#restored").content.cloneNode(true).firstElementChild;
    note.querySelector("button").addEventListener("click", () => {
      sessionStorage.removeItem(key);
      form.reset();
      note.remove();
    });
    form.prepend(note);
  };

  for (const form of document.querySelectorAll('form[method="post"]:not([data-fleeting])')) {
    if (![...form.elements].some(typed) || form.querySelector("[type=password]")) continue;
    const key = keyOf(form);
    restore(form, key);
    const keep = (sent) => {
      const fields = [...new FormData(form)].filter(([, value]) => typeof value === "string");
      const visible = fields.filter(([name]) => [...form.elements].some((field) => field.name === name && typed(field)));
      sessionStorage.setItem(key, JSON.stringify({ fields: visible, sent }));
    };
    form.addEventListener("input", () => keep());
    form.addEventListener("submit", () => keep(number(form)));
  }

  document.querySelector('form[action^="/logout"]')?.addEventListener("submit", () => {
    for (const key of stored()) sessionStorage.removeItem(key);
  });
})();
