using Google.Protobuf;

namespace Assize.Cli.Reports;

/// <summary>A message of the API as a line of JSON; a zero is written as any other number, and only what is absent is left out.</summary>
internal static class MessageJson
{
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true));

    public static string Of(IMessage message) => Formatter.Format(message);
}
