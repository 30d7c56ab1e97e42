using Assize.Evaluation;

namespace Assize.Silo.Tls;

/// <summary>How the processes of a cluster prove to each other who they are; section <c>Tls</c> of the configuration.</summary>
public sealed record TlsOptions
{
    /// <summary>A PEM file with the certificate that is shown, followed by the intermediate ones between it and its authority.</summary>
    public string Certificate { get; init; } = "";

    /// <summary>A PEM file with the certificate's private key, not encrypted.</summary>
    public string Key { get; init; } = "";

    /// <summary>A PEM file with the authorities whose certificates are believed; no others are.</summary>
    public string Authority { get; init; } = "";

    /// <summary>The DNS names of which a peer's certificate must carry one; the names of the own certificate when there are none.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>How long a peer may take to prove who it is; more than zero.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the files are looked at for new contents; more than zero.</summary>
    public TimeSpan ReadEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long before its expiry a certificate counts as a fault of health.</summary>
    public TimeSpan WarnBefore { get; init; } = TimeSpan.FromDays(7);

    /// <summary>The section's settings, or null where nothing is set and connections stay in plain text.</summary>
    /// <exception cref="TlsException">The settings are incomplete or out of range; every mistake is listed.</exception>
    public static TlsOptions? From(IConfiguration configuration)
    {
        var section = configuration.GetSection("Tls");
        if (section.AsEnumerable().All(setting => string.IsNullOrWhiteSpace(setting.Value)))
        {
            return null;
        }

        // A misspelt Names would otherwise let in more than was meant.
        var unknown = new List<Mistake>();
        if (section.Declared<TlsOptions>(unknown) is not { } options)
        {
            throw new TlsException($"The section Tls of the configuration cannot be read. {string.Join(" ", unknown)}");
        }

        var mistakes = options.Mistakes().ToArray();
        return mistakes.Length == 0
            ? options
            : throw new TlsException($"The section Tls of the configuration is not complete: {string.Join("; ", mistakes)}. Set all of Certificate, Key and Authority, or nothing in this section for connections in plain text.");
    }

    private IEnumerable<string> Mistakes()
    {
        foreach (var (name, file) in new[] { (nameof(Certificate), Certificate), (nameof(Key), Key), (nameof(Authority), Authority) })
        {
            if (string.IsNullOrWhiteSpace(file))
            {
                yield return $"{name} is missing (a PEM file)";
            }
        }

        foreach (var (name, time) in new[] { (nameof(HandshakeTimeout), HandshakeTimeout), (nameof(ReadEvery), ReadEvery) })
        {
            if (time <= TimeSpan.Zero || time > TimeSpan.FromDays(1))
            {
                yield return $"{name} is {time} and has to be more than zero and at most a day";
            }
        }
    }
}
