using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf.Collections;
using Google.Protobuf.Reflection;
using Parquet;
using Parquet.Schema;

namespace Assize.Cli.Exports;

/// <summary>Apache Parquet with typed columns; lists are JSON in a text column, as in the lines. Rows go out in groups, so that memory does not grow with the file.</summary>
internal sealed class ParquetFile : IExportFile
{
    private const int RowsOfAGroup = 50_000;

    /// <summary>Bytes of a group before it is compressed, roughly.</summary>
    private const long BytesOfAGroup = 32 * 1024 * 1024;

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ExportColumn[] columns;
    private readonly DataField[] fields;
    private readonly ParquetWriter writer;
    private readonly List<V1.ExportRow> group = [];
    private long bytes;
    private bool finished;

    private ParquetFile(ExportColumn[] columns, DataField[] fields, ParquetWriter writer) => (this.columns, this.fields, this.writer) = (columns, fields, writer);

    public static async Task<ParquetFile> Open(Stream file, ExportColumn[] columns, CancellationToken cancellation)
    {
        var schema = new ParquetSchema(columns.Select(FieldOf));
        return new ParquetFile(columns, schema.DataFields, await ParquetWriter.CreateAsync(schema, file, cancellationToken: cancellation));
    }

    public async Task Add(IReadOnlyList<V1.ExportRow> rows, CancellationToken cancellation)
    {
        foreach (var row in rows)
        {
            group.Add(row);
            bytes += row.CalculateSize();
            if (group.Count >= RowsOfAGroup || bytes >= BytesOfAGroup)
            {
                await WriteGroup(cancellation);
            }
        }
    }

    public async Task Finish(IReadOnlyDictionary<string, string> about, CancellationToken cancellation)
    {
        if (group.Count > 0)
        {
            await WriteGroup(cancellation);
        }

        writer.CustomMetadata = new Dictionary<string, string>(about);
        finished = true;
        await writer.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!finished)
        {
            await writer.DisposeAsync();
        }
    }

    private static Field FieldOf(ExportColumn column) => column switch
    {
        { IsList: true } or { Type: FieldType.String or FieldType.Enum } => new DataField<string>(column.Name, column.MayBeAbsent && !column.IsList),
        { Type: FieldType.Int32 } => new DataField(column.Name, typeof(int), column.MayBeAbsent),
        { Type: FieldType.Int64 } => new DataField(column.Name, typeof(long), column.MayBeAbsent),
        { Type: FieldType.Double } => new DataField(column.Name, typeof(double), column.MayBeAbsent),
        _ => throw new InvalidOperationException($"column {column.Name} has a type that Parquet files here do not have"),
    };

    private async Task WriteGroup(CancellationToken cancellation)
    {
        using (var rows = writer.CreateRowGroup())
        {
            for (var i = 0; i < columns.Length; i++)
            {
                await Write(rows, fields[i], columns[i], cancellation);
            }

            rows.CompleteValidate();
        }

        group.Clear();
        bytes = 0;
    }

    private Task Write(ParquetRowGroupWriter rows, DataField field, ExportColumn column, CancellationToken cancellation) => column.IsList
        ? rows.WriteAsync(field, [.. group.Select(row => JsonSerializer.Serialize((RepeatedField<string>)column.Of(row)!, Plain))])
        : column.Type switch
        {
            FieldType.Int32 => Numbers<int>(rows, field, column, cancellation),
            FieldType.Int64 => Numbers<long>(rows, field, column, cancellation),
            FieldType.Double => Numbers<double>(rows, field, column, cancellation),
            _ => rows.WriteAsync(field, [.. group.Select(row => (string)column.Of(row)!)]),
        };

    private Task Numbers<T>(ParquetRowGroupWriter rows, DataField field, ExportColumn column, CancellationToken cancellation)
        where T : struct => column.MayBeAbsent
            ? rows.WriteAsync<T>(field, group.Select(row => (T?)column.Of(row)).ToArray().AsMemory(), cancellationToken: cancellation)
            : rows.WriteAsync<T>(field, group.Select(row => (T)column.Of(row)!).ToArray().AsMemory(), cancellationToken: cancellation);
}
