// The till's screen: draws the parts that come, and sends touches and keys back.
export class TillScreen {
  constructor(canvas, send) {
    this.canvas = canvas;
    this.brush = canvas.getContext("2d", { alpha: false });
    this.send = send;
    this.drawn = Promise.resolve();
    this.moved = null;
    canvas.addEventListener("pointerdown", (event) => this.#press(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    for (const kind of ["pointerup", "pointercancel"]) canvas.addEventListener(kind, (event) => this.#release(event));
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    canvas.addEventListener("keydown", (event) => this.#key(event));
  }

  // A part: six 16-bit numbers (x, y, its size, the screen's size) and a PNG. In order, one at a time.
  show(buffer) {
    this.drawn = this.drawn.then(() => this.#draw(buffer)).catch(() => {});
  }

  async #draw(buffer) {
    const head = new DataView(buffer);
    const [x, y, , , width, height] = [0, 2, 4, 6, 8, 10].map((at) => head.getUint16(at));
    const picture = await createImageBitmap(new Blob([buffer.slice(12)], { type: "image/png" }));
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
      this.canvas.parentElement.style.aspectRatio = `${width} / ${height}`;
    }
    this.brush.drawImage(picture, x, y);
    picture.close();
    this.canvas.dataset.frames = String(Number(this.canvas.dataset.frames ?? 0) + 1);
  }

  #point(event) {
    const box = this.canvas.getBoundingClientRect();
    return {
      x: Math.round(((event.clientX - box.left) * this.canvas.width) / box.width),
      y: Math.round(((event.clientY - box.top) * this.canvas.height) / box.height),
    };
  }

  #press(event) {
    if (event.button !== 0) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.canvas.focus({ preventScroll: true });
    this.send({ act: "press", ...this.#point(event) });
  }

  #move(event) {
    if (!this.canvas.hasPointerCapture(event.pointerId)) return;
    const first = this.moved === null;
    this.moved = this.#point(event);
    if (first) requestAnimationFrame(() => {
      if (this.moved) this.send({ act: "move", ...this.moved });
      this.moved = null;
    });
  }

  #release(event) {
    if (!this.canvas.hasPointerCapture(event.pointerId)) return;
    this.moved = null;
    this.canvas.releasePointerCapture(event.pointerId);
    this.send({ act: "release", ...this.#point(event) });
  }

  #wheel(event) {
    event.preventDefault();
    if (event.deltaY) this.send({ act: "wheel", up: event.deltaY < 0, ...this.#point(event) });
  }

  // Tab leaves the screen, as everywhere on the page; the browser's own shortcuts stay its own.
  #key(event) {
    if (event.key === "Tab" || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.send({ act: "key", key: event.key });
  }
}
