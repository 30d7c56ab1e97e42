using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;

namespace Assize.Cli.Tests.Commands;

public sealed class SecretTests
{
    private const string Key = "sk-planted-7f3a9c51e0b24d68";

    [Fact]
    public async Task AKeyThatTheProviderEchoesIsNowhereToBeFound()
    {
        var stop = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("assize-secret-").FullName;
        var asked = new ConcurrentQueue<string?>();
        await using var stub = await Echo(asked, stop);
        var (suite, config, data) = (Path.Combine(folder, "suite.yaml"), Path.Combine(folder, "models.json"), Path.Combine(folder, "data"));
        await File.WriteAllTextAsync(suite, """
            name: secret
            cases: cases.jsonl
            candidates:
              - name: a
                responses: a.jsonl
            judges:
              - name: quality
                type: score
                model: echo
                criteria:
                  - name: correct
                    question: Is it correct?
                    scale: { min: 1, max: 5 }
            """, stop);
        await File.WriteAllTextAsync(Path.Combine(folder, "cases.jsonl"), """{"id":"c-1","input":"What is 1 plus 1?","reference":"2"}""" + "\n", stop);
        await File.WriteAllTextAsync(Path.Combine(folder, "a.jsonl"), """{"id":"c-1","response":"2"}""" + "\n", stop);
        await File.WriteAllTextAsync(config, JsonSerializer.Serialize(new
        {
            Models = new { echo = new { Provider = "openai", Model = "gpt-test", Endpoint = stub.Urls.Single() + "/v1", ApiKeyEnvironment = "ASSIZE_TEST_KEY", Limits = new { MaxAttempts = 2 } } },
        }), stop);

        var environment = new Dictionary<string, string> { ["ASSIZE_TEST_KEY"] = Key };
        string[] place = ["--data", data, "--config", config, "--verbose"];
        var ended = await AssizeProgram.Run(environment, ["run", suite, "-o", "json", .. place]);
        Assert.True(ended.Code == 0, ended.Error);
        Assert.Contains(asked, header => header == $"Bearer {Key}");
        var run = JsonElement.Parse(ended.Out).GetProperty("run").GetString()!;
        var results = await AssizeProgram.Run(environment, ["results", run, "-o", "json", .. place]);
        Assert.Equal("REASON_PROVIDER_ERROR", JsonElement.Parse(results.Out).GetProperty("unscored").GetProperty("reason").GetString());

        foreach (var text in new[] { ended.Out, ended.Error, results.Out, results.Error })
        {
            Assert.DoesNotContain(Key, text, StringComparison.Ordinal);
        }

        var files = Directory.GetFiles(data, "*", SearchOption.AllDirectories);
        Assert.Contains(files, file => new FileInfo(file).Length > 1000);
        foreach (var file in files)
        {
            var bytes = await File.ReadAllBytesAsync(file, stop);
            Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Key)) < 0, $"the key is in {file}");
            Assert.True(bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes(Key)) < 0, $"the key is in {file}");
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task<Microsoft.AspNetCore.Builder.WebApplication> Echo(ConcurrentQueue<string?> asked, CancellationToken stop)
    {
        // Empty: the program's own settings file lies beside this test and would open its ports.
        var builder = Microsoft.AspNetCore.Builder.WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        Microsoft.AspNetCore.Builder.RunExtensions.Run(app, async context =>
        {
            var header = context.Request.Headers.Authorization.ToString();
            asked.Enqueue(header);
            context.Response.StatusCode = (int)HttpStatusCode.InternalServerError;
            var body = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { error = new { message = $"cannot serve {header}", type = "server_error" } }));
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        });
        await app.StartAsync(stop);
        return app;
    }
}
