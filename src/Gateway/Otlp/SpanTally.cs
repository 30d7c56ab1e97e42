using Assize.Otlp.V1;

namespace Assize.Gateway.Otlp;

/// <summary>What became of the spans of one export, in words for whoever reads the exporter's log.</summary>
internal sealed class SpanTally
{
    private string? firstRefused;

    public int Used { get; set; }

    public int NoChats { get; set; }

    public int Contentless { get; set; }

    public int Refused { get; private set; }

    public void Refuse(string why)
    {
        Refused++;
        firstRefused ??= why;
    }

    /// <summary>Null when all were used. Only what was refused counts as rejected: the others are spans like any, and of no use here.</summary>
    public PartialSuccess? Told()
    {
        string[] words =
        [
            .. NoChats > 0 ? [FormattableString.Invariant($"{NoChats} are no chat with a model")] : Array.Empty<string>(),
            .. Contentless > 0
                ? [FormattableString.Invariant($"{Contentless} are chats without captured content (let the application capture it, often by OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true)")]
                : Array.Empty<string>(),
            .. Refused > 0 ? [FormattableString.Invariant($"{Refused} cannot be used, the first because: {firstRefused}")] : Array.Empty<string>(),
        ];
        return words.Length == 0
            ? null
            : new PartialSuccess
            {
                RejectedSpans = Refused,
                ErrorMessage = FormattableString.Invariant($"{NoChats + Contentless + Refused} of {Used + NoChats + Contentless + Refused} spans were passed over: {string.Join("; ", words)}."),
            };
    }
}
