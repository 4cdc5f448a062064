// Custom elements that work without the server: times, countdowns, copying, the theme. Each draws into a shadow root, so that the
// server's rendering of the same element never meets nodes that it did not make.

const absolute = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** Takes its time to make, and few pages need it. */
let relativeFormat;
const relative = () => (relativeFormat ??= new Intl.RelativeTimeFormat(undefined, { numeric: "auto" }));

/** One timer for all clocks on the page whose text changes with time. */
const clocks = new Set();
setInterval(() => clocks.forEach((clock) => clock.draw()), 1000);

class Clock extends HTMLElement {
  static observedAttributes = ["datetime"];

  constructor() {
    super();
    this.attachShadow({ mode: "open" });
  }

  connectedCallback() {
    this.draw();
  }

  disconnectedCallback() {
    clocks.delete(this);
  }

  attributeChangedCallback() {
    if (this.isConnected) this.draw();
  }

  draw() {
    const time = new Date(this.getAttribute("datetime"));
    const text = Number.isNaN(time.getTime()) ? "unknown" : this.describe(time);
    if (this.isSettled(time)) clocks.delete(this);
    else clocks.add(this);
    if (this.shadowRoot.textContent !== text) this.shadowRoot.textContent = text;
  }
}

/**
 * A moment: how long ago while that is recent, else date and time in the reader's zone. A chain's clock may be ahead of the reader's:
 * what has happened is never shown as to come.
 */
class LocalTime extends Clock {
  describe(time) {
    const seconds = Math.round((Date.now() - time) / 1000);
    if (seconds < 5 && !this.hasAttribute("ahead")) return "just now";
    if (seconds >= 0 && seconds < 60) return relative().format(-seconds, "second");
    if (seconds >= 0 && seconds < 3600) return relative().format(-Math.trunc(seconds / 60), "minute");
    return absolute.format(time);
  }

  /** Whether the text stays as it is from now on. */
  isSettled(time) {
    return Date.now() - time >= 3_600_000;
  }
}

/** What is left until a deadline, the two largest units of it. */
class CountDown extends Clock {
  describe(time) {
    let seconds = Math.floor((time - Date.now()) / 1000);
    if (seconds <= 0) return "over";
    const parts = [];
    for (const [unit, length] of [
      ["d", 86400],
      ["h", 3600],
      ["m", 60],
      ["s", 1],
    ]) {
      const count = Math.floor(seconds / length);
      seconds -= count * length;
      if (count > 0 || parts.length > 0) parts.push(`${count} ${unit}`);
      if (parts.length === 2) break;
    }
    return parts.join(" ");
  }

  isSettled(time) {
    return Date.now() > time;
  }
}

/** Shared by all buttons that draw themselves; constructed sheets are what a strict content security policy lets shadow roots have. */
const buttonStyle = new CSSStyleSheet();
buttonStyle.replaceSync(`
  button { font: inherit; color: inherit; background: none; border: 0; padding: 0.125rem; cursor: pointer; line-height: 1; border-radius: 4px; min-width: 24px; min-height: 24px; }
  button:focus-visible { outline: 2px solid currentColor; }
  svg { width: 0.95em; height: 0.95em; fill: currentColor; vertical-align: -0.1em; opacity: 0.75; }
  button:hover svg { opacity: 1; }
`);

const icons = {
  copy: "M16 1H5a2 2 0 0 0-2 2v13h2V3h11V1zm3 4H9a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V7a2 2 0 0 0-2-2zm0 16H9V7h10v14z",
  print: "M19 8H5a3 3 0 0 0-3 3v6h4v4h12v-4h4v-6a3 3 0 0 0-3-3zm-3 11H8v-5h8v5zM18 3H6v4h12z",
  done: "M9 16.2 4.8 12l-1.4 1.4L9 19 21 7l-1.4-1.4z",
  light:
    "M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10zm-1-6h2v4h-2zm0 18h2v4h-2zM1 11h4v2H1zm18 0h4v2h-4zM4.2 2.8 7 5.6 5.6 7 2.8 4.2zm14.2 14.2 2.8 2.8-1.4 1.4-2.8-2.8zM2.8 19.8 5.6 17 7 18.4l-2.8 2.8zM17 5.6l2.8-2.8 1.4 1.4L18.4 7z",
  dark: "M12 3a9 9 0 1 0 9 9c0-.5 0-.9-.1-1.4A5.4 5.4 0 0 1 12.1 4.4c0-.5 0-.9.2-1.4H12z",
};

/** A button with a picture; cloning it is quicker than making it, and tables have many. */
const buttons = Object.fromEntries(
  Object.entries(icons).map(([name, path]) => {
    const template = document.createElement("template");
    template.innerHTML = `<button type="button"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg></button>`;
    return [name, template.content.firstChild];
  }),
);

class IconButton extends HTMLElement {
  constructor() {
    super();
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [buttonStyle];
    this.shadowRoot.addEventListener("click", (event) => {
      event.stopPropagation();
      event.preventDefault();
      this.press();
    });
  }

  show(name, label) {
    const hadFocus = this.shadowRoot.activeElement !== null;
    const button = buttons[name].cloneNode(true);
    button.setAttribute("aria-label", label);
    button.title = label;
    this.shadowRoot.replaceChildren(button);
    if (hadFocus) button.focus();
  }
}

/** Copies its value. */
class CopyButton extends IconButton {
  static observedAttributes = ["label"];

  connectedCallback() {
    this.show("copy", this.getAttribute("label") ?? "Copy");
  }

  attributeChangedCallback() {
    if (this.isConnected) this.connectedCallback();
  }

  async press() {
    await navigator.clipboard.writeText(this.getAttribute("value"));
    this.show("done", "Copied");
    setTimeout(() => this.connectedCallback(), 1500);
  }
}

/** Prints the page. */
class PrintButton extends IconButton {
  connectedCallback() {
    this.show("print", "Print this page");
  }

  press() {
    print();
  }
}

/** Switches between light and dark, and remembers it. */
class ThemeSwitch extends IconButton {
  connectedCallback() {
    const next = this.isDark ? "light" : "dark";
    this.show(next, `Use the ${next} theme`);
  }

  get isDark() {
    const chosen = document.documentElement.dataset.theme;
    return chosen === "dark" || (chosen === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  }

  press() {
    const theme = this.isDark ? "light" : "dark";
    document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=strict`;
    document.documentElement.dataset.theme = theme;
    this.connectedCallback();
  }
}

customElements.define("local-time", LocalTime);
customElements.define("count-down", CountDown);
customElements.define("copy-button", CopyButton);
customElements.define("print-button", PrintButton);
customElements.define("theme-switch", ThemeSwitch);

// The router takes links to fragments over, and scrolls without moving the focus; skipping to the content is about the focus.
document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.matches("a.skip")) document.querySelector("main").focus();
});

// Amounts are rounded for reading. What is copied is exact: the texts are exchanged while the selection is read.
document.addEventListener("copy", (event) => {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed) return;
  const range = selection.getRangeAt(0);
  const { startContainer, startOffset, endContainer, endOffset } = range;
  const exchanged = [...document.querySelectorAll(".amount[data-exact]")]
    .filter((amount) => selection.containsNode(amount, true) && amount.firstChild instanceof Text)
    .map(({ firstChild: text, dataset }) => ({ text, shown: text.data, exact: dataset.exact }))
    .filter(({ shown, exact }) => shown !== exact);
  if (exchanged.length === 0) return;
  for (const { text, exact } of exchanged) {
    text.data = exact;
    // An amount that is cut by the selection's end is copied as a whole.
    if (text === startContainer) range.setStart(text, 0);
    if (text === endContainer) range.setEnd(text, exact.length);
  }
  event.clipboardData.setData("text/plain", selection.toString());
  event.preventDefault();
  for (const { text, shown } of exchanged) text.data = shown;
  range.setStart(startContainer, startOffset);
  range.setEnd(endContainer, endOffset);
});
