using System.Diagnostics;

namespace Marketplace.Testing.Programs;

/// <summary>A program that ran to its end, and what it wrote.</summary>
public sealed record ProgramRun(string Command, int ExitCode, string Output, string Errors)
{
    /// <summary>Runs a program; it is killed, with all that it started, when waiting for it is cancelled.</summary>
    /// <param name="start">Redirection is set here.</param>
    /// <param name="input">Text for its standard input.</param>
    public static async Task<ProgramRun> RunAsync(ProcessStartInfo start, string input = "", CancellationToken cancellationToken = default)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        string command = $"{start.FileName} {string.Join(' ', start.ArgumentList)}";
        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"'{command}' did not start.");
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            Task<string> errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellationToken);
            return new ProgramRun(command, process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>What it wrote to standard output.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message holds the end of what it wrote.</exception>
    public string Succeeded()
    {
        if (ExitCode == 0)
            return Output;
        string text = Errors + Output;
        throw new InvalidOperationException($"'{Command}' ended with {ExitCode}; the end of its output:\n{text[Math.Max(0, text.Length - 4000)..]}");
    }
}
