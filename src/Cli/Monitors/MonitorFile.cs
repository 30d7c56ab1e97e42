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
        // What is wrong in one part does not keep the others from being checked.
        var (readable, unread) = at.Count == 0 ? (map, []) : Readable(map, at);
        var monitor = Deserialised(readable);
        foreach (var mistake in MonitorCheck.Of(monitor).Where(mistake => !MayFollow(mistake, unread, at)).ToArray())
        {
            at.Note(mistake with { Line = map.LineOf(mistake.Field ?? "") });
        }

        return monitor;
    }

    private static MonitorDefinition Deserialised(Map map)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            Form.Write(map, writer);
        }

        return JsonSerializer.Deserialize(json.ToArray(), EvaluationJson.Default.MonitorDefinition)!;
    }

    /// <summary>The document without what is wrong in it, with stand-ins for what a monitor cannot be without; and the parts that could not be read.</summary>
    private static (Map Readable, string[] Unread) Readable(Map map, Reading at)
    {
        var pruned = Pruned(map, "", at);
        var quiet = new Reading(at.File, new MistakeLog());
        Form.Check(pruned, "", quiet);
        Entry[] sound = [.. pruned.Entries.Where(entry => !quiet.Wrong(entry.Step))];
        Entry[] standIns =
        [
            new("name", map.Line, Word("unnamed")),
            new("sampler", map.Line, Group(("rate", new Scalar(map.Line, "1", ScalarKind.Number)))),
            new("judge", map.Line, Group(("type", Word("exact")), ("name", Word("unread")))),
        ];
        Entry[] missing = [.. standIns.Where(entry => sound.All(one => one.Key != entry.Key))];
        return (new Map(map.Line, [.. sound, .. missing]), [.. map.Entries.Select(entry => entry.Key).Except(sound.Select(entry => entry.Key)), .. missing.Select(entry => entry.Key)]);
    }

    private static Map Pruned(Map map, string path, Reading at) => new(map.Line,
    [
        .. from entry in map.Entries
           let place = path.Length == 0 ? entry.Step : $"{path}.{entry.Step}"
           let wrong = at.Wrong(place)
           where !wrong || entry.Value is Map
           select wrong ? entry with { Value = Pruned((Map)entry.Value, place, at) } : entry,
    ]);

    /// <summary>Whether a mistake may follow from what could not be read: it is told when that can be.</summary>
    private static bool MayFollow(Mistake mistake, string[] unread, Reading at)
    {
        var part = mistake.Field?.Split('.', '[')[0] ?? "";
        // On the judge depend the scale, and what is watched.
        return unread.Contains(part) || at.Wrong(mistake.Field ?? "") || ((unread.Contains("judge") || at.Wrong("judge")) && part is "judge" or "criterion" or "baseline" or "alarm" or "");
    }

    private static Scalar Word(string text) => new(0, text, ScalarKind.Text);

    private static Map Group(params (string Key, Node Value)[] fields) => new(0, [.. fields.Select(field => new Entry(field.Key, 0, field.Value))]);
}
