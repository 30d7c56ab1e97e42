using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Assize.Cluster.Tests;

/// <summary>What lies in a data folder, read past the program.</summary>
internal static class StoredState
{
    /// <summary>How many completions are on the disk.</summary>
    public static int Completions(string data)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(data, "assize.db")};Pooling=False");
        connection.Open();
        using var count = connection.CreateCommand();
        count.CommandText = "SELECT count(*) FROM state WHERE grain LIKE 'completion/%'";
        return Convert.ToInt32(count.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
