namespace Assize.Cli.Demonstration;

/// <summary>The latest values as a row of blocks.</summary>
internal sealed class Sparkline(double low, double high, int width)
{
    private const string Blocks = "▁▂▃▄▅▆▇█";

    private readonly Queue<double> values = new();

    public void Add(double value)
    {
        values.Enqueue(value);
        if (values.Count > width)
        {
            values.Dequeue();
        }
    }

    public override string ToString() =>
        string.Concat(values.Select(value => Blocks[(int)Math.Clamp((value - low) / (high - low) * Blocks.Length, 0, Blocks.Length - 1)]));
}
