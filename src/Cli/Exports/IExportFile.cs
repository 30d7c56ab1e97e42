namespace Assize.Cli.Exports;

/// <summary>A file of exported rows in one of the forms.</summary>
internal interface IExportFile : IAsyncDisposable
{
    Task Add(IReadOnlyList<V1.ExportRow> rows, CancellationToken cancellation);

    /// <summary>Writes what is left, and what the whole is where the form has a place for it.</summary>
    Task Finish(IReadOnlyDictionary<string, string> about, CancellationToken cancellation);
}
