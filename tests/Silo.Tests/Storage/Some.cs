using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Orleans;
using Orleans.Runtime;

namespace Assize.Silo.Tests.Storage;

/// <summary>Values that do not matter to a test.</summary>
internal static class Some
{
    private static int _count;

    public static string Key() => string.Create(CultureInfo.InvariantCulture, $"k{Interlocked.Increment(ref _count)}-{Environment.ProcessId}-");

    public static GrainId Grain() => GrainId.Create("note", Key());

    /// <summary>A text of that many characters that compresses about as far as prose does.</summary>
    public static string Text(int length)
    {
        var text = new StringBuilder(length + 16);
        for (var i = 0L; text.Length < length; i++)
        {
            text.Append((i * 2654435761 % 1_000_003).ToString(CultureInfo.InvariantCulture)).Append(' ');
        }

        return text.ToString(0, length);
    }
}

/// <summary>A state to store.</summary>
[GenerateSerializer]
public sealed class Note
{
    [Id(0)]
    public string Text { get; set; } = "";

    [Id(1)]
    public List<int> Numbers { get; init; } = [];

    internal static NoteState Of(string text, params int[] numbers) => new() { State = new Note { Text = text, Numbers = [.. numbers] } };
}

/// <summary>What a grain holds of its stored note.</summary>
internal sealed class NoteState : IGrainState<Note>
{
    [AllowNull]
    public Note State { get; set => field = value ?? new Note(); } = new();

    public string? ETag { get; set; }

    public bool RecordExists { get; set; }
}
