namespace Assize.Cli.Exports;

/// <summary>A file that is there whole or not at all: written beside its place under another name, and moved there at the end.</summary>
internal sealed class WholeFile : IAsyncDisposable
{
    private readonly string path;
    private readonly string unfinished;

    public WholeFile(string path)
    {
        this.path = Path.GetFullPath(path);
        unfinished = $"{this.path}.unfinished";
        Directory.CreateDirectory(Path.GetDirectoryName(this.path)!);
        Stream = new FileStream(unfinished, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, 64 * 1024);
    }

    public FileStream Stream { get; }

    public async Task Finish()
    {
        if (Stream.CanWrite)
        {
            Stream.Flush(flushToDisk: true);
        }

        await Stream.DisposeAsync();
        File.Move(unfinished, path, overwrite: true);
    }

    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync();
        File.Delete(unfinished);
    }
}
