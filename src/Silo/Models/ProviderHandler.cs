using System.Globalization;
using System.Net;

namespace Assize.Silo.Models;

/// <summary>Stands between a vendor's library and the network: a refusal of the provider becomes one kind of exception for all vendors, before any library can retry it.</summary>
internal sealed class ProviderHandler(HttpMessageHandler inner, TimeProvider time) : DelegatingHandler(inner)
{
    /// <summary>A provider may repeat much of what it was asked before it says what the attempt took.</summary>
    private const int LongestBody = 65_536;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            throw new ProviderException(response.StatusCode, Wait(response), body.Length > LongestBody ? body[..LongestBody] : body);
        }
    }

    private TimeSpan? Wait(HttpResponseMessage response)
    {
        if (response.Headers.TryGetValues("retry-after-ms", out var values)
            && double.TryParse(values.First(), CultureInfo.InvariantCulture, out var ms) && ms is >= 0 and < 1e8)
        {
            return TimeSpan.FromMilliseconds(ms);
        }

        return response.Headers.RetryAfter switch
        {
            { Delta: { } wait } => wait,
            { Date: { } date } => date - time.GetUtcNow() is var wait && wait > TimeSpan.Zero ? wait : TimeSpan.Zero,
            // A part of a second, which the header's own form does not know.
            _ when response.Headers.NonValidated.TryGetValues("Retry-After", out var said)
                && double.TryParse(said.First(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < 1e5 => TimeSpan.FromSeconds(seconds),
            _ => null,
        };
    }
}

/// <summary>A provider's answer that is not a reply.</summary>
internal sealed class ProviderException(HttpStatusCode status, TimeSpan? retryAfter, string body) : Exception($"status {(int)status}")
{
    public HttpStatusCode Status => status;

    public TimeSpan? RetryAfter => retryAfter;

    public string Body => body;
}
