using Assize.Cli.Hosting;
using Assize.Evaluation;
using Assize.Evaluation.Drift;
using Assize.Grains;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Assize.Gateway.Tests.Shipped;

/// <summary>A budget that is split over slices, from interactions that go in over gRPC to what is judged of them.</summary>
public sealed class SplitBudgetTests
{
    private const int ADay = 2400;

    private static readonly DateTimeOffset Start = new(2026, 5, 4, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ARareSliceGetsItsFloorWhereTheTrafficArrives()
    {
        var folder = Directory.CreateTempSubdirectory("assize-split-").FullName;
        var calendar = new SimulatedCalendar(Start);
        await using (var cluster = await LocalCluster.Start(new ClusterOptions { Data = folder, Time = calendar }, Stop))
        await using (var connection = await Connection.Open(new ClusterOptions { Address = cluster.Address }, Stop))
        {
            await connection.Monitors.CreateMonitorAsync(new V1.CreateMonitorRequest { Definition = Definition() }, cancellationToken: Stop);
            using var traffic = connection.Traffic.Observe(cancellationToken: Stop);
            await Send(traffic, calendar, 0);
            // The first day is drawn by the rates of its second hour on, the next by those of the first day.
            await Send(traffic, calendar, 1);
            await traffic.RequestStream.CompleteAsync();

            var monitor = (await connection.Monitors.GetMonitorAsync(new V1.GetMonitorRequest { Monitor = "split" }, cancellationToken: Stop)).Monitor;
            Assert.Equal(Start.AddDays(1), monitor.PlanTime.ToDateTimeOffset());
            Assert.Equal(("language=de", 200, "language=fr", 20), (monitor.Plans[0].Slice, monitor.Plans.Sum(plan => plan.Planned), monitor.Plans[1].Slice, monitor.Plans[1].Floor));
            var status = await cluster.Grains.Monitor(TenantName.Default, new("split")).Status();
            BaselineScore[] french = [.. status!.Ledger.Watch.Learning.Scores.Where(score => score.Slice.Value == "language=fr")];
            // One in a hundred is French: 48 in two days, of which all alike would judge 4.
            Assert.InRange(french.Length, 28, 48);
            Assert.Contains(french, score => score.Inclusion == monitor.Plans[1].Rate);
            Assert.InRange(monitor.Counts.Scored, 300, 400);
        }

        Directory.Delete(folder, recursive: true);
    }

    private static V1.MonitorDefinition Definition() => new()
    {
        Name = "split",
        Sampler = new V1.SamplerSettings { Rate = 1, PerDay = 200, Allocation = new V1.AllocationSettings { Floor = 20 } },
        Judge = new V1.Judge { Name = "polite", Regex = new V1.RegexJudge { Pattern = "please", Per = V1.JudgeScope.Conversation } },
        Slices = { "language" },
        Baseline = new V1.BaselineSettings { Scores = 2000 },
    };

    private static async Task Send(AsyncDuplexStreamingCall<V1.ObserveRequest, V1.ObserveResponse> traffic, SimulatedCalendar calendar, int day)
    {
        const int Steps = 96;
        for (var step = 0; step < Steps; step++)
        {
            var now = Start.AddDays(day).AddMinutes(24 * 60 / Steps * step);
            calendar.Turn(now);
            var first = day * ADay + step * (ADay / Steps);
            await traffic.RequestStream.WriteAsync(new V1.ObserveRequest { Sequence = day * Steps + step + 1, Interactions = { Enumerable.Range(first, ADay / Steps).Select(i => Interaction(i, now)) } }, Stop);
            Assert.True(await traffic.ResponseStream.MoveNext(Stop));
            Assert.Empty(traffic.ResponseStream.Current.Refused);
        }
    }

    private static V1.Interaction Interaction(int i, DateTimeOffset time) => new()
    {
        Id = FormattableString.Invariant($"split-{i}"),
        Time = Timestamp.FromDateTimeOffset(time),
        Application = "shop",
        Messages = { new V1.Message { Role = V1.Role.User, Content = "Where is my parcel?" } },
        Response = i % 3 == 0 ? "Wait." : "Wait, please.",
        Properties = { ["language"] = i % 100 == 7 ? "fr" : "de" },
    };
}
