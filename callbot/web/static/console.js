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

// Dangerous forms ask once more.
for (const form of document.querySelectorAll("form[data-confirm]")) {
  form.addEventListener("submit", (event) => {
    if (!window.confirm(form.dataset.confirm)) event.preventDefault();
  });
}

// A file that would be refused is not sent first.
for (const field of document.querySelectorAll("[data-most-bytes]")) {
  field.addEventListener("change", () => {
    const large = [...field.files].some((file) => file.size > Number(field.dataset.mostBytes));
    field.setCustomValidity(large ? field.dataset.tooLarge : "");
    if (large) field.reportValidity();
  });
}

// A form is sent once. Without a network it stays where it is, and says so.
for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (navigator.onLine && !form.dataset.sending) {
      form.dataset.sending = "yes";
      setTimeout(() => delete form.dataset.sending, 5000);
      return;
    }
    event.preventDefault();
    if (!navigator.onLine && !form.querySelector(".offline")) {
      const note = document.querySelector("#offline").content.cloneNode(true).firstElementChild;
      note.classList.add("offline");
      form.append(note);
      window.addEventListener("online", () => note.remove(), { once: true });
    }
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-sending]")) delete form.dataset.sending;
});

// Whoever looks at figures that are not renewed any more is told so.
for (const [happened, lost] of [["htmx:sseError", true], ["htmx:sseOpen", false]]) {
  document.addEventListener(happened, () => { document.querySelector("#stale").hidden = !lost; });
}

// What is pressed is renewed when it is let go: a press whose element was exchanged meanwhile does nothing.
const withheld = new Set();
let pressed = false;
document.addEventListener("pointerdown", () => { pressed = true; });
for (const letGo of ["pointerup", "pointercancel"]) {
  // After the click, which comes next.
  document.addEventListener(letGo, () => setTimeout(() => {
    pressed = false;
    for (const element of withheld) htmx.trigger(element, "sse:changed");
    withheld.clear();
  }));
}
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!pressed) return;
  event.detail.shouldSwap = false;
  withheld.add(event.detail.target);
});

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
