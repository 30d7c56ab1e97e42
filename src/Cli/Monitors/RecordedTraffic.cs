using System.Globalization;
using System.Text.Json;
using Assize.Cli.Suites;
using Assize.Evaluation;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Traffic;

namespace Assize.Cli.Monitors;

/// <summary>An interaction of a recording, with its score where it was judged already.</summary>
internal sealed record RecordedInteraction(Interaction Interaction, double? Score);

/// <summary>Reads recorded interactions, one JSON object a line with the fields of the API's interaction, and <c>score</c> where one is known.</summary>
internal static class RecordedTraffic
{
    private const string Score = "score";

    private static Shape Form => Shape.Of(typeof(Interaction), EvaluationJson.Default.Options);

    /// <summary>The interactions in the order of their times; of several with one id the first.</summary>
    /// <exception cref="EvaluationException">Something is wrong: all mistakes, at their lines.</exception>
    public static IReadOnlyList<RecordedInteraction> Read(string path)
    {
        var log = new MistakeLog();
        var at = new Reading(path, log);
        var file = SourceFile.Find("", path, at, null, null, SuiteLimits.Default.MaxFileBytes, nameof(SuiteLimits.MaxFileBytes));
        log.ThrowIfAny();
        var all = new Dictionary<InteractionId, RecordedInteraction>();
        using (var rows = new RowFile(file!, csv: false, SuiteLimits.Default, at))
        {
            while (rows.Read())
            {
                if (rows.Row is { } row && Read(row, at) is { } read)
                {
                    all.TryAdd(read.Interaction.Id, read);
                }
            }
        }

        if (all.Count == 0 && log.Count == 0)
        {
            at.Note(null, null, "The file has no interactions.");
        }

        log.ThrowIfAny();
        return [.. all.Values.OrderBy(one => one.Interaction.Time)];
    }

    private static RecordedInteraction? Read(Node row, Reading at)
    {
        if (row is not Map map)
        {
            at.Note(row.Line, null, $"An interaction is a group of fields (id, time, application, messages, response), not {row.Kind}.");
            return null;
        }

        var before = at.Count;
        var score = ScoreOf(map, at);
        var said = new Map(map.Line, [.. map.Entries.Where(entry => entry.Key != Score)]);
        Form.Check(said, "", at);
        if (at.Count > before)
        {
            return null;
        }

        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            Form.Write(said, writer);
        }

        Interaction interaction;
        try
        {
            interaction = JsonSerializer.Deserialize(json.ToArray(), EvaluationJson.Default.Interaction)!;
        }
        catch (JsonException unreadable)
        {
            at.Note(map.Line, unreadable.Path?.TrimStart('$', '.'), "This cannot be read: a number is too large, or a name is none.");
            return null;
        }

        if (interaction.Messages.IsEmpty || interaction.Id.Value.Length == 0)
        {
            at.Note(map.Line, interaction.Messages.IsEmpty ? "messages" : "id", "An interaction has an id, and messages before its response.");
            return null;
        }

        return new RecordedInteraction(interaction, score);
    }

    private static double? ScoreOf(Map map, Reading at)
    {
        switch (map[Score])
        {
            case null or Scalar { Is: ScalarKind.Null }:
                return null;
            case Scalar { Is: ScalarKind.Number } number when double.TryParse(number.Text, CultureInfo.InvariantCulture, out var score) && double.IsFinite(score):
                return score;
            case var other:
                at.Note(other.Line, Score, $"A score is a number, not {other.Kind}.", "Leave it out where the interaction is to be judged.");
                return null;
        }
    }
}
