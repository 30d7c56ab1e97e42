using System.Text;
using Assize.Silo.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Runtime;

namespace Assize.Silo.Tests.Storage;

/// <summary>A store used without Orleans: text by text.</summary>
internal static class Records
{
    public static SqliteStore Open(string path, Func<SqliteStoreOptions, SqliteStoreOptions>? with = null)
    {
        var options = new SqliteStoreOptions { Path = path, LockTimeout = TimeSpan.FromMilliseconds(50) };
        return SqliteStore.Open(with?.Invoke(options) ?? options, NullLogger<SqliteStore>.Instance);
    }

    public static RowKey Key(string key) => RowKey.Of(GrainId.Create("record", key), "text");

    public static Task<ChangeResult> WriteAsync(this SqliteStore store, string key, long? known, string text) => store.WriteOrGiveUpAsync(key, known, text, default);

    public static Task<ChangeResult> WriteOrGiveUpAsync(this SqliteStore store, string key, long? known, string text, CancellationToken token) =>
        store.WriteAsync(Key(key), known, Encoding.UTF8.GetBytes(text), token);

    public static Task<ChangeResult> ClearAsync(this SqliteStore store, string key, long? known) => store.ClearAsync(Key(key), known, default);

    public static async Task PutAsync(this SqliteStore store, string key, string text) =>
        Assert.True((await store.WriteAsync(key, store.Read(Key(key))?.Etag, text)).Applied);

    public static string? Get(this SqliteStore store, string key) => store.Read(Key(key)) is { } found ? Encoding.UTF8.GetString(found.Data.Span) : null;
}
