using Microsoft.Win32.SafeHandles;

namespace Assize.Cli.Suites;

/// <summary>
/// The lines of a file, with their place in it, read in large blocks and without holding more than one. A CSV row counts as one line even where
/// its quoted cells hold line breaks.
/// </summary>
internal sealed class LineFile : IDisposable
{
    private const int SmallBlock = 8 * 1024;
    private const int LargeBlock = 256 * 1024;

    private readonly SafeFileHandle handle;
    private readonly long length;
    private readonly bool quoted;
    private readonly int longest;
    private byte[] buffer = new byte[LargeBlock];
    private long bufferAt;
    private int filled;
    private int next;
    private int nextNumber = 1;
    private int block = LargeBlock;
    private int start;
    private int end;

    /// <param name="file">What is read, up to the length it had when it was found.</param>
    /// <param name="quoted">Whether a line break inside double quotes belongs to the line.</param>
    /// <param name="longest">How many bytes a line may have.</param>
    public LineFile(SourceFile file, bool quoted, int longest)
    {
        (this.quoted, this.longest, length) = (quoted, longest, file.Length);
        handle = File.OpenHandle(file.FullPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Fill();
        if (buffer.AsSpan(0, filled).StartsWith("\uFEFF"u8))
        {
            next = 3;
        }
    }

    /// <summary>The line without its end; empty where it is too long.</summary>
    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(start, end - start);

    /// <summary>The same, until the next line is read.</summary>
    public ReadOnlyMemory<byte> Memory => buffer.AsMemory(start, end - start);

    /// <summary>Where the line begins, in bytes from the file's start.</summary>
    public long Offset { get; private set; }

    /// <summary>The number of the line's first line, counted from 1.</summary>
    public int Number { get; private set; }

    /// <summary>Whether the line has more bytes than it may have; it was skipped.</summary>
    public bool TooLong { get; private set; }

    /// <summary>Whether the file ended inside a quoted cell.</summary>
    public bool Unclosed { get; private set; }

    /// <summary>Where the next line begins.</summary>
    private long NextOffset => bufferAt + next;

    /// <summary>Reads the next line; false at the end of the file.</summary>
    public bool Read()
    {
        (Offset, Number, TooLong, Unclosed) = (NextOffset, nextNumber, false, false);
        var (scanned, inQuotes) = (next, false);
        while (true)
        {
            if (FindEnd(ref scanned, ref inQuotes))
            {
                (start, end, next) = (next, scanned, scanned + 1);
                break;
            }

            if (filled - next > longest)
            {
                TooLong = true;
                next = scanned = filled;
            }

            var kept = scanned - next;
            if (!Fill())
            {
                if (filled == next && !TooLong)
                {
                    return false;
                }

                (start, end, next, Unclosed) = (next, filled, filled, inQuotes);
                break;
            }

            scanned = next + kept;
        }

        nextNumber++;
        TooLong |= end - start > longest;
        if (TooLong)
        {
            end = start;
        }
        else if (end > start && buffer[end - 1] == '\r')
        {
            end--;
        }

        return true;
    }

    /// <summary>Makes a line the next one to be read; free when it is the next one anyway.</summary>
    public void Seek(long offset, int number)
    {
        nextNumber = number;
        if (offset == NextOffset)
        {
            return;
        }

        if (offset >= bufferAt && offset < bufferAt + filled)
        {
            next = (int)(offset - bufferAt);
            return;
        }

        (bufferAt, filled, next, block) = (offset, 0, 0, SmallBlock);
    }

    public void Dispose() => handle.Dispose();

    /// <summary>Moves on to the line's end; false when it is not in the buffer.</summary>
    private bool FindEnd(ref int scanned, ref bool inQuotes)
    {
        while (scanned < filled)
        {
            var rest = buffer.AsSpan(scanned, filled - scanned);
            var found = quoted ? rest.IndexOfAny((byte)'\n', (byte)'"') : rest.IndexOf((byte)'\n');
            if (found < 0)
            {
                break;
            }

            scanned += found;
            if (buffer[scanned] == '\n' && !inQuotes)
            {
                return true;
            }

            if (buffer[scanned] == '\n')
            {
                nextNumber++;
            }
            else
            {
                inQuotes = !inQuotes;
            }

            scanned++;
        }

        scanned = filled;
        return false;
    }

    /// <summary>Reads another block behind what is still needed; false at the end of the file.</summary>
    private bool Fill()
    {
        var kept = filled - next;
        var wanted = (int)Math.Min(block, length - bufferAt - filled);
        if (wanted <= 0)
        {
            return false;
        }

        if (kept + wanted > buffer.Length)
        {
            var larger = new byte[Math.Max(buffer.Length * 2, kept + wanted)];
            buffer.AsSpan(next, kept).CopyTo(larger);
            buffer = larger;
        }
        else
        {
            buffer.AsSpan(next, kept).CopyTo(buffer);
        }

        (bufferAt, filled, next) = (bufferAt + next, kept, 0);
        var read = RandomAccess.Read(handle, buffer.AsSpan(kept, wanted), bufferAt + kept);
        filled += read;
        block = Math.Min(block * 2, LargeBlock);
        return read > 0;
    }
}
