using System.Diagnostics;

namespace Marketplace.Testing.Programs;

/// <summary>The machine's own Python with a module that a test needs: the first on the PATH that has it, or the system's.</summary>
public static class InstalledPython
{
    private const string Name = "python3";

    /// <summary>The interpreter; null when none has the module.</summary>
    public static async Task<string?> FindAsync(string module)
    {
        IEnumerable<string> folders = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), "/usr/bin"];
        foreach (string python in folders.Select(folder => Path.Combine(folder, Name)).Where(File.Exists).Distinct())
        {
            if ((await ProgramRun.RunAsync(new ProcessStartInfo(python, ["-c", $"import {module}"]))).ExitCode == 0)
                return python;
        }

        return null;
    }

    /// <summary>What to do when there is none.</summary>
    public static string WhyMissing(string module) =>
        $"SKIPPED: no {Name} here can import {(module == "torch" ? "torch, PyTorch" : module)}; install it with your system's packages, or pip.";
}
