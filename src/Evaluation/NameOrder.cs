namespace Assize.Evaluation;

/// <summary>Names in ordinal order, the same on every machine.</summary>
public sealed class NameOrder<T> : IComparer<T>
    where T : struct, IName<T>
{
    public static NameOrder<T> Ordinal { get; } = new();

    public int Compare(T x, T y) => string.CompareOrdinal(x.Value, y.Value);
}
