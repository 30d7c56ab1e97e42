using System.Collections.Immutable;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Monitors;

public sealed class TrafficSamplerTests
{
    [Fact]
    public void ValuesThatNameTheNextPropertyDoNotMakeTwoSlicesOne()
    {
        var monitor = SomeMonitor.Definition with { Slices = ["language", "plan"] };
        Slice Of(string language, string plan) => TrafficSampler.SliceOf(monitor, SomeMonitor.Interaction(1) with
        {
            Properties = ImmutableSortedDictionary<string, string>.Empty.Add("language", language).Add("plan", plan),
        });

        Assert.NotEqual(Of("de, plan=free", "paid"), Of("de", "free, plan=paid"));
        Assert.Equal("language=de, plan=free", Of("de", "free").Value);
        Assert.False(new SliceKey("metadata.a=b").IsValid);
        Assert.Equal("slices[0]", Assert.Single(MonitorCheck.Of(SomeMonitor.Definition with { Slices = ["a=b"] })).Field);
    }

    [Fact]
    public void ASliceOfALongTextIsNamedByItsBeginning()
    {
        var long1 = SomeMonitor.Interaction(1) with { Properties = ImmutableSortedDictionary<string, string>.Empty.Add("language", string.Concat(Enumerable.Repeat("a😀", 1000))) };

        var slice = TrafficSampler.SliceOf(SomeMonitor.Definition, long1).Value;

        Assert.InRange(slice.Length, 150, 220);
        Assert.StartsWith("language=a😀a", slice, StringComparison.Ordinal);
        Assert.Null(TextCheck.Characters(slice));
    }

    [Fact]
    public void AStratumIsDrawnAtItsOwnRate()
    {
        var sampler = TrafficSampler.Of(SomeMonitor.Definition with
        {
            Sampler = new SamplerSettings { Rate = 0.1, Strata = ImmutableSortedDictionary<Slice, double>.Empty.Add(new("language=de"), 0.5) },
        });

        var (german, english) = (0, 0);
        for (var i = 0; i < 4000; i++)
        {
            (sampler, var draw, var slice) = sampler.Decide(SomeMonitor.Interaction(i), SomeMonitor.Start);
            Assert.Equal(slice.Value == "language=de" ? 0.5 : 0.1, draw.Inclusion);
            german += draw.Kept && slice.Value == "language=de" ? 1 : 0;
            english += draw.Kept && slice.Value == "language=en" ? 1 : 0;
        }

        // Four standard deviations: √(2000·¼)·4 = 89 and √(2000·0.09)·4 = 54.
        Assert.InRange(german, 911, 1089);
        Assert.InRange(english, 146, 254);
    }

    [Fact]
    public void AConversationIsDrawnAsAWhole()
    {
        var sampler = TrafficSampler.Of(SomeMonitor.Definition with { Sampler = new SamplerSettings { Rate = 0.5 } });

        for (var talk = 0; talk < 50; talk++)
        {
            var kept = Enumerable.Range(0, 4).Select(turn =>
                sampler.Decide(SomeMonitor.Interaction(talk * 4 + turn) with { Conversation = new($"talk-{talk}") }, SomeMonitor.Start).Draw.Kept);
            Assert.Single(kept.Distinct());
        }
    }

    [Fact]
    public void ABudgetIsSharedByTheGateways()
    {
        var sampler = TrafficSampler.Of(SomeMonitor.Definition with { Sampler = new SamplerSettings { Rate = 1, PerMinute = 100 } }).Sharing(4);

        var kept = 0;
        for (var i = 0; i < 1000; i++)
        {
            (sampler, var draw, _) = sampler.Decide(SomeMonitor.Interaction(i), SomeMonitor.Start.AddMilliseconds(i * 59));
            kept += draw.Kept ? 1 : 0;
        }

        Assert.InRange(kept, 1, 25);
    }

    [Fact]
    public void AChangedDefinitionDoesNotForgetWhatWasSpent()
    {
        var sampler = TrafficSampler.Of(SomeMonitor.Definition with { Sampler = new SamplerSettings { Rate = 1, PerDay = 50 } });
        var kept = 0;
        for (var i = 0; i < 4000; i++)
        {
            (sampler, var draw, _) = sampler.Decide(SomeMonitor.Interaction(i), SomeMonitor.Start.AddSeconds(i));
            kept += draw.Kept ? 1 : 0;
            sampler = i % 500 == 0 ? sampler.Under(SomeMonitor.Definition with { Sampler = new SamplerSettings { Rate = 0.5, PerDay = 40 } }, 1) : sampler;
        }

        Assert.InRange(kept, 1, 40);
        Assert.Equal(kept, sampler.Thinning.Day!.Kept);
    }

    [Fact]
    public void AFilterHoldsWhenAllItsConditionsDo()
    {
        var filter = new TrafficFilter { Applications = [new("shop")], Properties = ImmutableSortedDictionary<string, string>.Empty.Add("language", "de") };

        Assert.True(filter.Matches(SomeMonitor.Interaction(0)));
        Assert.False(filter.Matches(SomeMonitor.Interaction(1)));
        Assert.False(filter.Matches(SomeMonitor.Interaction(0) with { Application = new("bank") }));
        Assert.False((filter with { Models = ["m"] }).Matches(SomeMonitor.Interaction(0)));
        Assert.True(new TrafficFilter().Matches(SomeMonitor.Interaction(1)));
    }
}
