namespace CommuniConnect.Media.WebM;

/// <summary>The rules of the EBML header. Spec: RFC 8794 §11.2, RFC 9559 §4.</summary>
internal static class HeaderRules
{
    // The newest version of Matroska that RFC 9559 describes.
    private const long KnownDocTypeVersion = 4;

    /// <summary>The rule that the content of an EBML header breaks, or null.</summary>
    public static string? Check(ReadOnlySpan<byte> content)
    {
        // Spec: RFC 8794 §11.2: what is absent has its default.
        var docType = "";
        long readVersion = 1,
            docTypeReadVersion = 1,
            maxIdLength = 4,
            maxSizeLength = 8;
        var children = new EbmlChildren(content);
        var numbersFit = true;
        while (children.MoveNext())
        {
            switch (children.Id)
            {
                case WebMId.EbmlReadVersion:
                    numbersFit &= Ebml.TryReadUInt(children.Content, out readVersion);
                    break;
                case WebMId.EbmlMaxIdLength:
                    numbersFit &= Ebml.TryReadUInt(children.Content, out maxIdLength);
                    break;
                case WebMId.EbmlMaxSizeLength:
                    numbersFit &= Ebml.TryReadUInt(children.Content, out maxSizeLength);
                    break;
                case WebMId.DocType:
                    docType = Ebml.ReadString(children.Content);
                    break;
                case WebMId.DocTypeReadVersion:
                    numbersFit &= Ebml.TryReadUInt(children.Content, out docTypeReadVersion);
                    break;
                default:
                    break;
            }
        }
        if (children.IsBroken || !numbersFit)
            return "The EBML header is broken.";
        if (readVersion != 1)
            return "EBMLReadVersion has to be 1.";
        if (docType is not ("webm" or "matroska"))
            return "DocType has to be webm or matroska.";
        if (docTypeReadVersion is < 1 or > KnownDocTypeVersion)
            return "DocTypeReadVersion has to be 1 to 4.";
        // Larger bounds than we read are let pass: they are bounds, and what goes over ours is found where it stands.
        if (maxIdLength < 4)
            return "EBMLMaxIDLength has to be 4 or more.";
        if (maxSizeLength < 1)
            return "EBMLMaxSizeLength has to be 1 or more.";
        return null;
    }
}
