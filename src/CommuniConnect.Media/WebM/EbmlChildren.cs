namespace CommuniConnect.Media.WebM;

/// <summary>Steps through the children of an element whose content is in memory. Spec: RFC 8794 §6.</summary>
internal ref struct EbmlChildren(ReadOnlySpan<byte> content)
{
    private readonly ReadOnlySpan<byte> _content = content;
    private int _next;

    /// <summary>Id of the present child.</summary>
    public uint Id { get; private set; }

    /// <summary>Where the present child's header begins, from the parent's content.</summary>
    public int OffsetBytes { get; private set; }

    /// <summary>Content of the present child.</summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>True when stepping ended because what follows is not a whole element inside its parent.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Goes to the next child; false at the end and where the content is broken.</summary>
    public bool MoveNext()
    {
        if (IsBroken || _next >= _content.Length)
            return false;
        var rest = _content[_next..];
        var result = Ebml.TryReadElementHeader(rest, out var id, out var size, out var headerBytes);
        if (result != EbmlHeaderResult.Ok || size < 0 || size > rest.Length - headerBytes)
        {
            IsBroken = true;
            return false;
        }
        Id = id;
        OffsetBytes = _next;
        Content = rest.Slice(headerBytes, (int)size);
        _next += headerBytes + (int)size;
        return true;
    }

    /// <summary>False when the content begins with a CRC-32 that does not fit the rest. Spec: RFC 8794 §11.3.1.</summary>
    public static bool ChecksumFits(ReadOnlySpan<byte> content)
    {
        var children = new EbmlChildren(content);
        if (
            !children.MoveNext()
            || children.Id != WebMId.Crc32
            || children.Content.Length != Crc32.SizeBytes
        )
            return true;
        var crc = new Crc32();
        crc.Append(content[children._next..]);
        return crc.Fits(children.Content);
    }
}
