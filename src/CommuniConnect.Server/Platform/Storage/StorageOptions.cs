namespace CommuniConnect.Server.Platform.Storage;

/// <summary>Settings of section <c>Storage</c>.</summary>
internal sealed class StorageOptions
{
    public const string Section = "Storage";

    /// <summary>With less free than this no new live begins and nothing is uploaded.</summary>
    public long MegabytesToStart { get; set; } = 1_000;

    /// <summary>With less free than this the lives on air are ended, while there is still room to do it well.</summary>
    public long MegabytesToGoOn { get; set; } = 250;
}
