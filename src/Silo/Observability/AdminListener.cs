using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Assize.Silo.Observability;

/// <summary>Marks the connections of the listener that is for operators only: <c>Kestrel:Endpoints:Health</c>.</summary>
internal sealed class AdminListener
{
    private const string Endpoint = "Health";

    private static readonly AdminListener Mark = new();

    /// <summary>Marks what comes in at that endpoint of the configuration.</summary>
    public static void Watch(KestrelServerOptions kestrel) => kestrel.ConfigurationLoader?.Endpoint(Endpoint, endpoint => endpoint.ListenOptions.Use(next => connection =>
    {
        connection.Features.Set(Mark);
        return next(connection);
    }));

    public static bool Received(HttpContext context) => context.Features.Get<AdminListener>() is not null;
}
