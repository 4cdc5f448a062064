using System.Globalization;
using Marketplace.Testing;

namespace Marketplace.EndToEnd.Tests;

/// <summary>All processes that one has started, directly or not, as Linux tells in /proc, or that were told of something.</summary>
internal sealed class ProcessTree
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Ids are used again; together with the start time they are not.</summary>
    private readonly Dictionary<(int Id, string StartTime), string> _members = [];

    private ProcessTree()
    {
    }

    public int Count => _members.Count;

    public static ProcessTree Below(int root)
    {
        List<(int Id, int Parent, string StartTime)> all = [.. ReadAll()];
        ProcessTree tree = new();
        Queue<int> open = new([root]);
        while (open.TryDequeue(out int parent))
        {
            foreach ((int id, _, string start) in all.Where(process => process.Parent == parent))
            {
                if (TryRead($"/proc/{id}/cmdline") is not { } command)
                    continue;
                tree._members[(id, start)] = command.Replace('\0', ' ');
                open.Enqueue(id);
            }
        }

        return tree;
    }

    /// <summary>Those with a text in their command line or environment: also those that were detached from whoever started them.</summary>
    public static ProcessTree Told(string text)
    {
        ProcessTree tree = new();
        foreach ((int id, _, string start) in ReadAll())
        {
            string command = (TryRead($"/proc/{id}/cmdline") ?? "").Replace('\0', ' ');
            if (id != Environment.ProcessId && $"{command} {TryRead($"/proc/{id}/environ")}".Contains(text, StringComparison.Ordinal))
                tree._members[(id, start)] = command;
        }

        return tree;
    }

    /// <summary>Waits until none is left.</summary>
    public Task AssertGoneAsync() => Polling.WaitUntilAsync(() => !Left().Any(), Limit, () => $"still there:\n{string.Join('\n', Left())}");

    private IEnumerable<string> Left()
    {
        HashSet<(int, string)> alive = [.. ReadAll().Select(process => (process.Id, process.StartTime))];
        return _members.Where(member => alive.Contains(member.Key)).Select(member => $"{member.Key.Id} {member.Value}");
    }

    private static IEnumerable<(int Id, int Parent, string StartTime)> ReadAll()
    {
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id))
                continue;
            if (TryRead(Path.Combine(folder, "stat")) is not { } stat)
                continue;

            // proc(5): id (name) state parent …, the start time is field 22; the name may hold spaces and parentheses.
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            if (fields[0] != "Z")
                yield return (id, int.Parse(fields[1], CultureInfo.InvariantCulture), fields[19]);
        }
    }

    /// <summary>A file of a process; null when the process has ended meanwhile, or is another user's.</summary>
    private static string? TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
