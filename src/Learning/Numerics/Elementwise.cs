using System.Runtime.Intrinsics;

namespace Marketplace.Learning;

/// <summary>Element-by-element operations. No lane meets another and each operation is one IEEE rounding, so width does not change a bit.</summary>
internal static unsafe class Elementwise
{
    private const int Lanes = 8;

    /// <summary>How many leading elements go eight at a time; none when the scalar path is forced.</summary>
    private static int VectorEnd(int length) => Simd.Path == SimdPath.Scalar ? 0 : length & ~(Lanes - 1);

    /// <summary>target += source.</summary>
    public static void Add(float* target, float* source, int length)
    {
        int end = VectorEnd(length), i = 0;
        for (; i < end; i += Lanes)
            (Vector256.Load(target + i) + Vector256.Load(source + i)).Store(target + i);
        for (; i < length; i++)
            target[i] += source[i];
    }

    /// <summary>Negative values and NaN become 0.</summary>
    public static void Relu(float* values, int length)
    {
        int end = VectorEnd(length), i = 0;
        for (; i < end; i += Lanes)
        {
            Vector256<float> x = Vector256.Load(values + i);
            (Vector256.GreaterThan(x, Vector256<float>.Zero) & x).Store(values + i);
        }

        for (; i < length; i++)
            values[i] = values[i] > 0 ? values[i] : 0f;
    }

    /// <summary>gradient := 0 wherever the layer's output is not positive.</summary>
    public static void ReluBackward(float* gradient, float* output, int length)
    {
        int end = VectorEnd(length), i = 0;
        for (; i < end; i += Lanes)
            (Vector256.GreaterThan(Vector256.Load(output + i), Vector256<float>.Zero) & Vector256.Load(gradient + i)).Store(gradient + i);
        for (; i < length; i++)
            gradient[i] = output[i] > 0 ? gradient[i] : 0f;
    }

    /// <summary>SGD: v := momentum·v + (g + decay·w); w := w − rate·v.</summary>
    public static void SgdMomentum(float* w, float* g, float* v, int length, float rate, float momentum, float decay)
    {
        int end = VectorEnd(length), i = 0;
        Vector256<float> r = Vector256.Create(rate), m = Vector256.Create(momentum), d = Vector256.Create(decay);
        for (; i < end; i += Lanes)
        {
            Vector256<float> weight = Vector256.Load(w + i);
            Vector256<float> velocity = m * Vector256.Load(v + i) + (Vector256.Load(g + i) + d * weight);
            velocity.Store(v + i);
            (weight - r * velocity).Store(w + i);
        }

        for (; i < length; i++)
        {
            v[i] = momentum * v[i] + (g[i] + decay * w[i]);
            w[i] -= rate * v[i];
        }
    }

    /// <summary>SGD without momentum: w := w − rate·(g + decay·w).</summary>
    public static void Sgd(float* w, float* g, int length, float rate, float decay)
    {
        int end = VectorEnd(length), i = 0;
        Vector256<float> r = Vector256.Create(rate), d = Vector256.Create(decay);
        for (; i < end; i += Lanes)
        {
            Vector256<float> weight = Vector256.Load(w + i);
            (weight - r * (Vector256.Load(g + i) + d * weight)).Store(w + i);
        }

        for (; i < length; i++)
            w[i] -= rate * (g[i] + decay * w[i]);
    }

    /// <summary>
    /// Adam (Kingma and Ba, 2015): m and v are the moving moments; <paramref name="rate"/> and <paramref name="scale"/> carry the
    /// corrections of their bias: w := w − rate·m / (√v·scale + epsilon).
    /// </summary>
    public static void Adam(
        float* w, float* g, float* m, float* v, int length, float rate, float scale, float beta1, float beta2, float epsilon, float decay)
    {
        int end = VectorEnd(length), i = 0;
        float rest1 = 1 - beta1, rest2 = 1 - beta2;
        for (; i < end; i += Lanes)
        {
            Vector256<float> weight = Vector256.Load(w + i);
            Vector256<float> gradient = Vector256.Load(g + i) + decay * weight;
            Vector256<float> first = beta1 * Vector256.Load(m + i) + rest1 * gradient;
            Vector256<float> second = beta2 * Vector256.Load(v + i) + rest2 * (gradient * gradient);
            first.Store(m + i);
            second.Store(v + i);
            (weight - rate * first / (Vector256.Sqrt(second) * scale + Vector256.Create(epsilon))).Store(w + i);
        }

        for (; i < length; i++)
        {
            float gradient = g[i] + decay * w[i];
            m[i] = beta1 * m[i] + rest1 * gradient;
            v[i] = beta2 * v[i] + rest2 * (gradient * gradient);
            w[i] -= rate * m[i] / (MathF.Sqrt(v[i]) * scale + epsilon);
        }
    }
}
