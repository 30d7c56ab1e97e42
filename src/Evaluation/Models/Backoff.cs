using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Assize.Evaluation.Models;

/// <summary>How long to wait before asking again: half a second, doubled each time up to half a minute, spread over ±25 % by who asks; never less than the provider wants, up to two minutes.</summary>
public static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>Who waits holds a case's place, and a header may say anything: an hour, or a date in the place of a duration.</summary>
    private static readonly TimeSpan LongestAsked = TimeSpan.FromMinutes(2);

    /// <param name="attempt">The attempt to come, from 2.</param>
    /// <param name="retryAfter">What the provider asked for.</param>
    /// <param name="who">Spreads those who failed together.</param>
    public static TimeSpan Before(int attempt, TimeSpan? retryAfter, string who)
    {
        var doubled = First * Math.Pow(2, Math.Min(attempt - 2, 10));
        var wait = (doubled < Longest ? doubled : Longest) * (0.75 + 0.5 * Spread(attempt, who));
        var asked = retryAfter is { } provider ? (provider < LongestAsked ? provider : LongestAsked) + wait * 0.1 : wait;
        return asked > wait ? asked : wait;
    }

    private static double Spread(int attempt, string who)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{attempt}|{who}"));
        return BinaryPrimitives.ReadUInt32BigEndian(hash) / (double)uint.MaxValue;
    }
}
