// Comforts of every page. All of them can be done without: each page works with scripts off.
"use strict";

const typing = (element) => element.matches("input:not([type=checkbox]):not([type=radio]), textarea, select");

// Filters take effect when they are changed.
for (const field of document.querySelectorAll("[data-sends]")) {
  field.addEventListener("change", () => field.form.requestSubmit());
}

// One box ticks all others of its name.
for (const all of document.querySelectorAll("[data-all]")) {
  all.addEventListener("change", () => {
    for (const box of all.form.querySelectorAll(`input[name="${all.dataset.all}"]`)) box.checked = all.checked;
  });
}

// What was typed outlives a broken connection, until it is sent or the window is closed.
for (const form of document.querySelectorAll("form[data-keep]")) {
  const key = `keep:${form.dataset.keep}`;
  const kept = new URLSearchParams(sessionStorage.getItem(key) || "");
  for (const [name, value] of kept) {
    const field = form.elements[name];
    if (field && "value" in field && field.type !== "hidden" && field.type !== "checkbox") field.value = value;
  }
  form.addEventListener("input", () => sessionStorage.setItem(key, new URLSearchParams(new FormData(form))));
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) {
      sessionStorage.removeItem(key);
    } else {
      event.preventDefault();
    }
  });
}

// Dangerous forms ask once more.
for (const form of document.querySelectorAll("form[data-confirm]")) {
  form.addEventListener("submit", (event) => {
    if (!window.confirm(form.dataset.confirm)) event.preventDefault();
  });
}

// The keyboard, as the dialog behind "?" tells it.
const rows = () => [...document.querySelectorAll(".flag .body")];
const help = document.querySelector("dialog.keys");
for (const opener of document.querySelectorAll("[data-keys]")) {
  opener.hidden = false;
  opener.addEventListener("click", () => help.showModal());
}
let going = false;

const press = (target) => {
  if (target.matches("textarea")) target.focus();
  else target.click();
  if (target.matches("input")) target.focus();
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || help?.open) return;
  const key = event.key.toLowerCase();
  const links = rows();
  const at = links.indexOf(document.activeElement);
  const wasGoing = going;
  going = key === "g";
  const target = document.querySelector(wasGoing ? `[data-go="${CSS.escape(key)}"]` : `[data-key="${CSS.escape(key)}"]`);
  if (key === "?" && help) {
    help.showModal();
  } else if (!wasGoing && (key === "j" || key === "k") && links.length) {
    links[Math.max(0, Math.min(links.length - 1, at + (key === "j" ? 1 : at < 0 ? 1 : -1)))].focus();
  } else if (!wasGoing && key === "x" && at >= 0) {
    const box = links[at].closest(".flag").querySelector("input[type=checkbox]");
    if (box) box.checked = !box.checked;
  } else if (key === "/") {
    const search = document.querySelector("input[type=search]");
    if (!search) return;
    event.preventDefault();
    search.focus();
  } else if (target) {
    event.preventDefault();
    press(target);
  }
});
