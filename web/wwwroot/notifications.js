// Notifications of the browser. The server says what to show; whether anything is shown, the reader and the browser decide.

/** `unsupported`, `default`, `granted` or `denied`. Browsers have notifications only on addresses that they take for secure. */
export const permission = () =>
  typeof Notification === "undefined" || !window.isSecureContext ? "unsupported" : Notification.permission;

/** Asks the reader, unless they have answered before. */
export async function ask() {
  if (permission() === "default") await Notification.requestPermission();
  return permission();
}

/** Shows one that leads to a page of the dashboard. One of the same tag, also another tab's, takes the other's place. */
export function show(title, body, tag, page) {
  try {
    const shown = new Notification(title, { body, tag });
    shown.onclick = () => {
      window.focus();
      window.location.assign(new URL(page, document.baseURI));
      shown.close();
    };
  } catch {
    // Some browsers of phones show them to installed programs only, and say so only now.
  }
}
