using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf.Collections;

namespace Assize.Cli.Exports;

/// <summary>One JSON object a line; a field that is absent is left out.</summary>
internal sealed class JsonLinesFile(Stream file, ExportColumn[] columns) : IExportFile
{
    // Text as it is: nothing here is pasted into a page unencoded.
    private readonly Utf8JsonWriter json = new(file, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public async Task Add(IReadOnlyList<V1.ExportRow> rows, CancellationToken cancellation)
    {
        foreach (var row in rows)
        {
            json.WriteStartObject();
            foreach (var column in columns)
            {
                Write(column.Name, column.Of(row));
            }

            json.WriteEndObject();
            await json.FlushAsync(cancellation);
            file.WriteByte((byte)'\n');
            json.Reset();
        }
    }

    public Task Finish(IReadOnlyDictionary<string, string> about, CancellationToken cancellation) => file.FlushAsync(cancellation);

    public ValueTask DisposeAsync() => json.DisposeAsync();

    private void Write(string name, object? value)
    {
        switch (value)
        {
            case null:
                break;
            case string text:
                json.WriteString(name, text);
                break;
            case int number:
                json.WriteNumber(name, number);
                break;
            case long number:
                json.WriteNumber(name, number);
                break;
            case double number:
                json.WriteNumber(name, number);
                break;
            case RepeatedField<string> texts:
                json.WriteStartArray(name);
                foreach (var text in texts)
                {
                    json.WriteStringValue(text);
                }

                json.WriteEndArray();
                break;
            default:
                throw new InvalidOperationException($"a column of type {value.GetType()} cannot be written");
        }
    }
}
