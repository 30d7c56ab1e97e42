using System.Collections.Immutable;
using System.Text.Json;
using Assize.Cli.Suites;
using Assize.Evaluation;
using Assize.Evaluation.Traffic;

namespace Assize.Cli.Monitors;

/// <summary>An interaction of a recording, with its score where it was judged already.</summary>
internal sealed record RecordedInteraction(Interaction Interaction, double? Score);

/// <summary>Reads recorded interactions, one JSON object a line with the fields of the API's interaction, and <c>score</c> where one is known.</summary>
internal static class RecordedTraffic
{
    private const long LongestLine = 4_000_000;

    /// <summary>The interactions in the order of their times; of several with one id the first.</summary>
    /// <exception cref="EvaluationException">Something is wrong: all mistakes, at their lines.</exception>
    public static IReadOnlyList<RecordedInteraction> Read(string path)
    {
        var log = new MistakeLog();
        if (!File.Exists(path))
        {
            log.Add(new Mistake("There is no such file.") { File = path });
            log.ThrowIfAny();
        }

        var (all, number) = (new Dictionary<InteractionId, RecordedInteraction>(), 0);
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line) && Read(line, path, number, log) is { } read)
            {
                all.TryAdd(read.Interaction.Id, read);
            }
        }

        if (all.Count == 0 && log.Count == 0)
        {
            log.Add(new Mistake("The file has no interactions.") { File = path });
        }

        log.ThrowIfAny();
        return [.. all.Values.OrderBy(one => one.Interaction.Time)];
    }

    private static RecordedInteraction? Read(string line, string path, int number, MistakeLog log)
    {
        void Note(string what, string? suggestion = null, string? field = null) => log.Add(new Mistake(what, suggestion) { File = path, Line = number, Field = field });
        if (line.Length > LongestLine)
        {
            Note("The line is too long.");
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(line);
            var interaction = document.RootElement.Deserialize(EvaluationJson.Default.Interaction) ?? throw new JsonException("The line is empty.");
            if (interaction.Messages.IsDefaultOrEmpty || string.IsNullOrEmpty(interaction.Id.Value))
            {
                Note("An interaction has an id, and messages before its response.", field: interaction.Messages.IsDefaultOrEmpty ? "messages" : "id");
                return null;
            }

            // What a line leaves out is read as nothing at all, and not as empty.
            interaction = interaction with { Context = interaction.Context.IsDefault ? [] : interaction.Context, Properties = interaction.Properties ?? ImmutableSortedDictionary<string, string>.Empty };
            return new RecordedInteraction(interaction, document.RootElement.TryGetProperty("score", out var score) && score.ValueKind is not JsonValueKind.Null ? score.GetDouble() : null);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or FormatException)
        {
            Note($"This is no interaction: {broken.Message}", "Write id, time, application, messages (role and content) and response.");
            return null;
        }
    }
}
