using System.Text;

namespace CommuniConnect.Server.Platform.Webhooks;

/// <summary>An address of the configuration that is told what happens.</summary>
internal sealed class WebhookTarget
{
    /// <summary>Where they stand in the configuration, one behind the other.</summary>
    public const string Section = "Webhooks";

    /// <summary>A secret as the Standard Webhooks specification writes it: the key in Base64 behind this.</summary>
    private const string SecretPrefix = "whsec_";

    /// <summary>An http or https address.</summary>
    public required string Url { get; init; }

    /// <summary>What the receiver checks signatures with.</summary>
    public required string Secret { get; init; }

    /// <summary>Which events it is told; none named is all.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>It may be on this machine or in its network.</summary>
    public bool AllowPrivate { get; init; }

    /// <summary>The key its messages are signed with.</summary>
    public byte[] Key =>
        Secret.StartsWith(SecretPrefix, StringComparison.Ordinal)
            ? Convert.FromBase64String(Secret[SecretPrefix.Length..])
            : Encoding.UTF8.GetBytes(Secret);

    public bool Wants(string type) => Events.Count == 0 || Events.Contains(type);

    /// <summary>The targets of the configuration.</summary>
    /// <exception cref="InvalidOperationException">One of them cannot be used; the server does not start with it.</exception>
    public static IReadOnlyList<WebhookTarget> Read(IConfiguration configuration) =>
        [.. configuration.GetSection(Section).GetChildren().Select(Read)];

    private static WebhookTarget Read(IConfigurationSection section)
    {
        var target = new WebhookTarget
        {
            Url = section[nameof(Url)] ?? "",
            Secret = section[nameof(Secret)] ?? "",
            Events = section.GetSection(nameof(Events)).Get<string[]>() ?? [],
            AllowPrivate = section.GetValue<bool>(nameof(AllowPrivate)),
        };
        var unknown = target.Events.FirstOrDefault(name => !WebhookEvent.All.Contains(name));
        var problem =
            !Uri.TryCreate(target.Url, UriKind.Absolute, out var url)
            || url.Scheme is not ("http" or "https")
                ? "Url must be an http or https address"
            : !target.HasKey() ? "Secret is missing, or is not Base64 behind whsec_"
            : unknown is not null ? $"{unknown} is not an event"
            : null;
        return problem is null
            ? target
            : throw new InvalidOperationException($"{section.Path}: {problem}.");
    }

    private bool HasKey()
    {
        try
        {
            return Key.Length > 0;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
