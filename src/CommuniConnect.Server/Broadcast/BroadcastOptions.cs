namespace CommuniConnect.Server.Broadcast;

/// <summary>Settings of section <c>Broadcast</c>.</summary>
internal sealed class BroadcastOptions
{
    public const string Section = "Broadcast";

    /// <summary>How long a publisher that is gone may take to come back before its live is ended.</summary>
    public TimeSpan ReconnectWindow { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>How long a started live waits for its first media: setting up OBS takes a while.</summary>
    public TimeSpan FirstMediaWindow { get; set; } = TimeSpan.FromMinutes(15);
}
