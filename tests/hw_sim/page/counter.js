// The counter's page: one websocket in, hands out.
import { barcode } from "./barcode.js";
import { Log } from "./log.js";
import { Paper } from "./paper.js";
import { Pay } from "./pay.js";
import { TillScreen } from "./screen.js";
import { number, say, speak, speaks } from "./words.js";

const RETRY_MS = 1000;
const WEIGH_MS = 60;
const SETTLE_MS = 350;
const $ = (id) => document.getElementById(id);

let socket = null;
let state = null;
let goods = [];
let stateAt = 0;

function send(act) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(act));
}

const screen = new TillScreen($("screen"), send);
const paper = new Paper($("strip"), document.querySelector(".printer"), (receipt) => send({ act: "paper_scan", receipt }));
const pay = new Pay(send);
const log = new Log($("log"));

function connect() {
  socket = new WebSocket(`ws://${location.host}/live`);
  socket.binaryType = "arraybuffer";
  socket.onmessage = ({ data }) => (typeof data === "string" ? heard(JSON.parse(data)) : screen.show(data));
  socket.onclose = () => {
    state = null;
    drawState();
    setTimeout(connect, RETRY_MS);
  };
}

function heard(event) {
  switch (event.t) {
    case "hello":
      state = event.state;
      stateAt = performance.now();
      goods = event.goods;
      paper.already(state.receipts);
      if (!log.events.length) event.log.forEach((old) => log.add(old));
      drawGoods();
      drawState();
      pay.heard(event.pay);
      break;
    case "pay":
      pay.heard(event);
      break;
    case "state":
      state = event;
      stateAt = performance.now();
      drawState();
      break;
    case "latency":
      if (state) state.latency_ms = event.ms;
      drawStatus();
      break;
    case "pole":
      if (state) state.pole = event.lines;
      drawPole();
      break;
    case "receipt":
      paper.add(event.receipt);
      break;
    case "wire":
    case "fact":
      log.add(event);
      break;
  }
}

// Goods

function drawGoods() {
  $("goods").replaceChildren(...goods.map(tile));
}

function tile(good) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = `good ${good.hint}`;
  button.dataset.good = good.key;
  button.style.setProperty("--tile", `#${good.colour}`);
  const name = document.createElement("b");
  name.append(good.name || say(good.hint));
  if (good.picture) {
    const picture = new Image(26, 26);
    picture.src = `/pictures/${good.picture}`;
    picture.alt = "";
    picture.onerror = () => picture.remove();
    name.append(picture);
  }
  const label = document.createElement("span");
  if (good.code) {
    label.className = "label";
    label.innerHTML = barcode(good.code, { scratched: good.hint === "damaged" });
  } else {
    label.className = "price";
  }
  button.append(name, label);
  if (good.plu) drawLabel(button, good);
  button.addEventListener("click", () => {
    send({ act: "scan", good: good.key });
    button.classList.remove("read");
    void button.offsetWidth;
    button.classList.add("read");
  });
  return button;
}

// A weighed good's label shows what lies on the scale, or a usual weight when it is empty.
function drawLabel(button, good) {
  const kg = Number(state?.kg) > 0 ? Number(state.kg) : 0.436;
  const price = say("per_kg", { price: number(Number(good.price), 2) });
  button.querySelector(".price").textContent = `${price} · ${say("kg", { kg: number(kg, 3) })}`;
}

// State

function drawState() {
  drawStatus();
  drawPower();
  drawPrinter();
  drawDrawer();
  drawSwitches();
  drawScale();
  drawPole();
}

function pill(element, tone, text) {
  element.className = `pill ${tone}`;
  element.textContent = text;
}

function drawStatus() {
  const first = state?.power === "on" && state.shift === false;
  $("lead").textContent = say(first ? "first" : "lead");
  $("lead").className = first ? "first" : "";
  if (!state) return pill($("status"), "bad", say("lost"));
  const ms = state.latency_ms;
  if (state.power !== "on") return pill($("status"), state.power === "starting" ? "warn" : "bad", say(state.power));
  pill($("status"), "", ms ? say("latency", { ms: number(ms, ms < 10 ? 1 : 0) }) : say("working"));
}

function drawPower() {
  const power = state?.power ?? "lost";
  const on = power === "on";
  $("power").disabled = !on;
  $("power").textContent = say(on ? "power" : power === "off" ? "power_off" : power === "lost" ? "lost" : "power_on");
  $("dark").hidden = on;
  const why = state?.why?.length ? `\n\n${state.why.slice(-3).join("\n")}` : "";
  $("dark").firstElementChild.textContent = power === "lost" ? say("lost_dark") : on ? "" : say(power) + why;
}

function drawPrinter() {
  if (!state) return;
  const printer = document.querySelector(".printer");
  const away = !state.cables.printer;
  const fault = state.paper === 0 || state.cover;
  printer.classList.toggle("away", away);
  printer.classList.toggle("fault", fault);
  printer.classList.toggle("open", state.cover);
  const text = away ? "cable_out" : state.cover ? "cover_open" : state.paper === 0 ? "paper_none" : "paper_left";
  const tone = away || fault ? "bad" : state.paper <= 10 ? "warn" : "plain";
  pill($("paper"), tone, say(text, { n: Math.ceil(state.paper) }));
}

function drawDrawer() {
  if (!state) return;
  const button = $("drawer");
  button.setAttribute("aria-pressed", String(state.drawer));
  button.setAttribute("aria-label", say(state.drawer ? "drawer_push" : "drawer_key"));
  button.title = button.getAttribute("aria-label");
  const seconds = Math.floor((state.drawer_s ?? 0) + (performance.now() - stateAt) / 1000);
  if (!state.cables.drawer && !state.drawer) return pill($("drawer-state"), "bad", say("cable_out"));
  pill($("drawer-state"), state.drawer ? (seconds > 20 ? "warn" : "") : "plain",
    say(state.drawer ? "drawer_open" : "drawer_closed", { s: seconds }));
}

const SWITCHES = {
  scanner: [() => state.cables.scanner, (on) => ({ act: "cable", cable: "scanner", on })],
  printer: [() => state.cables.printer, (on) => ({ act: "cable", cable: "printer", on })],
  drawer: [() => state.cables.drawer, (on) => ({ act: "cable", cable: "drawer", on })],
  paper: [() => state.paper > 0, (on) => ({ act: "paper", percent: on ? 100 : 0 })],
  scale: [() => state.cables.scale, (on) => ({ act: "cable", cable: "scale", on })],
  cover: [() => !state.cover, (on) => ({ act: "cover", open: !on })],
  pole: [() => state.cables.pole, (on) => ({ act: "cable", cable: "pole", on })],
  terminal: [() => state.cables.terminal, (on) => ({ act: "cable", cable: "terminal", on })],
  bank: [() => state.cables.bank, (on) => ({ act: "cable", cable: "bank", on })],
  club: [() => state.cables.club, (on) => ({ act: "cable", cable: "club", on })],
};

function makeSwitches() {
  for (const [name, [, act]] of Object.entries(SWITCHES)) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "switch";
    button.dataset.switch = name;
    button.setAttribute("role", "switch");
    button.append(document.createElement("span"), document.createElement("i"));
    button.addEventListener("click", () => send(act(button.getAttribute("aria-checked") !== "true")));
    $("switches").append(button);
  }
}

function drawSwitches() {
  for (const button of $("switches").children) {
    const name = button.dataset.switch;
    button.firstElementChild.textContent = say(name);
    button.disabled = !state;
    if (state) button.setAttribute("aria-checked", String(SWITCHES[name][0]()));
  }
}

// The scale: while the load changes it is in motion; it settles a moment later.

let weighing = null;
let settling = null;

function loaded() {
  const kg = Number($("load").value).toFixed(3);
  if (!weighing) weighing = setTimeout(() => {
    weighing = null;
    send({ act: "weigh", kg: Number($("load").value).toFixed(3), moving: true });
  }, WEIGH_MS);
  clearTimeout(settling);
  settling = setTimeout(() => {
    clearTimeout(weighing);
    weighing = null;
    send({ act: "weigh", kg, moving: false });
  }, SETTLE_MS);
  $("kg").textContent = say("kg", { kg: number(Number(kg), 3) });
}

function drawScale() {
  if (!state) return;
  if (document.activeElement !== $("load")) $("load").value = state.kg;
  $("kg").textContent = say("kg", { kg: number(Number(state.kg), 3) });
  const away = !state.cables.scale;
  pill($("steady"), away ? "bad" : state.moving ? "warn" : "", say(away ? "cable_out" : state.moving ? "moving" : "steady"));
  for (const good of goods.filter((each) => each.plu)) {
    const button = document.querySelector(`[data-good="${good.key}"]`);
    if (button) drawLabel(button, good);
  }
}

function drawPole() {
  const lines = state?.pole ?? ["", ""];
  $("pole").classList.toggle("dead", !state?.cables.pole);
  $("pole").setAttribute("aria-label", lines.join(" / ").trim());
  $("pole").replaceChildren(...lines.map((line) => {
    const row = document.createElement("div");
    for (const char of line.padEnd(20).slice(0, 20)) {
      const cell = document.createElement("span");
      cell.textContent = char === " " ? "\u00a0" : char;
      row.append(cell);
    }
    return row;
  }));
}

// Language

function drawWords() {
  document.documentElement.lang = speaks();
  document.querySelectorAll("[data-say]").forEach((element) => { element.textContent = say(element.dataset.say); });
  document.querySelectorAll("[data-language]").forEach((button) => {
    button.setAttribute("aria-pressed", String(button.dataset.language === speaks()));
  });
  $("screen").setAttribute("aria-label", say("screen"));
  document.title = `Kram · ${say("title")}`;
  drawGoods();
  drawState();
  pay.draw();
  log.again();
}

document.querySelectorAll("[data-language]").forEach((button) => button.addEventListener("click", () => {
  speak(button.dataset.language);
  drawWords();
}));
$("load").addEventListener("input", loaded);
$("drawer").addEventListener("click", () => send({ act: "drawer", open: !state?.drawer }));
$("power").addEventListener("click", () => send({ act: "power" }));
setInterval(drawDrawer, 1000);
makeSwitches();
drawWords();
connect();
