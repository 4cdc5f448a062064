// Wallets that live in the browser (EIP-6963, and window.ethereum of older ones). The server asks here for an account and for signatures;
// keys and the wallets' own windows stay out of its sight. What a wallet answers is cut to size here and checked by the server.

const MAX_WALLETS = 20;

/** Providers by the id under which they were announced. */
const providers = new Map();

/** Providers in use and what listens to them, by a number of their own. */
const connections = new Map();
let lastConnection = 0;

const text = (value, limit) => (typeof value === "string" ? value.slice(0, limit) : "");

/** A wallet's answer, or why there is none; both travel to the server as plain values. */
async function answer(work) {
  try {
    return { value: await work() };
  } catch (error) {
    const code = Number.isInteger(error?.code) ? error.code | 0 : 0;
    return { error: { code, message: text(error?.message, 300) } };
  }
}

function refuse(code, message) {
  throw Object.assign(new Error(message), { code });
}

/** Tells the listener about every wallet of this browser, also about those that announce themselves later. */
export function discover(listener) {
  const announce = (id, name, provider) => {
    if (!id || !name || typeof provider?.request !== "function" || providers.has(id) || providers.size >= MAX_WALLETS)
      return;
    if ([...providers.values()].includes(provider)) return;
    providers.set(id, provider);
    listener.invokeMethodAsync("Found", id, name);
  };
  window.addEventListener("eip6963:announceProvider", ({ detail }) =>
    announce(text(detail?.info?.rdns, 100), text(detail?.info?.name, 60), detail?.provider),
  );
  window.dispatchEvent(new Event("eip6963:requestProvider"));
  announce("window.ethereum", "Browser wallet", window.ethereum);
}

/** Connects to a wallet; without `ask` only when it has agreed before, and without a window of its own. */
export const connect = (id, ask, listener) =>
  answer(async () => {
    const provider = providers.get(id) ?? refuse(4900, "The wallet is not there any more.");
    const accounts = await provider.request({ method: ask ? "eth_requestAccounts" : "eth_accounts" });
    const chainId = await provider.request({ method: "eth_chainId" });
    const events = {
      accountsChanged: (changed) => listener.invokeMethodAsync("ChangeAccount", text(changed?.[0], 42)),
      chainChanged: (changed) => listener.invokeMethodAsync("ChangeChain", text(changed, 66)),
      connect: (info) => listener.invokeMethodAsync("ChangeChain", text(info?.chainId, 66)),
      disconnect: () => listener.invokeMethodAsync("ChangeChain", ""),
    };
    for (const [name, handler] of Object.entries(events)) provider.on?.(name, handler);
    connections.set(++lastConnection, { provider, events });
    return { connection: lastConnection, account: text(accounts?.[0], 42), chainId: text(chainId, 66) };
  });

const providerOf = (connection) =>
  connections.get(connection)?.provider ?? refuse(4900, "The wallet is not connected.");

/** Stops listening to a wallet. */
export function leave(connection) {
  const { provider, events } = connections.get(connection) ?? { events: {} };
  for (const [name, handler] of Object.entries(events)) provider.removeListener?.(name, handler);
  connections.delete(connection);
}

/** Has the user sign and send a transaction, on the expected chain only. */
export const send = (connection, transaction, chainId) =>
  answer(async () => {
    const provider = providerOf(connection);
    const actual = await provider.request({ method: "eth_chainId" });
    if (Number(actual) !== Number(chainId)) refuse(4901, "The wallet is on another network.");
    return text(await provider.request({ method: "eth_sendTransaction", params: [transaction] }), 66);
  });

/** Asks the wallet to go to a chain, and to add it first where it does not know it and a description is given. */
export const switchChain = (connection, chainId, description) =>
  answer(async () => {
    const provider = providerOf(connection);
    try {
      await provider.request({ method: "wallet_switchEthereumChain", params: [{ chainId }] });
    } catch (error) {
      const isUnknown = error?.code === 4902 || error?.data?.originalError?.code === 4902;
      if (!isUnknown || !description) throw error;
      await provider.request({ method: "wallet_addEthereumChain", params: [description] });
    }
    return text(await provider.request({ method: "eth_chainId" }), 66);
  });
