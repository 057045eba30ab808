/* What a page does in the browser beside htmx: very little. */
"use strict";

/* A page that refreshes itself tells the server that nobody clicked. */
document.addEventListener("htmx:configRequest", (event) => {
  const by = event.detail.triggeringEvent;
  if (!by || by.type === "htmx:trigger" || event.detail.elt.dataset.refresh !== undefined) {
    event.detail.headers["X-Kram-Refresh"] = "1";
  }
});

/* A filter is applied as soon as it is chosen; without this the button does it. */
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-at-once]");
  if (form && event.target.tagName === "SELECT") form.requestSubmit();
});

/* What cannot be undone asks once, in the button's own words. */
document.addEventListener("submit", (event) => {
  const sentence = event.submitter?.dataset.sure;
  if (sentence && !window.confirm(sentence)) event.preventDefault();
});

/* Live sales: pause keeps what is on the screen still, and counts what came meanwhile. */
document.addEventListener("click", (event) => {
  const key = event.target.closest("[data-pause]");
  if (!key) return;
  const list = document.querySelector(key.dataset.pause);
  const paused = key.getAttribute("aria-pressed") !== "true";
  key.setAttribute("aria-pressed", paused);
  key.textContent = paused ? key.dataset.goOn : key.dataset.stop;
  list.dataset.paused = paused ? "yes" : "no";
  if (!paused) {
    for (const held of list.held ?? []) take(list, held);
    list.held = [];
  }
});

document.addEventListener("htmx:sseBeforeMessage", (event) => {
  const list = event.target;
  if (!list.matches("[data-live]")) return;
  event.preventDefault();
  if (list.dataset.paused === "yes") {
    list.held = (list.held ?? []).concat(event.detail.data).slice(-Number(list.dataset.most));
    const key = document.querySelector("[data-pause]");
    key.textContent = `${key.dataset.goOn} (${list.held.length})`;
  } else {
    take(list, event.detail.data);
  }
});

function take(list, html) {
  const rows = document.createElement("template");
  rows.innerHTML = html;
  for (const row of [...rows.content.children].reverse()) {
    document.getElementById(row.id)?.remove();
    list.prepend(row);
  }
  while (list.children.length > Number(list.dataset.most)) list.lastElementChild.remove();
  document.querySelector("[data-when-empty]")?.setAttribute("hidden", "");
}

/* The inbox comes whole whenever something in it changed; what was ticked stays ticked. */
document.addEventListener("htmx:sseBeforeMessage", (event) => {
  const inbox = event.target;
  if (!inbox.matches("[data-inbox]")) return;
  event.preventDefault();
  const ids = (selector) => new Set([...inbox.querySelectorAll(selector)].map((it) => it.value));
  const known = ids("input"), ticked = ids("input:checked");
  inbox.innerHTML = event.detail.data;
  for (const box of inbox.querySelectorAll("input")) {
    box.checked = ticked.has(box.value);
    if (!known.has(box.value)) box.closest("tr").className = "new";
  }
});

/* Whether the live stream is up is told in words. */
for (const [name, up] of [["htmx:sseOpen", true], ["htmx:sseError", false], ["htmx:sseClose", false]]) {
  document.addEventListener(name, (event) => {
    event.detail.source?.addEventListener("full", full);
    const place = document.querySelector("[data-stream]");
    if (place && (up || place.className !== "pill late")) {
      place.textContent = up ? place.dataset.up : place.dataset.down;
      place.className = up ? "pill ok" : "pill lost";
    }
  });
}

/* The server takes no more live pages of this person; it says so, and asks to come back. */
function full(event) {
  const place = document.querySelector("[data-stream]");
  place.textContent = event.data;
  place.className = "pill late";
}
