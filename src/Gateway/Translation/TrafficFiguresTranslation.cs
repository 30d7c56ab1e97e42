using System.Globalization;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Statistics;

namespace Assize.Gateway.Translation;

/// <summary>What traffic says of itself, in the API's messages.</summary>
public static class TrafficFiguresTranslation
{
    public static V1.TrafficDay ToProto(this TrafficDay day) => new()
    {
        Day = day.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        Interactions = day.Seen,
        Feedback = Figure(day.Figures.Feedback),
        LatencyMs = Figure(day.Figures.LatencyMs),
        Cost = Figure(day.Figures.Cost),
    };

    private static V1.TrafficFigure? Figure(Sample sample)
    {
        if (sample.Count == 0)
        {
            return null;
        }

        var message = new V1.TrafficFigure { Values = sample.Count, Mean = sample.Mean };
        if (sample.StandardError is { } error)
        {
            message.StandardError = error;
        }

        return message;
    }
}
