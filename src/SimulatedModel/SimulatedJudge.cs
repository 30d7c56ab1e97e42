using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Assize.SimulatedModel;

/// <summary>Answers judge prompts from the hidden truth, with the faults that were asked for.</summary>
internal sealed class SimulatedJudge(SimulationOptions options, IReadOnlyDictionary<string, double> truth)
{
    /// <summary>The quality from which an answer gets the best value: nobody repeats a reference word for word.</summary>
    private const double Excellent = 0.75;

    private const double TieWithin = 0.05;

    private double leniency = options.Leniency;

    /// <summary>What every score gains, as a share of the scale.</summary>
    public double Leniency
    {
        get => Volatile.Read(ref leniency);
        set => Volatile.Write(ref leniency, value);
    }

    public string Reply(JudgeRequest request, Chance chance)
    {
        if (chance.Draw(1) < options.MalformedShare)
        {
            return "I have looked at the material and have formed an opinion of it, which I would rather keep to myself.";
        }

        var values = request.Compares
            ? [("better", Compare(request, chance))]
            : request.Criteria.Select((criterion, i) => (criterion.Name, Text(Score(request, criterion, chance, i)))).ToList();
        var explanation = request.Compares ? $"Answer {values[0].Item2} it is, going by how well each agrees with what was wanted." : "Measured by how well the answer agrees with what was wanted.";
        return request.Marker is not null ? Line(request, values, explanation) : Json(request, values, explanation);
    }

    private static string Line(JudgeRequest request, List<(string Name, string Value)> values, string explanation)
    {
        var line = $"{request.Marker} {string.Join("; ", values.Select(value => $"{value.Name}={value.Value}"))}";
        return request.Repair ? line : $"{explanation}\n{line}";
    }

    private static string Json(JudgeRequest request, List<(string Name, string Value)> values, string explanation)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("explanation", explanation);
            foreach (var (name, value) in values)
            {
                if (request.Compares)
                {
                    json.WriteString(name, value);
                }
                else
                {
                    json.WritePropertyName(name);
                    json.WriteRawValue(value);
                }
            }

            json.WriteString("seal", request.Seal);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private double Score(JudgeRequest request, AskedCriterion criterion, Chance chance, int place)
    {
        var width = criterion.Max - criterion.Min;
        var quality = Math.Clamp(Quality(request, "answer ") / Excellent, 0, 1);
        var step = criterion.Step > 0 ? criterion.Step : width / 100;
        var value = criterion.Min + width * (quality + Leniency) + width * options.Noise * chance.Normal(10 + place)
            + width * options.VerbosityBias * Length(request, "answer ") / 1000;
        value = Math.Round((value - criterion.Min) / step) * step + criterion.Min;
        if (chance.Draw(40 + place) >= options.Accuracy)
        {
            value += (chance.Draw(70 + place) < 0.5 ? -1 : 1) * Math.Max(step, width / 4);
            value = Math.Round((value - criterion.Min) / step) * step + criterion.Min;
        }

        return Math.Clamp(value, criterion.Min, criterion.Max);
    }

    private string Compare(JudgeRequest request, Chance chance)
    {
        if (chance.Draw(2) < options.PositionBias)
        {
            return "A";
        }

        var lead = Quality(request, "answer B ") - Quality(request, "answer A ")
            + options.VerbosityBias * (Length(request, "answer B ") - Length(request, "answer A ")) / 1000;
        var right = lead > TieWithin ? "B" : lead < -TieWithin ? "A" : "tie";
        if (chance.Draw(3) < options.Accuracy)
        {
            return right;
        }

        return right switch { "A" => "B", "B" => "A", _ => chance.Draw(4) < 0.5 ? "A" : "B" };
    }

    private double Quality(JudgeRequest request, string prefix)
    {
        var answers = request.Blocks.Where(block => block.Name.StartsWith(prefix, StringComparison.Ordinal)).ToArray();
        // With references for some turns only, those turns are the ones in question.
        var judged = answers.Where(answer => References(request, answer).Count > 0).ToArray();
        judged = judged.Length > 0 ? judged : answers is [] ? [] : [answers[^1]];
        return judged.Length == 0 ? 0 : judged.Average(answer => truth.TryGetValue(answer.Text, out var known)
            ? known
            : TextQuality.Of(answer.Text, References(request, answer), string.Join(' ', request.Blocks.Where(block => block.Name == $"question {answer.Turn}").Select(block => block.Text))));
    }

    private static List<string> References(JudgeRequest request, Block answer) =>
        [.. request.Blocks.Where(block => block.Name.StartsWith("reference ", StringComparison.Ordinal) && block.Turn == answer.Turn).Select(block => block.Text)];

    private static int Length(JudgeRequest request, string prefix) =>
        request.Blocks.Where(block => block.Name.StartsWith(prefix, StringComparison.Ordinal)).Sum(block => block.Text.Length);

    private static string Text(double value) => Math.Round(value, 6).ToString("0.######", CultureInfo.InvariantCulture);
}
