// Reads [size, chunk size] pairs (JSON) and writes the CIDs that Helia gives to such files with Kubo's other settings.
// Byte i of every file is the top byte of i * 2654435761 mod 2^32.
import { unixfs } from "@helia/unixfs";
import { createHelia } from "helia";
import { fixedSize } from "ipfs-unixfs-importer/chunker";
import { balanced } from "ipfs-unixfs-importer/layout";

function* pattern(size) {
  for (let start = 0; start < size; start += 65536) {
    const part = new Uint8Array(Math.min(65536, size - start));
    for (let i = 0; i < part.length; i++) part[i] = Math.imul(start + i, 2654435761) >>> 24;
    yield part;
  }
}

let text = "";
for await (const part of process.stdin) text += part;
const helia = await createHelia({ start: false });
const fs = unixfs(helia);
const cids = [];
for (const [size, chunkSize] of JSON.parse(text)) {
  const cid = await fs.addByteStream(pattern(size), {
    cidVersion: 1,
    rawLeaves: true,
    reduceSingleLeafToSelf: true,
    chunker: fixedSize({ chunkSize }),
    layout: balanced({ maxChildrenPerNode: 174 }),
  });
  cids.push(cid.toString());
}
process.stdout.write(JSON.stringify(cids));
process.exit(0);
