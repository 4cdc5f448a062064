using System.Security.Cryptography;
using System.Text.Json;
using Marketplace.Crypto.Sealing;
using Marketplace.Testing.Files;
using Marketplace.Testing.Programs;

namespace Marketplace.Crypto.Tests.Sealing;

/// <summary>Both ways against npm's @hpke/core, an independent implementation, for the suite that is used.</summary>
public sealed class HpkeInteroperationTests
{
    private const string Script = """
        import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "@hpke/core";
        let text = "";
        for await (const part of process.stdin) text += part;
        const hex = (bytes) => Buffer.from(bytes).toString("hex");
        const bytes = (digits) => Uint8Array.from(Buffer.from(digits, "hex")).buffer;
        const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
        const answers = [];
        for (const c of JSON.parse(text)) {
          const keys = await suite.kem.deriveKeyPair(bytes(c.Ikm));
          const publicKey = hex(await suite.kem.serializePublicKey(keys.publicKey));
          const { ct, enc } = await suite.seal({ recipientPublicKey: keys.publicKey, info: bytes(c.Info) }, bytes(c.Plaintext), bytes(c.Aad));
          const sealed = Buffer.from(c.Sealed, "hex");
          const opened = await suite.open(
            { recipientKey: keys.privateKey, enc: bytes(c.Sealed.slice(0, 130)), info: bytes(c.Info) },
            Uint8Array.from(sealed.subarray(65)).buffer,
            bytes(c.Aad),
          );
          answers.push({ PublicKey: publicKey, Sealed: hex(enc) + hex(ct), Opened: hex(opened) });
        }
        process.stdout.write(JSON.stringify(answers));
        """;

    private sealed record Case(string Ikm, string Info, string Aad, string Plaintext, string Sealed);

    private sealed record Answer(string PublicKey, string Sealed, string Opened);

    [Fact]
    public async Task Messages_open_on_both_sides()
    {
        List<Case> cases = [];
        foreach (int length in new[] { 0, 1, 15, 16, 17, 100, 65_537 })
        {
            byte[] ikm = RandomNumberGenerator.GetBytes(32 + length % 5);
            byte[] info = RandomNumberGenerator.GetBytes(length % 40), aad = RandomNumberGenerator.GetBytes(length % 33);
            byte[] plaintext = RandomNumberGenerator.GetBytes(length);
            using var key = SealingKey.DeriveFrom(ikm);
            cases.Add(new Case(
                Hex(ikm), Hex(info), Hex(aad), Hex(plaintext), Hex(Hpke.Seal(key.PublicKey, info, aad, plaintext))));
        }

        NodeToolchain node = await NodeToolchain.FindAsync();
        await node.RequireRepositoryPackageAsync("@hpke/core", CancellationToken.None);
        string output = await node.RunAsync(
            Repository.Root, JsonSerializer.Serialize(cases), ["--input-type=module", "--eval", Script], CancellationToken.None);
        List<Answer>? answers = JsonSerializer.Deserialize<List<Answer>>(output);
        Assert.NotNull(answers);
        Assert.Equal(cases.Count, answers.Count);
        foreach (var (asked, answer) in cases.Zip(answers))
        {
            using var key = SealingKey.DeriveFrom(Bytes(asked.Ikm));
            Assert.Equal(answer.PublicKey, key.PublicKey.ToString());
            Assert.Equal(asked.Plaintext, answer.Opened);
            Assert.Equal(Bytes(asked.Plaintext), Hpke.Open(key, Bytes(asked.Info), Bytes(asked.Aad), Bytes(answer.Sealed)));
        }
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private static byte[] Bytes(string digits) => Convert.FromHexString(digits);
}
