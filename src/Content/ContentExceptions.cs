namespace Marketplace.Content;

/// <summary>Content could not be stored or fetched; the message says from where, why and what to do.</summary>
public class ContentStoreException : IOException
{
    public ContentStoreException(string message)
        : base(message)
    {
    }

    public ContentStoreException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>What is wrong, without where the content was looked for: for those who are not to learn that.</summary>
    public virtual string Problem => "the content store does not answer as it should";

    /// <summary>Whether it is about what the CID names, so that every store would say the same, and not about this one.</summary>
    public virtual bool IsAboutContent => false;
}

/// <summary>The source does not have the content.</summary>
public sealed class ContentNotFoundException(Cid cid, string source, string advice)
    : ContentStoreException($"{source} does not have {cid}. {advice}")
{
    /// <summary>What was asked for.</summary>
    public Cid Cid { get; } = cid;

    public override string Problem => $"{Cid} was not found";
}

/// <summary>A source gave bytes that are not those that the CID names: they are corrupted, or the source lies.</summary>
public sealed class ContentMismatchException(Cid cid, string source, string detail)
    : ContentStoreException($"What {source} gave for {cid} is not that content: {detail}")
{
    /// <summary>What was asked for.</summary>
    public Cid Cid { get; } = cid;

    /// <summary>Who gave the bytes: a path or an address.</summary>
    public string ContentSource { get; } = source;

    public override string Problem => $"what was given for {Cid} does not match it";
}

/// <summary>The content is larger than the caller allows.</summary>
public sealed class ContentTooLargeException(Cid cid, long limit, string detail)
    : ContentStoreException($"{cid} exceeds the limit of {limit} bytes: {detail}")
{
    /// <summary>What was asked for.</summary>
    public Cid Cid { get; } = cid;

    /// <summary>The caller's limit in bytes.</summary>
    public long Limit { get; } = limit;

    public override string Problem => $"{Cid} exceeds the limit of {Limit} bytes";

    public override bool IsAboutContent => true;
}

/// <summary>
/// The bytes are those that the CID names, but they are not a well-formed UnixFS file: whoever made the CID made it so.
/// </summary>
public sealed class MalformedContentException(string message) : ContentStoreException(message)
{
    public override string Problem => Message;

    public override bool IsAboutContent => true;
}
