using System.Numerics;
using Marketplace.Agents;
using Marketplace.Fleet.Projects;
using Marketplace.Hosting;
using Marketplace.Learning.Training;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Aggregator;

/// <summary>
/// The data of all projects that a machine serves: a folder for each, named by its number. The root set in it is <c>root</c>, with IDX files,
/// or <c>root.csv</c>; a test set that the document does not name is <c>test</c> or <c>test.csv</c>.
/// </summary>
/// <param name="folder">Where they are.</param>
/// <param name="measuring">By what is trained and measured.</param>
/// <param name="context">Has the user's settings.</param>
internal sealed class ProjectFolders(string folder, MeasureSettings measuring, CommandContext context) : IProjectData
{
    // The engine is large; a machine to which no project comes does without.
    private readonly Lazy<ITrainingEngine> _engine = new(() => measuring.OpenEngine(context));

    /// <exception cref="UsageException">There is no such folder, or its name does not do.</exception>
    public static ProjectFolders Open(string folder, MeasureSettings measuring, CommandContext context)
    {
        if (!Directory.Exists(folder))
        {
            throw new UsageException(
                $"--projects names '{folder}', but there is no such folder; it is to hold a folder for every project, named by its number");
        }
        if (folder.Contains(','))
            throw new UsageException($"--projects names '{folder}': a comma in its path divides root set and test set; give it another name");
        _ = measuring.HasCommands(context.Settings);
        return new ProjectFolders(folder, measuring, context);
    }

    public bool Has(BigInteger project) => Directory.Exists(Of(project));

    public Task<(ILocalTrainer Trainer, IModelEvaluator Evaluator)> OpenAsync(
        ProjectView project, Party party, Action<string> say, CancellationToken cancellationToken)
    {
        string own = Of(project.History.Id);
        (string? root, string? test) = (Find(own, "root"), Find(own, "test"));
        if (root is null && !measuring.HasCommands(context.Settings))
        {
            throw new UsageException(
                $"'{own}' has no root set: expected a folder 'root' with IDX files, or 'root.csv'; or --train-command and --measure-command, "
                    + "where programs know the data");
        }
        string? data = root is not null && test is not null ? $"{root},{test}" : root;
        return measuring.OpenAsync(context, data is null ? null : _engine.Value, data, project, party, say, cancellationToken);
    }

    private string Of(BigInteger project) => Path.Combine(folder, $"{project}");

    private static string? Find(string own, string set) =>
        Path.Combine(own, set) is var files && Directory.Exists(files) ? files
        : File.Exists($"{files}.csv") ? $"{files}.csv"
        : null;
}
