namespace Assize.Evaluation.Sampling;

/// <summary>Keeps a share of the traffic by the hash of its keys: stateless, and all that shares a key (a conversation) is kept or left together.</summary>
/// <param name="Salt">One for each monitor, so that two monitors do not draw the same traffic.</param>
/// <param name="Rate">The share that is kept, 0 to 1; it is exactly the inclusion probability π.</param>
public sealed record HashSampler(Salt Salt, double Rate)
{
    /// <summary>What is decided about a key; at another rate than the sampler's own where a stratum or a budget asks for it.</summary>
    public Draw Decide(string key, double? rate = null)
    {
        var share = Math.Clamp(rate ?? Rate, 0, 1);
        var hash = KeyHash.Of(Salt, key);
        return new Draw(hash, share, hash.Below(share));
    }
}

/// <summary>A decision whether to judge, with what is needed to weight it later.</summary>
/// <param name="Hash">Where the key lies; a lower rate keeps it only if it lies below that too.</param>
/// <param name="Inclusion">π, the probability with which the key was kept, fixed before anything was known of its score; stored with the sample.</param>
/// <param name="Kept">Whether it is judged.</param>
public readonly record struct Draw(KeyHash Hash, double Inclusion, bool Kept);
