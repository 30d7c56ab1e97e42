using Assize.Cli.Suites;
using Assize.Evaluation;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Tests.Suites;

/// <summary>A folder that a test fills with a suite's files; it begins as a small suite without mistakes.</summary>
internal sealed class SuiteFolder : IDisposable
{
    public const string Suite = """
        name: capitals
        cases: cases.jsonl
        candidates:
          - name: baseline
            responses: baseline.jsonl
        judges:
          - name: exact
            type: exact
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("assize-suite-").FullName;

    public SuiteFolder()
    {
        With("suite.yaml", Suite);
        With("cases.jsonl", """
            {"id":"france","input":"Capital of France?","reference":"Paris"}
            {"id":"japan","input":"Capital of Japan?","reference":"Tokyo"}
            """);
        With("baseline.jsonl", """
            {"id":"france","response":"Paris"}
            {"id":"japan","response":"Kyoto"}
            """);
    }

    public SuiteFolder With(string name, string text)
    {
        File.WriteAllText(Path.Combine(folder, name), text);
        return this;
    }

    public SuiteFolder With(string name, byte[] bytes)
    {
        File.WriteAllBytes(Path.Combine(folder, name), bytes);
        return this;
    }

    public SuiteFolder Without(string name)
    {
        File.Delete(Path.Combine(folder, name));
        return this;
    }

    /// <summary>The small suite with a part of its document replaced.</summary>
    public SuiteFolder Replacing(string part, string by)
    {
        Assert.Contains(part, Suite, StringComparison.Ordinal);
        return With("suite.yaml", Suite.Replace(part, by, StringComparison.Ordinal));
    }

    public string PathOf(string name) => Path.Combine(folder, name);

    public OpenedSuite Open(string name = "suite.yaml", SuiteLimits? limits = null, IReadOnlyCollection<ModelName>? models = null) =>
        SuiteFiles.Open(PathOf(name), limits, models);

    /// <summary>What a person reads when the suite is opened, one line per mistake, without the temporary folder's name.</summary>
    public string Mistakes(string name = "suite.yaml", SuiteLimits? limits = null, IReadOnlyCollection<ModelName>? models = null)
    {
        var refused = Assert.Throws<EvaluationException>(() => Open(name, limits, models));
        return string.Join('\n', refused.Mistakes.Select(mistake => mistake.ToString().Replace(folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal)));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
