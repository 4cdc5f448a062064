using Marketplace.Learning.Numerics;

namespace Marketplace.Learning.Data;

/// <summary>
/// A data set that needs no download: the digits 0 to 9 drawn as strokes with random slant, size, place, wobble, pen width, blur, clutter and
/// noise. A pure function of its arguments; only IEEE arithmetic, so the same bits everywhere.
/// </summary>
public static class RenderedDigits
{
    /// <summary>Bounds of an image's side, in pixels.</summary>
    public const int MinSize = 8, MaxSize = 64;

    private const int ClassCount = 10;

    // Strokes on a unit square, y downwards: each stroke is a chain of quadratic Bézier curves, start, (control, end)*.
    private static readonly double[][][] Digits =
    [
        [[.50, .05, .10, .05, .10, .50, .10, .95, .50, .95, .90, .95, .90, .50, .90, .05, .50, .05]],
        [[.28, .25, .45, .18, .55, .05, .55, .50, .55, .95]],
        [[.15, .28, .18, .05, .50, .05, .85, .05, .82, .32, .78, .58, .12, .95, .50, .95, .88, .95]],
        [[.15, .14, .40, .02, .62, .08, .95, .20, .72, .42, .60, .48, .42, .48, .85, .50, .85, .72, .80, 1.0, .45, .95, .25, .92, .12, .82]],
        [[.68, .95, .68, .50, .68, .05, .40, .35, .10, .68, .50, .68, .92, .68]],
        [[.82, .06, .50, .06, .24, .06, .22, .25, .20, .44, .45, .36, .62, .40, .90, .48, .84, .74, .74, 1.02, .40, .95, .25, .92, .14, .84]],
        [[.75, .06, .35, .10, .20, .50, .08, .95, .48, .95, .86, .95, .84, .68, .80, .45, .50, .45, .28, .46, .18, .66]],
        [[.12, .07, .50, .07, .88, .07, .62, .45, .40, .95], [.32, .50, .50, .50, .70, .50]],
        [[.50, .48, .15, .42, .20, .24, .25, .05, .50, .05, .75, .05, .80, .24, .85, .42, .50, .48,
            .10, .55, .14, .76, .20, .96, .50, .95, .80, .96, .86, .76, .90, .55, .50, .48]],
        [[.80, .34, .76, .55, .50, .55, .18, .55, .18, .30, .20, .05, .50, .05, .82, .05, .82, .34, .82, .75, .50, .95]],
    ];

    /// <summary>Draws samples; labels are uniformly random.</summary>
    /// <param name="count">Number of samples.</param>
    /// <param name="seed">Sets of different seeds are disjoint draws: use one for training, another for testing.</param>
    /// <param name="size">Side of the square image, 8 to 64 pixels.</param>
    /// <param name="difficulty">Strength of distortion, clutter and noise: 0 none, 1 the default.</param>
    /// <returns>Samples of shape [1, size, size] in [0, 1].</returns>
    public static Dataset Generate(int count, ulong seed, int size = 16, double difficulty = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (size is < MinSize or > MaxSize)
            throw new ArgumentOutOfRangeException(nameof(size), size, $"expected {MinSize} to {MaxSize} pixels");
        if (!(difficulty is >= 0 and <= 2))
            throw new ArgumentOutOfRangeException(nameof(difficulty), difficulty, "expected 0 to 2");
        var features = new float[checked(count * size * size)];
        var labels = new int[count];
        for (int i = 0; i < count; i++)
        {
            // One stream a sample: a longer set begins with the shorter one.
            var random = new RandomStream(seed, (ulong)i);
            labels[i] = random.NextInt32(ClassCount);
            Draw(labels[i], random, size, difficulty, features.AsSpan(i * size * size, size * size));
        }

        return new Dataset([1, size, size], features, labels, ClassCount);
    }

    private static void Draw(int digit, RandomStream random, int size, double difficulty, Span<float> image)
    {
        double Vary(double range) => range * difficulty * random.NextDouble(-1, 1);

        // A rotation by its half-angle's tangent needs no trigonometry.
        double t = Vary(0.17), cos = (1 - t * t) / (1 + t * t), sin = 2 * t / (1 + t * t);
        double width = 0.60 * (1 + Vary(0.28)), height = 0.74 * (1 + Vary(0.2)), slant = Vary(0.35);
        double centerX = 0.5 + Vary(0.11), centerY = 0.5 + Vary(0.11);
        double pen = 0.050 * (1 + Vary(0.45)), blur = 0.035 * (1 + Vary(0.5)), wobble = 0.055 * difficulty;
        double ink = 1 - 0.35 * difficulty * random.NextDouble();

        var points = new List<(double X, double Y)>();
        foreach (double[] stroke in Digits[digit])
        {
            var chain = new (double X, double Y)[stroke.Length / 2];
            for (int i = 0; i < chain.Length; i++)
            {
                double x = stroke[2 * i] - 0.5 + wobble * random.NextNormal() * 0.6, y = stroke[2 * i + 1] - 0.5 + wobble * random.NextNormal() * 0.6;
                x = x * width + slant * y * height;
                y *= height;
                chain[i] = (centerX + cos * x - sin * y, centerY + sin * x + cos * y);
            }

            Trace(chain, points);
        }

        Paint(points, pen, blur, ink, size, image);
        if (difficulty > 0)
            AddClutter(random, difficulty, pen, blur, size, image);
        foreach (ref float pixel in image)
            pixel = (float)Math.Clamp(pixel + 0.13 * difficulty * random.NextNormal(), 0, 1);
    }

    /// <summary>A short stray stroke, in about half of the images.</summary>
    private static void AddClutter(RandomStream random, double difficulty, double pen, double blur, int size, Span<float> image)
    {
        if (random.NextDouble() >= 0.5 * difficulty)
            return;
        double x = random.NextDouble(), y = random.NextDouble();
        (double X, double Y)[] stroke =
        [
            (x, y),
            (x + random.NextDouble(-0.2, 0.2), y + random.NextDouble(-0.2, 0.2)),
            (x + random.NextDouble(-0.35, 0.35), y + random.NextDouble(-0.35, 0.35)),
        ];
        var points = new List<(double X, double Y)>();
        Trace(stroke, points);
        Paint(points, pen * 0.8, blur, 0.7, size, image);
    }

    private static void Trace((double X, double Y)[] chain, List<(double X, double Y)> points)
    {
        const int Steps = 8;
        points.Add(chain[0]);
        for (int i = 0; i + 2 < chain.Length; i += 2)
        {
            for (int step = 1; step <= Steps; step++)
            {
                double t = step / (double)Steps, a = (1 - t) * (1 - t), b = 2 * t * (1 - t), c = t * t;
                points.Add((a * chain[i].X + b * chain[i + 1].X + c * chain[i + 2].X, a * chain[i].Y + b * chain[i + 1].Y + c * chain[i + 2].Y));
            }
        }
    }

    /// <summary>Each pixel takes ink by its distance from the nearest traced point, falling off over the blur's width.</summary>
    private static void Paint(List<(double X, double Y)> points, double pen, double blur, double ink, int size, Span<float> image)
    {
        for (int row = 0; row < size; row++)
        {
            for (int column = 0; column < size; column++)
            {
                double x = (column + 0.5) / size, y = (row + 0.5) / size, nearest = double.MaxValue;
                foreach ((double px, double py) in points)
                    nearest = Math.Min(nearest, (px - x) * (px - x) + (py - y) * (py - y));
                double coverage = Math.Clamp(1 - (Math.Sqrt(nearest) - pen) / (2 * blur), 0, 1);
                ref float pixel = ref image[row * size + column];
                pixel = Math.Max(pixel, (float)(ink * coverage));
            }
        }
    }
}
