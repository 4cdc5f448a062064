namespace Marketplace.Protocol.Projects;

/// <summary>Goes on after a wrong field, so that a document's author hears of all of them at once.</summary>
internal sealed class FieldProblems
{
    private readonly List<DocumentException> _found = [];

    /// <summary>What was wrong, in the order of reading.</summary>
    public IReadOnlyList<DocumentException> Found => _found;

    /// <summary>The value that <paramref name="read"/> reads; the type's default when it is wrong.</summary>
    public T? Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (DocumentException e)
        {
            _found.Add(e);
            return default;
        }
    }

    /// <summary>Runs a check that throws when it fails.</summary>
    /// <returns>Whether it held.</returns>
    public bool Check(Action check)
    {
        int before = _found.Count;
        Read(() =>
        {
            check();
            return true;
        });
        return _found.Count == before;
    }

    /// <exception cref="DocumentException">Something was wrong; it is the first of all.</exception>
    public void ThrowIfAny()
    {
        if (_found.Count > 0)
            throw _found[0];
    }
}
