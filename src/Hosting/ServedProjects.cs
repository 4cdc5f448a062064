using Microsoft.Extensions.Logging;

namespace Marketplace.Hosting;

/// <summary>The projects that one process serves side by side: what ends one of them does not end the others.</summary>
public static class ServedProjects
{
    /// <summary>Serves every project until all have ended, well or not; then throws what the first of those that failed has thrown.</summary>
    /// <param name="projects">Which, each once.</param>
    /// <param name="serve">Serves one of them to its end.</param>
    /// <param name="log">Told at once when one of several fails.</param>
    /// <param name="cancellationToken">Ends all.</param>
    public static async Task RunAsync(
        IReadOnlyList<ProjectArgument> projects,
        Func<ProjectArgument, CancellationToken, Task> serve,
        ILogger log,
        CancellationToken cancellationToken)
    {
        await Task.WhenAll(projects.Select(ServeAsync));

        async Task ServeAsync(ProjectArgument project)
        {
            // What is done before the first wait, such as reading data, would otherwise hold up those that are started next.
            await Task.Yield();
            try
            {
                await serve(project, cancellationToken);
            }
            catch (Exception e) when (projects.Count > 1 && !cancellationToken.IsCancellationRequested)
            {
                log.LogError("project {Project}: served no longer, {Problem}", project.Id, e.Message);
                throw;
            }
        }
    }
}
