using System.Globalization;

namespace Assize.SimulatedModel;

/// <summary>A criterion as a judge's prompt lists it: <c>- name (min to max): question</c>, with its step on the line below.</summary>
internal sealed record AskedCriterion(string Name, double Min, double Max, double Step);

/// <summary>A fenced block of a prompt: <c>&lt;&lt;&lt;NAME NONCE&gt;&gt;&gt;</c> to <c>&lt;&lt;&lt;end NAME NONCE&gt;&gt;&gt;</c>.</summary>
internal sealed record Block(string Name, string Text)
{
    /// <summary>The turn a block belongs to, as in answer B 2 or reference 2.1.</summary>
    public string Turn => Name[(Name.LastIndexOf(' ') + 1)..].Split('.')[0];
}

/// <summary>What a model makes out in a judge's prompt, reading it as text like any model.</summary>
internal sealed class JudgeRequest
{
    public required List<AskedCriterion> Criteria { get; init; }

    public required List<Block> Blocks { get; init; }

    public required bool Compares { get; init; }

    /// <summary>The marker of the verdict line; null when the verdict is wanted as JSON.</summary>
    public required string? Marker { get; init; }

    public required string? Seal { get; init; }

    /// <summary>Whether this is the second asking, for nothing but the verdict.</summary>
    public required bool Repair { get; init; }

    /// <summary>The judge's question, or nothing when the conversation is something else.</summary>
    public static JudgeRequest? Read(ChatRequest chat)
    {
        var system = string.Join('\n', chat.Messages.Where(message => message.Role == "system").Select(message => message.Content));
        var users = chat.Messages.Where(message => message.Role == "user").Select(message => message.Content).ToArray();
        if (users.Length == 0 || !users[0].Contains("<<<", StringComparison.Ordinal))
        {
            return null;
        }

        var asked = users[^1];
        var form = asked.AsSpan().TrimEnd();
        form = form[(form.LastIndexOf('\n') + 1)..].Trim();
        var marker = form.StartsWith("VERDICT-", StringComparison.Ordinal) && form.IndexOf(':') is > 0 and var colon ? form[..(colon + 1)].ToString() : null;
        var seal = form.StartsWith("Seal word:", StringComparison.Ordinal) ? form["Seal word:".Length..].Trim().ToString() : null;
        if (marker is null && seal is null)
        {
            return null;
        }

        return new JudgeRequest
        {
            Criteria = CriteriaIn(system),
            Blocks = BlocksIn(users[0]),
            Compares = system.Contains("Compare answer A with answer B", StringComparison.OrdinalIgnoreCase),
            Marker = marker,
            Seal = seal,
            Repair = users.Length > 1,
        };
    }

    private static List<AskedCriterion> CriteriaIn(string system)
    {
        var criteria = new List<AskedCriterion>();
        var lines = system.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            if (line.StartsWith("- ", StringComparison.Ordinal) && line.IndexOf(" (", StringComparison.Ordinal) is > 0 and var open && line.IndexOf(')', open) is > 0 and var close)
            {
                var ends = line[(open + 2)..close].Split(" to ");
                if (ends.Length == 2
                    && double.TryParse(ends[0], CultureInfo.InvariantCulture, out var min)
                    && double.TryParse(ends[1], CultureInfo.InvariantCulture, out var max))
                {
                    criteria.Add(new AskedCriterion(line[2..open], min, max, i + 1 < lines.Length ? StepIn(lines[i + 1]) : 1));
                }
            }
        }

        return criteria;
    }

    /// <summary>Whole numbers unless the line below says otherwise: "In steps of 0.5;", or "Any number from".</summary>
    private static double StepIn(string line)
    {
        const string steps = "In steps of ";
        var words = line.TrimStart();
        if (words.StartsWith("Any number", StringComparison.Ordinal))
        {
            return 0;
        }

        return words.StartsWith(steps, StringComparison.Ordinal) && double.TryParse(words[steps.Length..].Split(';')[0], CultureInfo.InvariantCulture, out var step) ? step : 1;
    }

    private static List<Block> BlocksIn(string text)
    {
        var blocks = new List<Block>();
        var at = 0;
        while (text.IndexOf("<<<", at, StringComparison.Ordinal) is >= 0 and var open && text.IndexOf(">>>\n", open, StringComparison.Ordinal) is >= 0 and var close)
        {
            var label = text[(open + 3)..close];
            var start = close + 4;
            var end = text.IndexOf($"\n<<<end {label}>>>", close, StringComparison.Ordinal);
            if (end < 0)
            {
                at = start;
                continue;
            }

            blocks.Add(new Block(label[..label.LastIndexOf(' ')], end >= start ? text[start..end] : ""));
            at = end + label.Length + 11;
        }

        return blocks;
    }
}
