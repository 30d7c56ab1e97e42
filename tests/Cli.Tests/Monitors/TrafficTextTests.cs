using Assize.Cli.Monitors;

namespace Assize.Cli.Tests.Monitors;

public sealed class TrafficTextTests
{
    [Fact]
    public void TheLatestDayStandsAboveTheOneBefore()
    {
        var monitor = new V1.Monitor
        {
            Days =
            {
                new V1.TrafficDay { Day = "2026-11-26", Interactions = 5, Feedback = new V1.TrafficFigure { Values = 5, Mean = 1 } },
                new V1.TrafficDay { Day = "2026-11-27", Interactions = 1, LatencyMs = new V1.TrafficFigure { Values = 1, Mean = 790.4 } },
                new V1.TrafficDay
                {
                    Day = "2026-11-28", Interactions = 12034,
                    Feedback = new V1.TrafficFigure { Values = 310, Mean = 0.41, StandardError = 0.03 },
                    LatencyMs = new V1.TrafficFigure { Values = 12034, Mean = 812, StandardError = 4.2 },
                    Cost = new V1.TrafficFigure { Values = 12034, Mean = 0.00123, StandardError = 0.0001 },
                },
            },
        };

        Assert.Equal(
            ["On 2026-11-28: 12,034 interactions; feedback 0.41 ± 0.03 (of 310), latency 812 ms ± 4 (of 12,034), cost 0.0012 each ± 0.0001 (of 12,034)", "On 2026-11-27: 1 interaction; latency 790 ms (of 1)"],
            TrafficText.Lines(monitor).Select(line => line.Replace('\u00a0', ' ').Replace('\u2212', '-')));
    }

    [Fact]
    public void TrafficThatSaysNothingOfItselfHasNoLine() => Assert.Empty(TrafficText.Lines(new V1.Monitor { Days = { new V1.TrafficDay { Day = "2026-11-28", Interactions = 5 } } }));
}
