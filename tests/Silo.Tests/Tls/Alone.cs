namespace Assize.Silo.Tests.Tls;

/// <summary>Silos and handshakes take both cores: tests that hold others to a time of milliseconds do not run beside them.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
