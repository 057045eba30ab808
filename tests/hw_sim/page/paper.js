// The printer's paper: each receipt rises out of the slot, first line first, and is torn off. A click
// holds its code to the scanner.
import { say } from "./words.js";

const PIXELS_PER_S = 420;
const KEPT_MAX = 12;

export class Paper {
  constructor(strip, printer, scan) {
    this.strip = strip;
    this.printer = printer;
    this.scan = scan;
    this.numbers = new Set();
    this.turn = Promise.resolve();
  }

  // Receipts that came before this page was opened: only the last, and at once.
  already(count) {
    if (count < this.count) this.#clear();
    for (let number = Math.max(0, count - 2); number < count; number += 1) this.#add(number, false);
    this.count = count;
  }

  add(number) {
    this.#add(number, true);
  }

  #clear() {
    this.numbers.clear();
    this.strip.querySelectorAll(".receipt").forEach((old) => old.remove());
  }

  #add(number, moving) {
    if (this.numbers.has(number)) return;
    this.numbers.add(number);
    this.turn = this.turn.then(() => this.#print(number, moving)).catch(() => {});
  }

  async #print(number, moving) {
    const picture = new Image();
    picture.src = `/receipt/${number}.png`;
    picture.alt = "";
    await picture.decode();
    this.strip.querySelector(".empty")?.remove();
    const receipt = document.createElement("button");
    receipt.type = "button";
    receipt.className = "receipt";
    receipt.title = say("paper_scan");
    receipt.setAttribute("aria-label", say("paper_scan"));
    receipt.addEventListener("click", () => this.scan(number));
    receipt.append(picture);
    this.strip.append(receipt);
    const height = receipt.getBoundingClientRect().height;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (moving && !still) await this.#feed(receipt, height);
    receipt.style.height = "";
    receipt.classList.add("torn");
    this.strip.scrollTop = this.strip.scrollHeight;
    const old = this.strip.querySelectorAll(".receipt");
    if (old.length > KEPT_MAX) old[0].remove();
  }

  async #feed(receipt, height) {
    this.printer.classList.add("busy");
    const began = performance.now();
    let fed = 0;
    while (fed < height) {
      const now = await new Promise(requestAnimationFrame);
      fed = ((now - began) / 1000) * PIXELS_PER_S;
      receipt.style.height = `${Math.min(height, fed)}px`;
      this.strip.scrollTop = this.strip.scrollHeight;
    }
    this.printer.classList.remove("busy");
  }
}
