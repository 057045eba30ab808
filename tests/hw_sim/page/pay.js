// What pays: a terminal with its keys, a phone, cards in the hand, and the two ledgers side by side.
import { number, say } from "./words.js";

const $ = (id) => document.getElementById(id);
const TERMINAL_KEYS = [
  "approve", "decline", "part", "other", "cancel", "lose", "silent", "late", "foreign", "busy",
];
// Some are for a payment that waits for its card, some for the next one only.
const ONLY_NOW = ["cancel", "part", "other", "late"];
const ONLY_NEXT = ["busy"];
const CUTS = ["before_question", "after_question", "before_answer"];
const PHONE_KEYS = ["pay", "other", "fail", "late", "never"];
const CARDS = ["club", "badge", "gift", "bank"];
const BAD = ["declined", "cancelled", "busy", "off"];
const TAKEN = ["approved", "partially_approved", "settled"];

const money = (minor) => number(minor / 100, 2);

function key(kind, name, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset[kind] = name;
  button.dataset.say = `${kind}_${name}`;
  button.addEventListener("click", act);
  return button;
}

export class Pay {
  constructor(send) {
    this.send = send;
    this.now = null;
    $("terminal-keys").append(...TERMINAL_KEYS.map((name) => key("terminal", name, () => send({ act: "terminal_key", key: name }))));
    $("cuts").append(
      ...CUTS.map((where) => key("cut", where, () => send({ act: "terminal_cut", where }))),
      key("cut", "restart", () => send({ act: "terminal_restart" })),
    );
    $("phone-keys").append(
      key("phone", "scan", () => send({ act: "phone_scan" })),
      ...PHONE_KEYS.map((name) => key("phone", name, () => send({ act: "phone", do: name }))),
    );
    $("cards").append(
      ...CARDS.map((card) => key("card", card, () => send({ act: "hold", card }))),
      key("card", "code", () => send({ act: "gift" })),
    );
    $("protocol").addEventListener("change", () => send({ act: "terminal", protocol: $("protocol").value }));
    for (const tab of document.querySelectorAll("[data-tab]")) tab.addEventListener("click", () => this.open(tab.dataset.tab));
    this.open("goods");
  }

  open(name) {
    for (const tab of document.querySelectorAll("[data-tab]")) tab.setAttribute("aria-selected", String(tab.dataset.tab === name));
    for (const id of ["goods-tab", "wire-log"]) $(id).hidden = name !== "goods";
    for (const id of ["pay-tab", "books"]) $(id).hidden = name !== "pay";
  }

  heard(now) {
    this.now = now;
    this.draw();
  }

  draw() {
    if (!this.now) return;
    this.#terminal(this.now.terminal);
    this.#phone(this.now.phone);
    for (const card of $("cards").children) card.classList.toggle("held", card.dataset.card === this.now.cards.held);
    this.#book(this.now.book);
  }

  #terminal({ protocol, word, amount, next }) {
    const options = this.now.protocols.map(({ key: value, label, speaks }) => {
      const option = new Option(label, value, false, value === protocol);
      option.disabled = !speaks;
      return option;
    });
    $("protocol").replaceChildren(...options);
    $("terminal-word").textContent = say(`shows_${word}`);
    $("terminal-amount").textContent = amount ? money(amount) : "";
    $("terminal-next").textContent = next ? say("next", { what: say(`terminal_${next}`).toLowerCase() }) : "";
    const lcd = $("terminal-lcd");
    lcd.dataset.word = word;
    lcd.classList.toggle("ok", word === "approved");
    lcd.classList.toggle("no", BAD.includes(word));
    const waits = word === "card";
    for (const button of $("terminal-keys").children) {
      const name = button.dataset.terminal;
      button.disabled = (waits ? ONLY_NEXT : ONLY_NOW).includes(name);
    }
  }

  #phone({ word, amount, payee }) {
    $("phone-screen").dataset.word = word;
    $("phone-word").textContent = say(`phone_${word}`);
    $("phone-amount").textContent = amount ? money(amount) : "";
    $("phone-payee").textContent = payee;
    const pays = word === "bill" || word === "transfer";
    for (const button of $("phone-keys").children) {
      const name = button.dataset.phone;
      button.disabled = name !== "scan" && (!pays || (word === "transfer" && !["pay", "never"].includes(name)));
    }
  }

  // Newest first: the journal's word, what was charged, and whether the two agree.
  #book(book) {
    const differs = book.filter((row) => row.verdict === "differs").length;
    const open = book.filter((row) => row.verdict === "open").length;
    const [tone, text] = differs ? ["bad", "book_differs"] : open ? ["warn", "book_open"] : ["", "book_agrees"];
    const pill = $("book-verdict");
    pill.className = `pill ${tone}`;
    pill.textContent = say(text, { n: differs || open });
    pill.dataset.verdict = text;
    $("book").replaceChildren(...book.toReversed().map((row) => this.#row(row)));
    $("no-payments").hidden = book.length > 0;
  }

  #row(row) {
    const line = document.createElement("tr");
    line.dataset.payment = row.payment;
    line.dataset.state = row.state;
    line.dataset.charged = row.charged;
    line.className = row.verdict;
    const cell = (text, tone = "") => {
      const made = document.createElement("td");
      made.className = tone;
      made.textContent = text;
      line.append(made);
    };
    cell(row.payment ? money(row.asked_minor) : say("by_hand"), "amount");
    const booked = TAKEN.includes(row.state) && row.booked_minor !== row.asked_minor ? ` ${money(row.booked_minor)}` : "";
    cell(row.state ? say(`state_${row.state}`) + booked : "—");
    cell(row.charged ? money(row.charged_minor) + (row.charged > 1 ? ` (${row.charged}×)` : "") : say("not_charged"), "amount");
    cell({ agrees: "✓", open: "?", differs: "✗", by_hand: "·" }[row.verdict], "mark");
    line.title = [row.payment, row.port, say(`verdict_${row.verdict}`)].filter(Boolean).join(" · ");
    return line;
  }
}
