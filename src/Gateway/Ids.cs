using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Assize.Gateway;

/// <summary>Ids made at the edge: 26 characters that sort by time, 48 bits of milliseconds and 80 bits of chance (the layout of a ULID).</summary>
internal static class Ids
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    private static readonly System.Buffers.SearchValues<char> Letters = System.Buffers.SearchValues.Create(Alphabet);

    public static string New(DateTimeOffset now)
    {
        Span<byte> bits = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bits, now.ToUnixTimeMilliseconds() << 16);
        RandomNumberGenerator.Fill(bits[6..]);
        var number = BinaryPrimitives.ReadUInt128BigEndian(bits);
        Span<char> text = stackalloc char[26];
        for (var i = text.Length - 1; i >= 0; i--)
        {
            text[i] = Alphabet[(int)(number & 31)];
            number >>= 5;
        }

        return new string(text);
    }

    public static bool IsRun(string text) => text.Length == 26 && !text.AsSpan().ContainsAnyExcept(Letters);
}

/// <summary>Pages of a list: an opaque token says after what the next page starts.</summary>
internal static class Paging
{
    public static int Size(int asked, int usual, int most) => asked switch
    {
        < 0 => throw new Evaluation.EvaluationException([new Evaluation.Mistake("A page cannot have a negative size.", "Give 0 for the usual size.") { Field = "page_size" }]),
        0 => usual,
        _ => Math.Min(asked, most),
    };

    public static string Write(string after) => System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(after));

    public static string? Read(string token)
    {
        if (token.Length == 0)
        {
            return null;
        }

        try
        {
            return System.Text.Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(token));
        }
        catch (FormatException)
        {
            throw new Evaluation.EvaluationException([new Evaluation.Mistake("This is not a page token of this server.", "Give the token of the page before, as it came.") { Field = "page_token" }]);
        }
    }
}
