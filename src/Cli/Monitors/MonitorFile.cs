using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Assize.Cli.Suites;
using Assize.Evaluation;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Monitors;

/// <summary>Reads a monitor from a file, YAML or (by its extension <c>.json</c>) JSON, which is YAML too.</summary>
internal static class MonitorFile
{
    private const int Longest = 1_000_000;

    private static Shape Form => Shape.Of(typeof(MonitorDefinition), EvaluationJson.Default.Options);

    /// <summary>The definition; models are looked up by the server.</summary>
    /// <exception cref="EvaluationException">Something is wrong: all mistakes, at their lines.</exception>
    public static MonitorDefinition Read(string path)
    {
        var log = new MistakeLog();
        var at = new Reading(path, log);
        var monitor = Read(Bytes(path, at), at);
        log.ThrowIfAny();
        return monitor ?? throw new InvalidOperationException("a monitor without mistakes was not read");
    }

    private static byte[] Bytes(string path, Reading at)
    {
        if (!File.Exists(path))
        {
            at.Note(null, null, "There is no such file.");
            return [];
        }

        if (new FileInfo(path).Length > Longest)
        {
            at.Note(null, null, FormattableString.Invariant($"A monitor's file has at most {Longest:N0} bytes."));
            return [];
        }

        return File.ReadAllBytes(path);
    }

    private static MonitorDefinition? Read(byte[] bytes, Reading at)
    {
        if (at.Count > 0)
        {
            return null;
        }

        if (!Utf8.IsValid(bytes) || bytes.Contains((byte)0))
        {
            at.Note(null, null, "The file is no text in UTF-8.");
            return null;
        }

        var text = Encoding.UTF8.GetString(bytes);
        if (string.IsNullOrWhiteSpace(text))
        {
            at.Note(1, null, "The document is empty.", "Write a monitor: name, sampler, judge.");
            return null;
        }

        var node = YamlTree.Read(text, at);
        if (node is not Map map)
        {
            if (at.Count == 0)
            {
                at.Note(node?.Line, null, $"A monitor is a group of fields (name, sampler, judge), not {node?.Kind ?? "nothing"}.");
            }

            return null;
        }

        Form.Check(map, "", at);
        if (at.Count > 0)
        {
            return null;
        }

        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            Form.Write(map, writer);
        }

        var monitor = JsonSerializer.Deserialize(json.ToArray(), EvaluationJson.Default.MonitorDefinition)!;
        foreach (var mistake in MonitorCheck.Of(monitor))
        {
            at.Note(mistake with { Line = map.LineOf(mistake.Field ?? "") });
        }

        return monitor;
    }
}
