using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Assize.Servers;

/// <summary>A server of somebody else's, started for a test on a free loopback port and stopped by its process id; it can be killed, stopped for a while and started again on the same port and folder.</summary>
public abstract class ServerProcess : IAsyncDisposable
{
    private const int FirstPort = 20_000;

    private const int Ports = 12_000;

    private static int given = Environment.ProcessId * 101 % Ports;

    private readonly string folder = Directory.CreateTempSubdirectory("assize-server-").FullName;
    private Process? process;

    protected ServerProcess() => Port = FreePort();

    public int Port { get; }

    public int ProcessId => process?.Id ?? throw new InvalidOperationException($"{GetType().Name} is not running");

    /// <summary>Where the server keeps its files; it goes with the server.</summary>
    protected string Folder => folder;

    /// <summary>The program and its arguments.</summary>
    protected abstract (string Program, string[] Arguments) Command { get; }

    /// <summary>Starts the server, also after <see cref="Kill"/>, and returns when it takes connections.</summary>
    public async Task Start(CancellationToken cancellation)
    {
        var (program, arguments) = Command;
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        var said = new System.Text.StringBuilder();
        process.ErrorDataReceived += (_, line) => said.AppendLine(line.Data);
        process.BeginErrorReadLine();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await Answers(deadline.Token))
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"{program} ended at once with code {process.ExitCode.ToString(CultureInfo.InvariantCulture)}: {said}");
            }

            await often.WaitForNextTickAsync(deadline.Token);
        }
    }

    /// <summary>SIGKILL: the server says nothing and flushes nothing.</summary>
    public async Task Kill()
    {
        if (process is { HasExited: false })
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
    }

    /// <summary>SIGTERM: the server ends in its own way, and what it was told is on its disk.</summary>
    public async Task Stop(CancellationToken cancellation)
    {
        using (var signal = Process.Start("/bin/sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -TERM {ProcessId}")]))
        {
            await signal.WaitForExitAsync(cancellation);
        }

        await process!.WaitForExitAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await Kill();
        process?.Dispose();
        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>A loopback port that nobody has: below those the system gives to outgoing connections, or one of these could take it before the server does; and never the same twice.</summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = FirstPort + Interlocked.Increment(ref given) % Ports;
            try
            {
                // Held and not listened on: another test may be waiting for its server there.
                using var holder = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                holder.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken; the next one may not be.
                continue;
            }
        }
    }

    private async Task<bool> Answers(CancellationToken cancellation)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, Port, cancellation);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
