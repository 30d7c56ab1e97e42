using Assize.Grains;
using Assize.Silo.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Assize.Silo.Tests.Storage;

public sealed class StorageExceptionTests
{
    [Fact]
    public void ACallerInAnotherProcessHearsWhatTheStoreSaid()
    {
        using var services = new ServiceCollection().AddWire().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer>();
        var failed = new StorageException("The disk is full", "assize.db", "Make room.", new IOException("no space left"));

        var heard = serializer.Deserialize<Exception>(serializer.SerializeToArray<Exception>(failed));

        Assert.Equal(failed.Message, Assert.IsType<StorageException>(heard).Message);
        Assert.Equal("no space left", heard.InnerException?.Message);
    }
}
