using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Assize.Evaluation;
using Assize.Evaluation.Notifications;
using Assize.Evaluation.Suites;

namespace Assize.Silo.Notifications;

/// <summary>The channels that the configuration declares; wrong declarations are refused together, before anything starts.</summary>
public static class DeclaredChannels
{
    private const string Channels = "Channels";

    /// <summary>Throws <see cref="EvaluationException"/> with every mistake in the section.</summary>
    public static Webhooks From(IConfigurationSection notifications, TimeProvider time)
    {
        var mistakes = ImmutableArray.CreateBuilder<Mistake>();
        var options = notifications.Declared<NotificationOptions>(mistakes, Channels) ?? new NotificationOptions();
        foreach (var (name, value) in new[]
        {
            (nameof(options.Timeout), options.Timeout), (nameof(options.FirstRetry), options.FirstRetry), (nameof(options.LongestRetry), options.LongestRetry), (nameof(options.GiveUpAfter), options.GiveUpAfter),
        })
        {
            if (value <= TimeSpan.Zero)
            {
                mistakes.Add(new Mistake("A time has to be longer than nothing.", "Write it as in 00:00:10.") { Field = $"{notifications.Path}:{name}" });
            }
        }

        var webhooks = ImmutableDictionary.CreateBuilder<NotificationChannel, Webhook>();
        foreach (var section in notifications.GetSection(Channels).GetChildren())
        {
            if (Webhook(section, mistakes) is { } webhook)
            {
                webhooks.Add(new NotificationChannel(section.Key), webhook);
            }
        }

        return mistakes.Count > 0 ? throw new EvaluationException(mistakes.ToImmutable()) : new Webhooks(webhooks.ToImmutable(), options, time);
    }

    private static Webhook? Webhook(IConfigurationSection section, ImmutableArray<Mistake>.Builder mistakes)
    {
        void Add(string? field, string what, string? suggestion = null) => mistakes.Add(new Mistake(what, suggestion) { Field = field is null ? section.Path : $"{section.Path}:{field}" });
        if (!SuiteCheck.IsName(section.Key))
        {
            Add(null, $"A channel cannot be called '{section.Key}'.", "Use letters, digits, '.', '_' and '-'.");
        }

        if (section.Declared<ChannelOptions>(mistakes) is not { } options)
        {
            return null;
        }

        if (!(Uri.TryCreate(options.Url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
        {
            Add(nameof(options.Url), options.Url is null ? "The address is missing." : $"'{options.Url}' is not an http or https address.");
        }

        if (options.Secret is not null)
        {
            Add(nameof(options.Secret), "A secret does not belong into configuration.", "Put it into an environment variable and name that in SecretEnvironment, or into a file and name it in SecretFile.");
        }

        var secret = Secret(options, Add);
        return address is not null && secret is not null ? new Webhook(address, secret) : null;
    }

    private static byte[]? Secret(ChannelOptions options, Action<string?, string, string?> add)
    {
        var (field, text) = (nameof(options.SecretEnvironment), "");
        try
        {
            if (options.SecretEnvironment is { } variable)
            {
                text = Environment.GetEnvironmentVariable(variable)?.Trim() ?? "";
            }
            else if (options.SecretFile is { } file)
            {
                (field, text) = (nameof(options.SecretFile), File.ReadAllText(file).Trim());
            }
            else
            {
                add(null, "The channel wants a secret, by which its receiver knows our notifications.", "Name its environment variable in SecretEnvironment, or its file in SecretFile.");
                return null;
            }
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            add(nameof(options.SecretFile), $"The secret's file cannot be read: {unread.Message}", null);
            return null;
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length < Signature.LeastBytes)
        {
            add(field, string.Create(CultureInfo.InvariantCulture, $"The secret has {bytes.Length} bytes, and needs at least {Signature.LeastBytes}."), "Make one with: openssl rand -hex 32");
            return null;
        }

        return bytes;
    }
}
