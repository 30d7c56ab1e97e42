using System.Security.Cryptography;
using System.Text;
using Assize.Evaluation;
using Assize.Evaluation.Notifications;
using Assize.Servers;
using Assize.Silo.Notifications;
using Microsoft.Extensions.Configuration;

namespace Assize.Silo.Tests.Notifications;

/// <summary>Notifications over real HTTP: signed, to declared addresses only, and nothing secret in what is said of them.</summary>
public sealed class WebhookTests : IDisposable
{
    private const string Secret = "0123456789abcdef0123456789abcdef";

    private readonly string folder = Directory.CreateTempSubdirectory("assize-webhooks-").FullName;
    private readonly WebhookReceiver receiver = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        receiver.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>RFC 2104 over <c>1764198000.{"version":1}</c>, computed with Python's hmac.</summary>
    [Fact]
    public void ASignatureIsTheHmacOfTimeAndBody() => Assert.Equal(
        "t=1764198000,v1=7738d7a8eb8f28f57b3962e54b17da526839bcc22db2eea39d3a847a8608c77d",
        Signature.Of(Encoding.UTF8.GetBytes(Secret), DateTimeOffset.FromUnixTimeSeconds(1764198000), """{"version":1}"""u8));

    [Fact]
    public async Task ANotificationIsPostedWithItsIdAndASignatureThatItsReceiverCanCheck()
    {
        using var webhooks = Declared();
        var notice = Notice("{\"version\":1,\"summary\":\"Qualität\"}");

        Assert.Null(await webhooks.Send(notice, Cancellation));

        var posted = Assert.Single(receiver.All);
        Assert.Equal(("/alarms", notice.Body, "default%2Fsupport%2F1-0%2Fopened"), (posted.Path, posted.Body, posted.Headers[Webhooks.IdHeader]));
        Assert.Equal("application/json; charset=utf-8", posted.Headers["Content-Type"]);
        var parts = posted.Headers[Signature.Header].Split(',').ToDictionary(part => part.Split('=')[0], part => part.Split('=')[1]);
        Assert.Equal(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes($"{parts["t"]}.{posted.Body}"))), parts["v1"]);
        Assert.InRange(DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts["t"], System.Globalization.CultureInfo.InvariantCulture)), TimeProvider.System.GetUtcNow().AddMinutes(-5), TimeProvider.System.GetUtcNow().AddSeconds(1));
    }

    [Fact]
    public async Task ARedirectionIsNotFollowedAndAnErrorIsSaidWithoutTheAddress()
    {
        using var webhooks = Declared();
        receiver.Answer(before => before == 0 ? 302 : 500);

        Assert.Equal("it answered with status 302", await webhooks.Send(Notice("{}"), Cancellation));
        Assert.Equal("it answered with status 500", await webhooks.Send(Notice("{}"), Cancellation));
        Assert.All(receiver.All, posted => Assert.Equal("/alarms", posted.Path));

        receiver.Dispose();
        Assert.Equal("no connection (ConnectionError)", await webhooks.Send(Notice("{}"), Cancellation));
    }

    [Fact]
    public async Task AReceiverThatDoesNotAnswerIsNotWaitedForLong()
    {
        using var webhooks = Declared(("Timeout", "00:00:00.2"));
        receiver.Answer(_ => 0);

        Assert.Equal("no answer within 0.2 s", await webhooks.Send(Notice("{}"), Cancellation));
        Assert.Equal("The channel is not declared any more.", await webhooks.Send(Notice("{}") with { Channel = new("chat") }, Cancellation));
    }

    [Fact]
    public void EveryMistakeInADeclarationIsToldAtOnce()
    {
        var wrong = Assert.Throws<EvaluationException>(() => Declared(
            ("GiveUpAfter", "00:00:00"), ("Channels:one:Url", "ftp://example.org"), ("Channels:one:Secret", Secret), ("Channels:two:Url", "https://example.org"),
            ("Channels:two:SecretEnvironment", "ASSIZE_TEST_NO_SUCH_SECRET"), ("Channels:three:Adress", "https://example.org")));

        Assert.Equal(
            [
                "Notifications:GiveUpAfter: A time has to be longer than nothing. Write it as in 00:00:10.",
                "Notifications:Channels:one:Url: 'ftp://example.org' is not an http or https address.",
                "Notifications:Channels:one:Secret: A secret does not belong into configuration. Put it into an environment variable and name that in SecretEnvironment, or into a file and name it in SecretFile.",
                "Notifications:Channels:one: The channel wants a secret, by which its receiver knows our notifications. Name its environment variable in SecretEnvironment, or its file in SecretFile.",
                "Notifications:Channels:three:Adress: There is no such setting here: 'Adress'. Allowed: Secret, SecretEnvironment, SecretFile, Url.",
                "Notifications:Channels:two:SecretEnvironment: The secret has 0 bytes, and needs at least 16. Make one with: openssl rand -hex 32",
            ],
            wrong.Mistakes.Select(mistake => mistake.ToString()));
    }

    private static Notice Notice(string body) => new("default/support/1-0/opened", new("pager"), 1, "opened", body, DateTimeOffset.UnixEpoch);

    private Webhooks Declared(params (string Key, string Value)[] more)
    {
        var file = Path.Combine(folder, "secret");
        File.WriteAllText(file, Secret + "\n");
        var settings = new Dictionary<string, string?>
        {
            ["Notifications:Channels:pager:Url"] = new Uri(receiver.Address, "alarms").ToString(), ["Notifications:Channels:pager:SecretFile"] = file,
        };
        foreach (var (key, value) in more)
        {
            settings[$"Notifications:{key}"] = value;
        }

        return DeclaredChannels.From(new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection("Notifications"), TimeProvider.System);
    }
}
