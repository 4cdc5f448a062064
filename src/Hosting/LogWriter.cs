using System.Text;
using Microsoft.Extensions.Logging;

namespace Marketplace.Hosting;

/// <summary>A log for those who write lines: each becomes an entry at level Information.</summary>
public sealed class LogWriter(ILogger log) : TextWriter
{
    public override Encoding Encoding => Encoding.UTF8;

    public override void WriteLine(string? value) => log.LogInformation("{Line}", value);
}
