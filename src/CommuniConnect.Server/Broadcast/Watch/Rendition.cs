namespace CommuniConnect.Server.Broadcast.Watch;

/// <summary>Which picture a viewer is sent beside the sound.</summary>
internal enum Rendition
{
    /// <summary>The one that is recorded.</summary>
    Main,

    /// <summary>The small one, where there is one.</summary>
    Small,

    /// <summary>None: sound only.</summary>
    None,
}
