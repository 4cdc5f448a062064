// A box to draw in, or to show an image in, at the size that a model takes. Its bytes, channel after channel, go as Base64 into the hidden input
// that the server has rendered within.

const style = new CSSStyleSheet();
style.replaceSync(`
  :host { display: grid; gap: 0.5rem; justify-items: start; }
  canvas { width: min(16rem, 100%); touch-action: none; cursor: crosshair; border: 1px solid var(--minor); border-radius: 8px; background: #000; }
  div { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; }
  button, input { font: inherit; max-width: 100%; }
  button, ::file-selector-button {
    font: inherit; font-weight: 600; color: var(--text); background: var(--card); cursor: pointer;
    padding: 0.4375rem 0.875rem; border: 1px solid var(--line); border-radius: 8px;
  }
  button:hover, ::file-selector-button:hover { border-color: var(--accent); }
  button:focus-visible, input:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
  p { margin: 0; color: var(--bad); }
  p:empty { display: none; }
`);

const side = 280;

class ImagePad extends HTMLElement {
  constructor() {
    super();
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [style];
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", "What the model will see; draw with the pointer");
    const clear = document.createElement("button");
    clear.type = "button";
    clear.textContent = "Clear";
    clear.addEventListener("click", () => this.clear());
    const file = document.createElement("input");
    file.type = "file";
    file.accept = "image/*";
    file.setAttribute("aria-label", "Choose an image");
    file.addEventListener("change", () => this.show(file.files[0]));
    this.inverts = document.createElement("input");
    this.inverts.type = "checkbox";
    this.inverts.addEventListener("change", () => this.show(file.files[0]));
    const label = document.createElement("label");
    label.append(this.inverts, " Swap the file's light and dark");
    this.problem = document.createElement("p");
    this.problem.setAttribute("role", "alert");
    const row = document.createElement("div");
    row.append(clear, file, label);
    this.shadowRoot.append(this.canvas, row, this.problem, document.createElement("slot"));
    this.canvas.addEventListener("pointerdown", (event) => this.begin(event));
    this.canvas.addEventListener("pointermove", (event) => this.stroke(event));
    for (const event of ["pointerup", "pointercancel"]) this.canvas.addEventListener(event, () => this.end());
  }

  connectedCallback() {
    const [width, height] = [this.number("width"), this.number("height")];
    const scale = side / Math.max(width, height);
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(height * scale);
    this.paper = this.canvas.getContext("2d");
    this.clear();
  }

  number(name) {
    return Number(this.getAttribute(name));
  }

  clear() {
    this.problem.textContent = "";
    this.paper.fillStyle = "#000";
    this.paper.fillRect(0, 0, this.canvas.width, this.canvas.height);
    this.send("");
  }

  point(event) {
    const box = this.canvas.getBoundingClientRect();
    return [
      ((event.clientX - box.left) / box.width) * this.canvas.width,
      ((event.clientY - box.top) / box.height) * this.canvas.height,
    ];
  }

  begin(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.last = this.point(event);
    this.stroke(event);
  }

  stroke(event) {
    if (!this.last) return;
    const next = this.point(event);
    Object.assign(this.paper, { strokeStyle: "#fff", lineWidth: side / 12, lineCap: "round" });
    this.paper.beginPath();
    this.paper.moveTo(...this.last);
    this.paper.lineTo(...next);
    this.paper.stroke();
    this.last = next;
  }

  end() {
    if (!this.last) return;
    this.last = null;
    this.read();
  }

  /** The whole image, as large as fits, in the middle, on white where it is transparent: as `marketplace predict` does it. */
  async show(file) {
    if (!file) return;
    try {
      const image = await createImageBitmap(file);
      const scale = Math.min(this.canvas.width / image.width, this.canvas.height / image.height);
      const [width, height] = [image.width * scale, image.height * scale];
      const place = [(this.canvas.width - width) / 2, (this.canvas.height - height) / 2, width, height];
      this.clear();
      this.paper.fillStyle = "#fff";
      this.paper.fillRect(...place);
      this.paper.drawImage(image, ...place);
      if (this.inverts.checked) {
        this.paper.globalCompositeOperation = "difference";
        this.paper.fillRect(...place);
        this.paper.globalCompositeOperation = "source-over";
      }
      this.read();
    } catch {
      this.clear();
      this.problem.textContent = `The browser cannot read “${file.name}” as an image; choose a PNG or a JPEG.`;
    }
  }

  /** Scales what is in the box to the model's size and sends its bytes. */
  read() {
    const [width, height, channels] = [this.number("width"), this.number("height"), this.number("channels")];
    const small = new OffscreenCanvas(width, height).getContext("2d");
    small.imageSmoothingQuality = "high";
    small.drawImage(this.canvas, 0, 0, width, height);
    const colors = small.getImageData(0, 0, width, height).data;
    const bytes = new Uint8Array(width * height * channels);
    for (let i = 0; i < width * height; i++) {
      const [red, green, blue] = colors.subarray(4 * i, 4 * i + 3);
      if (channels === 1) bytes[i] = Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
      else [red, green, blue].forEach((value, channel) => (bytes[channel * width * height + i] = value));
    }
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    this.send(btoa(text));
  }

  send(value) {
    const input = this.querySelector("input");
    if (!input) return;
    input.value = value;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

customElements.define("image-pad", ImagePad);
