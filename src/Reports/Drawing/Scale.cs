namespace SecondLook.Reports.Drawing;

/// <summary>Maps the numbers of one axis to pixels and names its ticks.</summary>
public abstract class Scale
{
    /// <summary>Creates a scale.</summary>
    /// <param name="from">Smallest number shown.</param>
    /// <param name="to">Largest number shown.</param>
    /// <param name="pixelFrom">Pixel of <paramref name="from"/>.</param>
    /// <param name="pixelTo">Pixel of <paramref name="to"/>.</param>
    protected Scale(double from, double to, double pixelFrom, double pixelTo)
    {
        From = from;
        To = to;
        PixelFrom = pixelFrom;
        PixelTo = pixelTo;
    }

    /// <summary>Smallest number shown.</summary>
    public double From { get; }

    /// <summary>Largest number shown.</summary>
    public double To { get; }

    /// <summary>Pixel of <see cref="From"/>.</summary>
    public double PixelFrom { get; }

    /// <summary>Pixel of <see cref="To"/>.</summary>
    public double PixelTo { get; }

    /// <summary>Labelled ticks, ascending.</summary>
    public abstract IReadOnlyList<double> Ticks { get; }

    /// <summary>Ticks without a label, ascending.</summary>
    public virtual IReadOnlyList<double> MinorTicks => [];

    /// <summary>Pixel of a number, held inside the axis.</summary>
    public double Pixel(double value) => PixelFrom + (Math.Clamp(Share(value), 0, 1) * (PixelTo - PixelFrom));

    /// <summary>Where a number stands between <see cref="From"/> (0) and <see cref="To"/> (1).</summary>
    protected abstract double Share(double value);
}

/// <summary>A linear scale with ticks at 1, 2 or 5 times a power of ten.</summary>
public sealed class LinearScale : Scale
{
    private readonly List<double> _ticks = [];

    private LinearScale(double from, double to, double pixelFrom, double pixelTo, double step)
        : base(from, to, pixelFrom, pixelTo)
    {
        long first = (long)Math.Ceiling((from / step) - 1e-9);
        for (long i = first; (i * step) <= to + (step * 1e-9); i++)
        {
            _ticks.Add(i * step);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<double> Ticks => _ticks;

    /// <summary>A scale that covers the numbers and ends at ticks.</summary>
    /// <param name="min">Smallest number.</param>
    /// <param name="max">Largest number.</param>
    /// <param name="pixelFrom">Pixel of the lower end.</param>
    /// <param name="pixelTo">Pixel of the upper end.</param>
    /// <param name="intervals">Tick intervals wanted, about.</param>
    public static LinearScale Rounded(double min, double max, double pixelFrom, double pixelTo, int intervals)
    {
        (min, max) = Spread(min, max);
        double step = Step((max - min) / intervals);
        return new LinearScale(Math.Floor((min / step) + 1e-9) * step, Math.Ceiling((max / step) - 1e-9) * step, pixelFrom, pixelTo, step);
    }

    /// <summary>A scale that ends exactly at the numbers, with ticks inside.</summary>
    public static LinearScale Exact(double min, double max, double pixelFrom, double pixelTo, int intervals)
    {
        (min, max) = Spread(min, max);
        return new LinearScale(min, max, pixelFrom, pixelTo, Step((max - min) / intervals));
    }

    /// <inheritdoc/>
    protected override double Share(double value) => (value - From) / (To - From);

    private static (double Min, double Max) Spread(double min, double max) => max > min ? (min, max) : (min, min + (min == 0 ? 1 : Math.Abs(min)));

    private static double Step(double raw)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double mantissa = raw / power;
        return (mantissa <= 1.4 ? 1 : mantissa <= 3 ? 2 : mantissa <= 7 ? 5 : 10) * power;
    }
}

/// <summary>A logarithmic scale: labelled at 1, 2, 5 steps, or at powers of ten when it covers many; the other steps are minor.</summary>
public sealed class LogScale : Scale
{
    private readonly List<double> _ticks = [];
    private readonly List<double> _minor = [];

    private LogScale(double from, double to, double pixelFrom, double pixelTo, int wanted)
        : base(from, to, pixelFrom, pixelTo)
    {
        double decades = Math.Log10(to / from);
        double[] labelled = decades * 3 <= wanted ? [1, 2, 5] : decades * 2 <= wanted ? [1, 3] : [1];
        double every = labelled.Length == 1 ? Math.Max(1, Math.Ceiling(decades / wanted)) : 1;
        for (int e = (int)Math.Floor(Math.Log10(from)) - 1; e <= (int)Math.Ceiling(Math.Log10(to)); e++)
        {
            for (int m = 1; m <= 9; m++)
            {
                double value = m * Math.Pow(10, e);
                if (value >= from * (1 - 1e-9) && value <= to * (1 + 1e-9))
                {
                    (labelled.Contains(m) && e % every == 0 ? _ticks : _minor).Add(value);
                }
            }
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<double> Ticks => _ticks;

    /// <inheritdoc/>
    public override IReadOnlyList<double> MinorTicks => _minor;

    /// <summary>A scale that covers positive numbers with room at both ends, widened to steps of 1, 2, 5.</summary>
    /// <param name="min">Smallest number, positive.</param>
    /// <param name="max">Largest number.</param>
    /// <param name="pixelFrom">Pixel of the lower end.</param>
    /// <param name="pixelTo">Pixel of the upper end.</param>
    /// <param name="wanted">Labelled ticks wanted, about.</param>
    public static LogScale Rounded(double min, double max, double pixelFrom, double pixelTo, int wanted) =>
        new(Down(min / 1.15), Up(Math.Max(max, min * 2) * 1.15), pixelFrom, pixelTo, wanted);

    /// <inheritdoc/>
    protected override double Share(double value) => value <= 0 ? 0 : Math.Log(value / From) / Math.Log(To / From);

    private static double Down(double value)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        double m = value / power;
        return (m >= 5 ? 5 : m >= 2 ? 2 : 1) * power;
    }

    private static double Up(double value)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        double m = value / power;
        return (m <= 1.0000001 ? 1 : m <= 2 ? 2 : m <= 5 ? 5 : 10) * power;
    }
}
