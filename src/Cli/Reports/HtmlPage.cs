namespace Assize.Cli.Reports;

/// <summary>The frame of every page that Assize writes: it needs nothing but a browser, and lets nothing in that it holds run or load.</summary>
internal static class HtmlPage
{
    public static string Of(Html title, string style, Html body)
    {
        var css = new Html(0, 0);
        css.AppendLiteral(style);
        return Framed(title, css, body).ToString();
    }

    private static Html Framed(Html title, Html style, Html body) => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="referrer" content="no-referrer">
        <link rel="icon" href="data:,">
        <title>{title}</title>
        <style>
        {style}
        </style>
        </head>
        <body>
        {body}
        </body>
        </html>

        """;
}
