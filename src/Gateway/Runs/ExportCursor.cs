using System.Collections.Immutable;
using System.Globalization;
using Assize.Evaluation;

namespace Assize.Gateway.Runs;

/// <summary>How far an export has come: shards that are sent whole, and places in those after them, which a run at work may have begun.</summary>
/// <param name="Done">All shards before this one are sent whole.</param>
/// <param name="Cases">Cases sent.</param>
/// <param name="Places">Cases sent of later shards, by the shard.</param>
internal sealed record ExportCursor(int Done, long Cases, ImmutableSortedDictionary<int, int> Places)
{
    public static ExportCursor Start { get; } = new(0, 0, ImmutableSortedDictionary<int, int>.Empty);

    public int Of(int shard) => Places.GetValueOrDefault(shard);

    public ExportCursor Past(int shard, int cases) => this with { Cases = Cases + cases, Places = Places.SetItem(shard, Of(shard) + cases) };

    /// <summary>Says that a shard is sent whole; later ones that were are found so again when their turn comes.</summary>
    public ExportCursor Finish(int shard) => shard == Done ? this with { Done = Done + 1, Places = Places.Remove(shard) } : this;

    public static ExportCursor Read(string token)
    {
        if (Paging.Read(token) is not { } text)
        {
            return Start;
        }

        var parts = text.Split('|');
        var places = ImmutableSortedDictionary.CreateBuilder<int, int>();
        if (parts.Length != 3 || !Number(parts[0], out var done) || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var cases))
        {
            throw Wrong();
        }

        foreach (var place in parts[2].Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = place.Split('.');
            places[pair.Length == 2 && Number(pair[0], out var shard) ? shard : throw Wrong()] = Number(pair[1], out var sent) ? sent : throw Wrong();
        }

        return new ExportCursor(done, cases, places.ToImmutable());
    }

    public string Token() => Paging.Write(string.Create(
        CultureInfo.InvariantCulture, $"{Done}|{Cases}|{string.Join(',', Places.Select(place => string.Create(CultureInfo.InvariantCulture, $"{place.Key}.{place.Value}")))}"));

    private static bool Number(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static EvaluationException Wrong() => new([new Mistake("This is not a cursor of an export.", "Give the cursor of an earlier message, as it came.") { Field = "cursor" }]);
}
