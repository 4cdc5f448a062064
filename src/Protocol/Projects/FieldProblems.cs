namespace Marketplace.Protocol.Projects;

/// <summary>Goes on after a wrong field, so that a document's author hears of all of them at once.</summary>
internal sealed class FieldProblems
{
    private readonly List<DocumentException> found = [];

    /// <summary>What was wrong, in the order of reading.</summary>
    public IReadOnlyList<DocumentException> Found => found;

    /// <summary>The value that <paramref name="read"/> reads; the type's default when it is wrong.</summary>
    public T? Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (DocumentException e)
        {
            found.Add(e);
            return default;
        }
    }

    /// <summary>Runs a check that throws when it fails.</summary>
    /// <returns>Whether it held.</returns>
    public bool Check(Action check)
    {
        int before = found.Count;
        Read(() =>
        {
            check();
            return true;
        });
        return found.Count == before;
    }

    /// <exception cref="DocumentException">Something was wrong; it is the first of all.</exception>
    public void ThrowIfAny()
    {
        if (found.Count > 0)
            throw found[0];
    }
}
