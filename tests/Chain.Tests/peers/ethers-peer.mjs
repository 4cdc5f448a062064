// Answers questions with ethers, one JSON object a line on stdin and stdout: {"op": …, …} -> {"ok": …} or {"error": …}.
import { createInterface } from "node:readline";
import { AbiCoder, SigningKey, Transaction, Wallet, encodeRlp, encryptKeystoreJson } from "ethers";

const abi = AbiCoder.defaultAbiCoder();

/** Decoded values as JSON: integers as decimal text, tuples and arrays as arrays. */
const plain = (value) => {
  if (typeof value === "bigint") return value.toString();
  return Array.isArray(value) || (value !== null && typeof value === "object") ? Array.from(value, plain) : value;
};

const operations = {
  abiEncode: ({ types, values }) => abi.encode(types, values),
  abiDecode: ({ types, data }) => plain(abi.decode(types, data)),
  rlpEncode: ({ value }) => encodeRlp(value),
  signHash: ({ key, hash }) => new SigningKey(key).sign(hash).serialized,
  signMessage: ({ key, message }) => new Wallet(key).signMessageSync(message),
  address: ({ key }) => new Wallet(key).address,
  recover: ({ hash, signature }) => SigningKey.recoverPublicKey(hash, signature),
  signTransaction: ({ key, transaction }) => {
    const signed = Transaction.from(transaction);
    signed.signature = new SigningKey(key).sign(signed.unsignedHash);
    return { raw: signed.serialized, hash: signed.hash };
  },
  parseTransaction: ({ raw }) => {
    const t = Transaction.from(raw);
    return { from: t.from, hash: t.hash, nonce: t.nonce, to: t.to, value: t.value.toString(), data: t.data, chainId: t.chainId.toString() };
  },
  encryptKeystore: ({ key, password, n }) => encryptKeystoreJson({ address: new Wallet(key).address, privateKey: key }, password, { scrypt: { N: n } }),
  decryptKeystore: async ({ json, password }) => (await Wallet.fromEncryptedJson(json, password)).privateKey,
};

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  let answer;
  try {
    answer = { ok: await operations[request.op](request) };
  } catch (error) {
    answer = { error: String(error.shortMessage ?? error.message ?? error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
