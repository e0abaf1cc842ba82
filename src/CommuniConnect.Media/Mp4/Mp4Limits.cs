namespace CommuniConnect.Media.Mp4;

/// <summary>The budgets of reading MP4.</summary>
public static class Mp4Limits
{
    /// <summary>How deep boxes that hold boxes may be nested, the top level being 1.</summary>
    public const int MaxDepth = 8;

    /// <summary>Most boxes looked at in one file: ten hours in fragments of a second have a third of it.</summary>
    public const int MaxBoxes = 1_000_000;

    /// <summary>Most tracks of one file.</summary>
    public const int MaxTracks = 16;
}
