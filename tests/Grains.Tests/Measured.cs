using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Assize.Grains.Tests;

/// <summary>Hears what one process measures, as an exporter does.</summary>
internal sealed class Measured : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly ConcurrentDictionary<string, double> sums = new();
    private readonly ConcurrentDictionary<string, double> gauges = new();

    /// <param name="meters">Whose meters are heard; null hears those of every process in this one.</param>
    public Measured(IMeterFactory? meters = null)
    {
        listener.InstrumentPublished = (instrument, heard) =>
        {
            if (instrument.Meter.Name == Telemetry.Name && (meters is null || instrument.Meter.Scope == meters))
            {
                heard.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.Start();
    }

    /// <summary>What counters and histograms have summed up to, by name and labels.</summary>
    public double Sum(string series) => sums.GetValueOrDefault(series);

    /// <summary>What gauges show now.</summary>
    public IReadOnlyDictionary<string, double> Gauges()
    {
        lock (gauges)
        {
            gauges.Clear();
            listener.RecordObservableInstruments();
            return new Dictionary<string, double>(gauges);
        }
    }

    public IEnumerable<string> Series => sums.Keys;

    public void Dispose() => listener.Dispose();

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal));
        (instrument.IsObservable ? gauges : sums).AddOrUpdate($"{instrument.Name}{{{labels}}}", value, (_, before) => before + value);
    }
}
