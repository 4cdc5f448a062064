namespace Marketplace.ReadModel.Stores;

/// <summary>This process is not the one that writes; another one may be.</summary>
public sealed class NotWriterException() : Exception("another process may be writing: the connection that made this one the writer is gone");
