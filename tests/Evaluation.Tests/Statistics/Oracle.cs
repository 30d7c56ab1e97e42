using System.Globalization;
using System.Text.Json;

namespace Assize.Evaluation.Tests.Statistics;

/// <summary>A file of known answers: every case must be known to the test, and every number in it is compared at the file's tolerance.</summary>
internal sealed class Oracle
{
    private static readonly Dictionary<string, double> Uncorrected = [];

    private readonly JsonElement file;
    private double relative;
    private double absolute;
    private readonly List<string> misses = [];

    private Oracle(JsonElement file)
    {
        this.file = file;
        Tolerate(file);
    }

    /// <summary>Reads a file of the tests' own folder, or of the one that ASSIZE_ORACLES names.</summary>
    public static Oracle Read(string name) => new(Document(name));

    public static JsonElement Document(string name) =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Environment.GetEnvironmentVariable("ASSIZE_ORACLES") ?? Path.Combine(AppContext.BaseDirectory, "Oracles"), name + ".json"))).RootElement;

    /// <summary>Runs all cases; an answer is an object by its expected keys, or a list, of numbers, truths and nested lists. Returns how many cases and numbers were compared.</summary>
    /// <param name="corrections">Right values, by path, for numbers that the file has wrong beyond its own tolerance.</param>
    public (int Cases, int Numbers) Compare(Func<string, JsonElement, object> answer, IReadOnlyDictionary<string, double>? corrections = null)
    {
        var (cases, numbers) = (0, 0);
        misses.Clear();
        foreach (var @case in file.GetProperty("cases").EnumerateArray())
        {
            var name = @case.GetProperty("name").GetString()!;
            Tolerate(@case.TryGetProperty("tolerance", out _) ? @case : file);
            numbers += Same(name, @case.GetProperty("expected"), answer(name, @case.GetProperty("input")), corrections ?? Uncorrected);
            cases++;
        }

        Assert.True(misses.Count == 0, string.Join(Environment.NewLine, misses));
        return (cases, numbers);
    }

    public static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(Number)];

    public static double[][] Rows(JsonElement list) => [.. list.EnumerateArray().Select(Numbers)];

    public static object[] List(params (double Low, double High)?[] pair) => [pair[0]!.Value.Low, pair[0]!.Value.High];

    private void Tolerate(JsonElement owner)
    {
        var tolerance = owner.GetProperty("tolerance");
        relative = tolerance.GetProperty("relative").GetDouble();
        absolute = tolerance.GetProperty("absolute").GetDouble();
    }

    private int Same(string path, JsonElement expected, object got, IReadOnlyDictionary<string, double> corrections)
    {
        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                var named = Assert.IsType<Dictionary<string, object>>(got, exactMatch: false);
                return expected.EnumerateObject().Sum(property =>
                    Same($"{path}: {property.Name}", property.Value, named.TryGetValue(property.Name, out var value) ? value : throw Unknown($"{path}: {property.Name}"), corrections));

            case JsonValueKind.Array:
                if (got is Lookup lookup)
                {
                    return expected.EnumerateArray().Sum(entry => Same($"{path} at {entry.GetProperty("index")}", entry, lookup.At(entry.GetProperty("index").GetInt32()), corrections));
                }

                var list = got is double[] numbers ? [.. numbers.Cast<object>()] : Assert.IsType<object[]>(got);
                Assert.Equal(expected.GetArrayLength(), list.Length);
                return expected.EnumerateArray().Select((element, i) => Same(string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), element, list[i], corrections)).Sum();

            case JsonValueKind.True or JsonValueKind.False:
                Assert.True(expected.GetBoolean() == (bool)got, $"{path}: expected {expected.GetBoolean()}");
                return 1;

            case JsonValueKind.String when got is string text:
                Assert.True(expected.GetString() == text, $"{path}: expected {expected.GetString()}, got {text}");
                return 1;

            default:
                var (want, have) = (Number(expected), (double)got);
                if (corrections.TryGetValue(path, out var right))
                {
                    Assert.False(Near(right, want), $"{path} needs no correction");
                    want = right;
                }

                if (!Near(want, have))
                {
                    misses.Add(string.Create(CultureInfo.InvariantCulture, $"{path}: expected {want:R}, got {have:R}"));
                }

                return 1;
        }
    }

    private bool Near(double want, double have) => want.Equals(have) || Math.Abs(have - want) <= absolute + relative * Math.Abs(want);

    private static double Number(JsonElement element) => element.ValueKind == JsonValueKind.String
        ? double.Parse(element.GetString()!, CultureInfo.InvariantCulture)
        : element.GetDouble();

    public static Exception Unknown(string what) => new InvalidOperationException($"nothing here answers '{what}'");
}

/// <summary>The answers of a trace, asked for by the index that each of its expected entries names.</summary>
internal sealed record Lookup(Func<int, object> At);
