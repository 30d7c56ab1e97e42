using System.Globalization;
using Google.Protobuf.WellKnownTypes;

namespace Assize.Cli.Demonstration;

/// <summary>
/// The traffic of two simulated applications, hour by hour: little at night and much in the afternoon, German in the morning and English in the evening.
/// </summary>
internal sealed class DemoTraffic(string id, ulong seed)
{
    public static readonly string[] Applications = ["demo-shop", "demo-bank"];

    private const int PerHour = 60;

    private readonly Dice dice = new(seed);
    private int made;

    /// <summary>Interactions in an hour of the day, on average.</summary>
    public static double Expected(int hour) => PerHour * (1 + 0.7 * Math.Sin(2 * Math.PI * (hour - 9) / 24));

    /// <summary>The share of each language in an hour of the day.</summary>
    public static double[] Mix(int hour)
    {
        var tilt = 0.12 * Math.Sin(2 * Math.PI * (hour - 4) / 24);
        return [0.35 + tilt, 0.4 - tilt, 0.25];
    }

    /// <param name="from">When the hour begins.</param>
    /// <param name="worse">Whether answers in German are worse than they were.</param>
    public IEnumerable<V1.Interaction> Hour(DateTimeOffset from, bool worse)
    {
        var (count, mix) = ((int)(Expected(from.Hour) * (0.85 + 0.3 * dice.Roll())), Mix(from.Hour));
        for (var i = 0; i < count; i++)
        {
            var roll = dice.Roll();
            var language = Conversation.Languages[roll < mix[0] ? 0 : roll < mix[0] + mix[1] ? 1 : 2];
            var (question, answer) = Conversation.Of(language, 10_000 + made, worse && language == "de", dice);
            yield return Made(question, answer, Applications[dice.Of(Applications.Length)], language, from + TimeSpan.FromHours((i + 0.5) / count));
        }
    }

    private V1.Interaction Made(string question, string answer, string application, string language, DateTimeOffset time)
    {
        var interaction = new V1.Interaction
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"{id}-{made++}"),
            Time = Timestamp.FromDateTimeOffset(time),
            Application = application,
            Messages = { new V1.Message { Role = V1.Role.User, Content = question } },
            Response = answer,
            Properties = { ["language"] = language },
            // By the number and not by the dice: what is judged stays the same.
            LatencyMs = 600 + (made * 137 % 900),
            CostMicros = 200 + (2 * answer.Length),
        };
        // One user in ten says something.
        if (made % 10 == 0)
        {
            interaction.Feedback = made % 40 == 0 ? -1 : 1;
        }

        return interaction;
    }
}
