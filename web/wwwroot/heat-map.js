// A table of colored cells: says in words what is in the cell under the pointer or the focus, and lets arrow keys move between cells.

const style = new CSSStyleSheet();
style.replaceSync(`
  output { display: block; min-height: 1.5em; margin-top: 0.5rem; font-size: 0.875rem; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
`);

const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

class HeatMap extends HTMLElement {
  constructor() {
    super();
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [style];
    this.readout = document.createElement("output");
    this.readout.textContent = "Point at a cell, or move between cells with the arrow keys.";
    this.shadowRoot.append(document.createElement("slot"), this.readout);
    for (const event of ["pointerover", "focusin"]) this.addEventListener(event, (e) => this.tell(e.target));
    this.addEventListener("keydown", (event) => this.move(event));
  }

  tell(target) {
    const cell = target.closest("tbody td");
    if (cell) this.readout.textContent = cell.title;
  }

  move(event) {
    const cell = event.target.closest("tbody td");
    const step = steps[event.key];
    if (!cell || !step) return;
    const next =
      this.querySelectorAll("tbody tr")[cell.parentElement.sectionRowIndex + step[0]]?.cells[cell.cellIndex + step[1]];
    event.preventDefault();
    if (next?.tagName !== "TD") return;
    cell.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }
}

customElements.define("heat-map", HeatMap);
