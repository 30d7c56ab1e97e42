using System.Text;
using Assize.Silo.Storage;

namespace Assize.Silo.Tests.Storage;

public sealed class StoredValueTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1_024)]
    [InlineData(1_025)]
    [InlineData(100_000)]
    [InlineData(3_000_000)]
    public void AValueComesBackAsItWas(int length)
    {
        var raw = Encoding.UTF8.GetBytes(Some.Text(length));
        using var value = StoredValue.Of(raw, 1_024);
        Assert.Equal(length > 1_024 ? Form.Brotli : Form.Raw, value.Form);
        Assert.Equal(raw, StoredValue.Read(value.Form, value.Bytes.Span));
        Assert.True(value.Bytes.Length <= raw.Length);
    }

    [Fact]
    public void WhatDoesNotShrinkIsKeptRaw()
    {
        var noise = new byte[10_000];
        for (uint i = 0, x = 1; i < noise.Length; i++)
        {
            x = x * 1664525 + 1013904223;
            noise[i] = (byte)(x >> 24);
        }

        using var value = StoredValue.Of(noise, 1_024);
        Assert.Equal(Form.Raw, value.Form);
        Assert.Equal(noise, StoredValue.Read(value.Form, value.Bytes.Span));
    }

    [Fact]
    public void BytesThatAreNotWhatTheirFormSaysAreAbsent()
    {
        Assert.Null(StoredValue.Read(Form.Brotli, [1, 2]));
        Assert.Null(StoredValue.Read(Form.Brotli, [10, 0, 0, 0, 99, 98, 97]));
        Assert.Null(StoredValue.Read((Form)7, [1, 2, 3, 4, 5]));
    }
}
