using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Assize.Evaluation.Models;

/// <summary>A prompt to be completed once, and on whose account.</summary>
public sealed record CompletionRequest
{
    public required TenantName Tenant { get; init; }

    public required RunId Run { get; init; }

    /// <summary>How it counts against others when permits are scarce.</summary>
    public Standing Standing { get; init; } = Standing.Usual;

    public required Prompt Prompt { get; init; }

    /// <summary>Whether the reply may rest in storage, where the next one to ask finds it; a reply can quote what it is about.</summary>
    public bool Keep { get; init; } = true;

    /// <summary>Which use asks; the first one to ask pays, and later ones read what it paid for.</summary>
    public required string Payer { get; init; }

    /// <summary>
    /// The identity of the completion: SHA-256 over the tenant, the model's fingerprint, and the whole prompt, every part preceded by its length.
    /// Who asks is not a part of it.
    /// </summary>
    public static CompletionKey KeyOf(TenantName tenant, ModelCard card, Prompt prompt)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, tenant.Value);
        Add(hash, card.Fingerprint);
        foreach (var message in prompt.Messages)
        {
            Add(hash, message.Role switch { Suites.Role.System => "system", Suites.Role.User => "user", _ => "assistant" });
            Add(hash, message.Content);
        }

        Add(hash, prompt.Schema?.Json ?? "");
        Span<byte> settings = stackalloc byte[20];
        BinaryPrimitives.WriteDoubleLittleEndian(settings, prompt.Temperature ?? double.MinValue);
        BinaryPrimitives.WriteInt64LittleEndian(settings[8..], prompt.MaxTokens ?? -1);
        BinaryPrimitives.WriteInt32LittleEndian(settings[16..], prompt.Sample);
        hash.AppendData(settings);
        Span<byte> digest = stackalloc byte[32];
        hash.GetHashAndReset(digest);
        return new CompletionKey(System.Buffers.Text.Base64Url.EncodeToString(digest));
    }

    private static void Add(IncrementalHash hash, string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var rented = System.Buffers.ArrayPool<byte>.Shared.Rent(length + 4);
        BinaryPrimitives.WriteInt32LittleEndian(rented, length);
        Encoding.UTF8.GetBytes(text, rented.AsSpan(4));
        hash.AppendData(rented.AsSpan(0, length + 4));
        System.Buffers.ArrayPool<byte>.Shared.Return(rented);
    }
}

/// <summary>A reply that is kept for as long as there is a run that used it, and whose account it was paid from.</summary>
public sealed record PaidCompletion(Completion.Replied Reply, string Payer)
{
    /// <summary>The most users that are remembered: whoever needs a reply longest is among the latest, and a reply that a thousand runs share stays small.</summary>
    public const int MostUsers = 8;

    /// <summary>The runs that used it, latest last.</summary>
    public required ImmutableArray<RunId> Users { get; init; }

    public PaidCompletion UsedBy(RunId run) => Users.Contains(run) ? this : this with { Users = [.. Users.TakeLast(MostUsers - 1), run] };

    /// <summary>What is left when a run needs it no more; null when nobody does.</summary>
    public PaidCompletion? Without(RunId run) => Users.Contains(run)
        ? Users.Length == 1 ? null : this with { Users = Users.Remove(run) }
        : this;
}
