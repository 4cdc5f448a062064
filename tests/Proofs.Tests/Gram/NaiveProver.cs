using Marketplace.Algebra.Curves;
using Marketplace.Algebra.MultiScalar;
using Marketplace.Proofs.Gram;
using Marketplace.Proofs.ReferenceStrings;

namespace Marketplace.Proofs.Tests.Gram;

/// <summary>
/// The proof by its defining sums, over arbitrary vectors of field elements and masks of any form: an independent twin of the
/// prover, and the forger's tool. Quadratic time.
/// </summary>
internal static class NaiveProver
{
    public static GramProof Prove(Srs srs, GramStatement statement, Fr[][] rows, IReadOnlyList<Fr> blinders, Fr[] mask, Fr maskBlinder, Fr norm)
    {
        G1 maskCommitment = Commit(srs, mask) + (Commitment.H * maskBlinder);
        byte[] seed = GramTranscript.Seed(statement, maskCommitment, norm);
        Fr[] z = [.. GramTranscript.Rows(seed, rows.Length).Select(GramTranscript.ToScalar)];
        var c = new Fr[mask.Length];
        for (int k = 0; k < c.Length; k++)
        {
            c[k] = mask[k];
            for (int i = 0; i < rows.Length; i++)
            {
                if (k < rows[i].Length) c[k] += z[i] * rows[i][k];
            }
        }

        Fr blinder = maskBlinder;
        for (int i = 0; i < rows.Length; i++) blinder += z[i] * blinders[i];
        Fr[] g = Autocorrelate(c);
        G1 autocorrelation = Commit(srs, g);
        Fr x = GramTranscript.Point(seed, autocorrelation, blinder);
        return Open(srs, maskCommitment, norm, blinder, c, g, x);
    }

    /// <summary>Opens c and g at x and 1/x, whatever they are.</summary>
    public static GramProof Open(Srs srs, G1 maskCommitment, Fr norm, Fr blinder, Fr[] c, Fr[] g, Fr x)
    {
        Fr inverse = x.Inverse();
        Fr cx = Evaluate(c, x), ci = Evaluate(c, inverse), gx = Evaluate(g, x), gi = Evaluate(g, inverse);
        Fr gamma = GramTranscript.Batching(x, cx, ci, gx, gi);
        Fr[] f = [.. Enumerable.Range(0, Math.Max(c.Length, g.Length)).Select(k => At(c, k) + (gamma * At(g, k)))];
        G1 opening = Commit(srs, Quotient(f, x, inverse));
        return new GramProof(maskCommitment, norm, blinder, Commit(srs, g), inverse, cx, ci, gx, gi, opening);
    }

    /// <summary>Σ v_k·[τ^k]_1.</summary>
    public static G1 Commit(Srs srs, Fr[] v) => Msm.Compute(srs.Powers[..v.Length], v.AsSpan());

    public static Fr Evaluate(Fr[] p, Fr x)
    {
        Fr value = Fr.Zero;
        for (int k = p.Length - 1; k >= 0; k--) value = (value * x) + p[k];
        return value;
    }

    /// <summary>g_k = Σ_i c_i·c_{i+k+1}.</summary>
    public static Fr[] Autocorrelate(Fr[] c)
    {
        var g = new Fr[c.Length - 1];
        for (int k = 0; k < g.Length; k++)
        {
            for (int i = 0; i + k + 1 < c.Length; i++) g[k] += c[i] * c[i + k + 1];
        }

        return g;
    }

    public static Fr Dot(Fr[] a, Fr[] b) => a.Zip(b).Aggregate(Fr.Zero, (sum, pair) => sum + (pair.First * pair.Second));

    /// <summary>Long division by X − x and then by X − 1/x, remainders dropped.</summary>
    private static Fr[] Quotient(Fr[] f, Fr x, Fr inverse) => DivideByRoot(DivideByRoot(f, x), inverse);

    private static Fr[] DivideByRoot(Fr[] f, Fr root)
    {
        var quotient = new Fr[f.Length - 1];
        Fr carry = Fr.Zero;
        for (int k = f.Length - 1; k >= 1; k--)
        {
            carry = f[k] + (root * carry);
            quotient[k - 1] = carry;
        }

        return quotient;
    }

    private static Fr At(Fr[] p, int k) => k < p.Length ? p[k] : Fr.Zero;
}
