// What passes over the wires, beside the facts that it became.
import { knows, number, say } from "./words.js";

const ROWS_MAX = 150;
const LOOK_BACK = 6;
// The till asks its devices every second how they are; an answer that is the same adds no row.
const ROUTINE = new Set([
  "printer_well", "printer_offline_why", "printer_fault", "paper_how", "well", "weigh_asked", "weight",
]);

export class Log {
  constructor(list) {
    this.list = list;
    this.events = [];
  }

  add(event) {
    const key = event.t === "wire" ? `${event.wire}${event.from_till}${event.shown}${event.bytes}` : null;
    const back = ROUTINE.has(event.note) ? ROWS_MAX : LOOK_BACK;
    const same = key && this.events.slice(-back).find((old) => old.key === key);
    if (same) {
      same.count += 1;
      same.row.querySelector(".times").textContent = `×${same.count}`;
      return;
    }
    const below = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 40;
    const held = { ...event, key, count: 1 };
    held.row = this.#row(held);
    this.events.push(held);
    this.list.append(held.row);
    if (this.events.length > ROWS_MAX) this.events.shift().row.remove();
    if (below) this.list.scrollTop = this.list.scrollHeight;
  }

  again() {
    for (const held of this.events) {
      const row = this.#row(held);
      held.row.replaceWith(row);
      held.row = row;
    }
  }

  #row(event) {
    const row = document.createElement("li");
    const cell = (kind, text) => {
      const span = document.createElement("span");
      span.className = kind;
      span.textContent = text;
      row.append(span);
      return span;
    };
    if (event.t === "fact") {
      row.className = "fact";
      cell("who", say("who_till"));
      cell("arrow", "✓");
      cell("what", event.type);
      cell("note", `${factNote(event.type, event.body)} ${say("seq", { n: event.seq })}`);
      row.title = JSON.stringify(event.body);
      return row;
    }
    cell("who", say(event.from_till ? "who_till" : `who_${event.wire}`));
    cell("arrow", "→");
    const size = event.cut ? ` … ${say("bytes", { n: number(event.bytes, 0) })}` : "";
    cell("what", event.shown + size);
    cell("times", event.count > 1 ? `×${event.count}` : "");
    const value = event.note === "weight" ? number(Number(event.value), 3) : event.value;
    const toward = event.from_till && event.wire !== "drawer" ? `${say(`who_${event.wire}`)}: ` : "";
    cell("note", knows(event.note) ? toward + say(event.note, { v: value }) : "");
    row.title = `${event.shown} ${row.querySelector(".note").textContent}`;
    return row;
  }
}

const amount = (minor) => number(minor / 100, 2);

function factNote(type, body) {
  switch (type) {
    case "LineAdded": return (body.quantity === "1" ? "" : say("piece", { n: body.quantity })) + body.name;
    case "Tendered": case "CashMoved": return amount(body.amount_minor);
    case "SaleCompleted": return amount(body.total_minor);
    case "ShiftOpened": return amount(body.float_minor);
    case "EffectEnded": return body.outcome;
    case "DeviceChanged": return `${body.device}: ${body.problem === "none" ? body.state : body.problem}`;
    case "DrawerOpened": return body.cause;
    case "SaleSuspended": return body.name;
    default: return "";
  }
}
