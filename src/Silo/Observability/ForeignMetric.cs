using System.Collections.Immutable;
using Assize.Grains;

namespace Assize.Silo.Observability;

/// <summary>A metric of the libraries below, and what is kept of it.</summary>
/// <param name="Meter">Whose it is.</param>
/// <param name="Name">The instrument's name; with a star at its end, all that begin so.</param>
/// <param name="Prometheus">The name it is read by.</param>
/// <param name="Labels">The labels that are kept.</param>
public sealed record ForeignMetric(string Meter, string Name, string Prometheus, MetricKind Kind, string Means, params ImmutableArray<string> Labels)
{
    /// <summary>Upper ends of a histogram's buckets; none for those of its library.</summary>
    public ImmutableArray<double> Buckets { get; init; } = [];
}

/// <summary>The selection from Orleans, .NET and ASP.NET Core; everything else that they measure is dropped.</summary>
public static class ForeignMetrics
{
    private const string Orleans = "Microsoft.Orleans";

    private const string Runtime = "System.Runtime";

    private const string Hosting = "Microsoft.AspNetCore.Hosting";

    private const string Kestrel = "Microsoft.AspNetCore.Server.Kestrel";

    private static readonly ImmutableArray<double> Milliseconds = [1, 5, 20, 100, 500, 2000, 10000, 30000];

    private static readonly ImmutableArray<double> Seconds = [0.005, 0.025, 0.1, 0.5, 2.5, 10, 60];

    /// <summary>All of them.</summary>
    public static ImmutableArray<ForeignMetric> All { get; } =
    [
        new(Orleans, "orleans-grains", "orleans_grains", MetricKind.Gauge, "Grains in memory, by kind.", "grain_type"),
        new(Orleans, "orleans-catalog-activation-created", "orleans_catalog_activation_created_total", MetricKind.Counter, "Grains activated."),
        new(Orleans, "orleans-catalog-activation-destroyed", "orleans_catalog_activation_destroyed_total", MetricKind.Counter, "Grains deactivated."),
        new(Orleans, "orleans-catalog-activation-failed-to-activate", "orleans_catalog_activation_failed_to_activate_total", MetricKind.Counter, "Grains that could not be activated."),
        new(Orleans, "orleans-app-requests-latency", "orleans_app_requests_latency_milliseconds", MetricKind.Histogram, "Calls between grains, from request to answer.") { Buckets = Milliseconds },
        new(Orleans, "orleans-app-requests-timedout", "orleans_app_requests_timedout_total", MetricKind.Counter, "Calls between grains that nobody answered in time."),
        new(Orleans, "orleans-messaging-expired", "orleans_messaging_expired_total", MetricKind.Counter, "Messages dropped because their time was over."),
        new(Orleans, "orleans-messaging-rejected", "orleans_messaging_rejected_total", MetricKind.Counter, "Messages that were refused."),
        new(Orleans, "orleans-messaging-sent-dropped", "orleans_messaging_sent_dropped_total", MetricKind.Counter, "Messages dropped before they were sent."),
        new(Orleans, "orleans-messaging-pings-reply-missed", "orleans_messaging_pings_reply_missed_total", MetricKind.Counter, "Probes of other silos that were not answered."),
        new(Orleans, "orleans-consistent-ring-size", "orleans_consistent_ring_size", MetricKind.Gauge, "Silos that this one takes part with."),
        new(Orleans, "orleans-gateway-connected-clients", "orleans_gateway_connected_clients", MetricKind.Gauge, "Gateways connected to this silo."),
        new(Orleans, "orleans-client-connected-gateways", "orleans_client_connected_gateways", MetricKind.Gauge, "Silos that this gateway is connected to."),
        new(Orleans, "orleans-reminders-active", "orleans_reminders_active", MetricKind.Gauge, "Reminders that this silo keeps."),
        new(Orleans, "orleans-scheduler-long-running-turns", "orleans_scheduler_long_running_turns_total", MetricKind.Counter, "Turns of grains that took too long, which hold up others."),
        new(Orleans, "orleans-storage-read-latency", "orleans_storage_read_latency_milliseconds", MetricKind.Histogram, "Reads of grain state, by what is kept.", "state_name") { Buckets = Milliseconds },
        new(Orleans, "orleans-storage-write-latency", "orleans_storage_write_latency_milliseconds", MetricKind.Histogram, "Writes of grain state, by what is kept.", "state_name") { Buckets = Milliseconds },
        new(Orleans, "orleans-storage-read-errors", "orleans_storage_read_errors_total", MetricKind.Counter, "Reads of grain state that failed.", "state_name"),
        new(Orleans, "orleans-storage-write-errors", "orleans_storage_write_errors_total", MetricKind.Counter, "Writes of grain state that failed; a conflict counts.", "state_name"),
        new(Runtime, "dotnet.process.cpu.time", "dotnet_process_cpu_time_seconds_total", MetricKind.Counter, "CPU time.", "cpu.mode"),
        new(Runtime, "dotnet.process.cpu.count", "dotnet_process_cpu_count", MetricKind.Gauge, "Processors that the process may use."),
        new(Runtime, "dotnet.process.memory.working_set", "dotnet_process_memory_working_set_bytes", MetricKind.Gauge, "Memory of the process."),
        new(Runtime, "dotnet.gc.last_collection.heap.size", "dotnet_gc_last_collection_heap_size_bytes", MetricKind.Gauge, "Heap after the last collection.", "gc.heap.generation"),
        new(Runtime, "dotnet.gc.collections", "dotnet_gc_collections_total", MetricKind.Counter, "Collections.", "gc.heap.generation"),
        new(Runtime, "dotnet.gc.pause.time", "dotnet_gc_pause_time_seconds_total", MetricKind.Counter, "Time that collections kept the process from working."),
        new(Runtime, "dotnet.gc.heap.total_allocated", "dotnet_gc_heap_total_allocated_bytes_total", MetricKind.Counter, "Memory allocated."),
        new(Runtime, "dotnet.thread_pool.thread.count", "dotnet_thread_pool_thread_count_total", MetricKind.Gauge, "Threads of the pool."),
        new(Runtime, "dotnet.thread_pool.queue.length", "dotnet_thread_pool_queue_length_total", MetricKind.Gauge, "Work that waits for a thread."),
        new(Runtime, "dotnet.exceptions", "dotnet_exceptions_total", MetricKind.Counter, "Exceptions thrown."),
        new(Hosting, "http.server.request.duration", "http_server_request_duration_seconds", MetricKind.Histogram, "Calls of the API and of the pages for health and metrics; a watch lasts as long as its run. A call of the API has its gRPC status as a number.", "http.route", "http.response.status_code", "rpc.grpc.status_code") { Buckets = Seconds },
        new(Hosting, "http.server.active_requests", "http_server_active_requests", MetricKind.Gauge, "Calls that are being answered."),
        new(Kestrel, "kestrel.active_connections", "kestrel_active_connections", MetricKind.Gauge, "Connections open."),
    ];
}
