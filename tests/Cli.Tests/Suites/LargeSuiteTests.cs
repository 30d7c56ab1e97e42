using System.Diagnostics;
using System.Globalization;

namespace Assize.Cli.Tests.Suites;

/// <summary>A suite larger than one would like to hold in memory.</summary>
public sealed class LargeSuiteTests : IDisposable
{
    private const long MayGrow = 60_000_000;

    private readonly SuiteFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(200_000, "in the order of the cases")]
    [InlineData(50_000, "in the reverse order")]
    public void ReadingAndStreamingKeepsMemoryFlat(int cases, string order)
    {
        var ids = Enumerable.Range(0, cases);
        Write("cases.jsonl", ids, i => $$"""{"id":"case-{{i}}","category":"c{{i % 7}}","tags":["t{{i % 3}}"],"metadata":{"channel":"mail"},"input":"{{Text(i)}}","reference":"Answer {{i}}"}""");
        Write("baseline.jsonl", order == "in the reverse order" ? ids.Reverse() : ids, i => $$"""{"id":"case-{{i}}","response":"Answer {{i}} {{Text(i)}}"}""");
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var watch = Stopwatch.StartNew();
        var suite = folder.Open();
        var check = watch.Elapsed;
        var (seen, peak) = (0, GC.GetTotalMemory(forceFullCollection: true) - before);
        watch.Restart();
        foreach (var exhibit in suite.Exhibits())
        {
            Assert.StartsWith(exhibit.Case.Turns[0].References[0], exhibit.Recorded[new("baseline")][0], StringComparison.Ordinal);
            if (++seen % 20_000 == 0)
            {
                peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: true) - before);
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{order}: check {cases / check.TotalSeconds:N0} cases/s, exhibits {cases / watch.Elapsed.TotalSeconds:N0} cases/s, peak growth {peak / 1e6:N1} MB"));
        Assert.Equal(cases, seen);
        Assert.Equal(cases, suite.Cases);
        Assert.True(peak <= MayGrow, $"memory grew by {peak} bytes");
    }

    private static string Text(int i) => $"Question {i}: how do I return an order that came broken, and who pays? Please answer in two sentences.";

    private void Write(string name, IEnumerable<int> numbers, Func<int, string> line)
    {
        using var writer = new StreamWriter(folder.PathOf(name));
        foreach (var i in numbers)
        {
            writer.Write(line(i));
            writer.Write('\n');
        }
    }
}
