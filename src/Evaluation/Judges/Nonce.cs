using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace Assize.Evaluation.Judges;

/// <summary>
/// Words that only the installation can make, and makes the same way each time: HMAC-SHA-256 of what is judged under the installation's secret,
/// first 80 bits, in lower-case base 32. A retry and a resumed run so ask the identical prompt, and no author of a judged text can guess the word.
/// </summary>
[JsonConverter(typeof(NameConverter<Nonce>))]
public readonly record struct Nonce(string Value) : IName<Nonce>
{
    private const string Alphabet = "abcdefghijkmnpqrstuvwxyz23456789";

    public static Nonce Of(string value) => new(value);

    /// <summary>The nonce of a trial; every text that is shown to the judge goes into it.</summary>
    public static Nonce Of(InstallationSecret secret, string judgeFingerprint, TrialId id, Suites.Case @case, Response response, Response? opponent)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret.Bytes.Span);
        Add(mac, judgeFingerprint);
        Add(mac, id.Turn?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "all");
        foreach (var turn in @case.Turns)
        {
            foreach (var message in turn.Messages)
            {
                Add(mac, message.Content);
            }

            foreach (var reference in turn.References)
            {
                Add(mac, reference);
            }
        }

        Add(mac, response);
        if (opponent is not null)
        {
            Add(mac, opponent);
        }

        Span<byte> hash = stackalloc byte[32];
        mac.GetHashAndReset(hash);
        return new(Encode(hash[..10]));
    }

    /// <summary>The word of the second presentation order: made from this one, and no easier to guess.</summary>
    public Nonce Swapped() => new(Encode(SHA256.HashData(Encoding.UTF8.GetBytes(Value + " swapped")).AsSpan(0, 10)));

    public override string ToString() => Value;

    private static void Add(IncrementalHash mac, Response response)
    {
        foreach (var turn in response.Turns)
        {
            Add(mac, turn);
        }
    }

    private static void Add(IncrementalHash mac, string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var rented = System.Buffers.ArrayPool<byte>.Shared.Rent(length + 4);
        BitConverter.TryWriteBytes(rented, length);
        Encoding.UTF8.GetBytes(text, rented.AsSpan(4));
        mac.AppendData(rented.AsSpan(0, length + 4));
        System.Buffers.ArrayPool<byte>.Shared.Return(rented);
    }

    private static string Encode(ReadOnlySpan<byte> bits)
    {
        Span<char> word = stackalloc char[bits.Length * 8 / 5];
        for (var i = 0; i < word.Length; i++)
        {
            var bit = i * 5;
            var two = (bits[bit / 8] << 8) | (bit / 8 + 1 < bits.Length ? bits[bit / 8 + 1] : 0);
            word[i] = Alphabet[(two >> (11 - bit % 8)) & 31];
        }

        return new string(word);
    }
}

/// <summary>The installation's secret, at least 32 bytes; it keys nonces and is never written out.</summary>
public sealed class InstallationSecret
{
    public InstallationSecret(ReadOnlyMemory<byte> bytes) =>
        Bytes = bytes.Length >= 32 ? bytes : throw new ArgumentException("an installation's secret has at least 32 bytes", nameof(bytes));

    internal ReadOnlyMemory<byte> Bytes { get; }

    public override string ToString() => "(secret)";
}
