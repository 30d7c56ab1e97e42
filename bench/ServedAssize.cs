using System.Diagnostics;
using System.Globalization;
using Assize.Servers;
using Grpc.Core;
using Grpc.Net.Client;

namespace Assize.Bench;

/// <summary>A process of the program that serves on SQLite in a folder of its own, and a client of its API.</summary>
internal sealed class ServedAssize : IAsyncDisposable
{
    private readonly Process process;
    private readonly GrpcChannel channel;
    private readonly string data;

    private ServedAssize(Process process, string address, string data)
    {
        (this.process, this.data) = (process, data);
        channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { MaxReceiveMessageSize = 64 * 1024 * 1024 });
        (Runs, Suites) = (new V1.RunService.RunServiceClient(channel), new V1.SuiteService.SuiteServiceClient(channel));
        (Monitors, Traffic) = (new V1.MonitorService.MonitorServiceClient(channel), new V1.TrafficService.TrafficServiceClient(channel));
    }

    public V1.RunService.RunServiceClient Runs { get; }

    public V1.SuiteService.SuiteServiceClient Suites { get; }

    public V1.MonitorService.MonitorServiceClient Monitors { get; }

    public V1.TrafficService.TrafficServiceClient Traffic { get; }

    public (double Cpu, double Peak) Usage => MeasuredProcess.Usage(process.Id)!.Value;

    public double Resident => MeasuredProcess.Rss(process.Id).First();

    public long Stored => Directory.EnumerateFiles(data, "assize.db*").Sum(file => new FileInfo(file).Length);

    public static async Task<ServedAssize> Up(string program, string folder, IReadOnlyDictionary<string, string> settings)
    {
        static string Port() => ServerProcess.FreePort().ToString(CultureInfo.InvariantCulture);
        var (grpc, data) = (Port(), Path.Combine(folder, $"data-{Guid.CreateVersion7()}"));
        var start = new ProcessStartInfo(program, ["up", "--data", data]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        foreach (var (key, value) in new Dictionary<string, string>(settings)
        {
            ["Orleans__Endpoints__SiloPort"] = Port(),
            ["Orleans__Endpoints__GatewayPort"] = "0",
            ["Kestrel__Endpoints__Grpc__Url"] = $"http://127.0.0.1:{grpc}",
            ["Kestrel__Endpoints__Health__Url"] = $"http://127.0.0.1:{Port()}",
            ["Logging__LogLevel__Default"] = "Error",
        })
        {
            start.Environment[key] = value;
        }

        var process = Process.Start(start)!;
        process.BeginErrorReadLine();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("Assize serves", StringComparison.Ordinal))
            {
                _ = process.StandardOutput.ReadToEndAsync();
                return new ServedAssize(process, $"http://127.0.0.1:{grpc}", data);
            }
        }

        throw new InvalidOperationException("the program ended before it served");
    }

    /// <summary>Stores a suite of generated cases; announcing another number spreads them over more shards or fewer.</summary>
    public async Task Create(string name, int first, int cases, long announced)
    {
        using var call = Suites.CreateSuite();
        await call.RequestStream.WriteAsync(new V1.CreateSuiteRequest
        {
            Header = new V1.SuiteHeader
            {
                AnnouncedCases = announced,
                Definition = new V1.SuiteDefinition
                {
                    Name = name,
                    Candidates = { new V1.Candidate { Name = "recorded", Recorded = new V1.RecordedCandidate() } },
                    Judges = { new V1.Judge { Name = "quality", Score = new V1.ScoreJudge { Model = "judge", Criteria = { new V1.Criterion { Name = "helpfulness", Question = "Does the answer help?", Scale = new V1.Scale { Min = 1, Max = 10 } } } } } },
                },
            },
        });
        foreach (var some in Enumerable.Range(first, cases).Chunk(500))
        {
            await call.RequestStream.WriteAsync(new V1.CreateSuiteRequest { Exhibits = new V1.ExhibitBatch { Exhibits = { some.Select(Exhibit) } } });
        }

        await call.RequestStream.CompleteAsync();
        await call;
    }

    public async ValueTask DisposeAsync()
    {
        channel.Dispose();
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(data, recursive: true);
    }

    private static V1.Exhibit Exhibit(int i)
    {
        var (question, answer) = GeneratedCases.Of(i);
        return new V1.Exhibit
        {
            Case = new V1.Case { Id = $"case-{i.ToString(CultureInfo.InvariantCulture)}", Turns = { new V1.Turn { Messages = { new V1.Message { Role = V1.Role.User, Content = question } } } } },
            Responses = { new V1.RecordedResponse { Candidate = "recorded", Turns = { answer } } },
        };
    }
}
