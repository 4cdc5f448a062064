using Marketplace.Agents;
using Marketplace.Hosting;
using Marketplace.Hosting.TrainingCommands;
using Marketplace.Learning.Training;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Aggregator;

/// <summary>By what the aggregator of a project trains the reference and measures models: a root set, or programs of the owner's.</summary>
internal sealed class MeasureSettings
{
    /// <summary>A round's settling lasts at least four times as long as its three measurements may.</summary>
    private const int MeasurementsInSettling = 12;

    private readonly Setting _train = new(
        "train-command",
        "Trains the reference instead of the built-in engine, on the root set that it knows, as trainers' commands do: see 'trainer run --help'");

    private readonly Setting _measure = new(
        "measure-command",
        "Measures models instead of the built-in engine: it is given a folder with the model, the file to write loss and accuracy to, and the set");

    private readonly EngineSettings _engine = new("cpu");

    public IEnumerable<Setting> All => [.. _engine.All, _train, _measure];

    /// <summary>Whether the user's programs know the data, so that no path is needed.</summary>
    /// <exception cref="UsageException">There is one command without the other.</exception>
    public bool HasCommands(SettingsReader settings) => (settings.Find(_train), settings.Find(_measure)) switch
    {
        (null, null) => false,
        ({ }, { }) => true,
        ({ }, null) => throw new UsageException("--train-command needs --measure-command beside it, for the rounds' reports"),
        _ => throw new UsageException("--measure-command needs --train-command beside it, for the rounds' references"),
    };

    /// <summary>The built-in engine, which every project that has data shares.</summary>
    /// <exception cref="UsageException">There is no such device, or not so many threads.</exception>
    public ITrainingEngine OpenEngine(CommandContext context) => _engine.Open(context.Settings, context.Log);

    /// <summary>Makes what trains and measures for a project. Data that were given for this project go before commands for all.</summary>
    /// <param name="context">Has the user's settings.</param>
    /// <param name="engine">What <see cref="OpenEngine"/> gave; null where no project has data.</param>
    /// <param name="data">Paths of root set and test set, as <c>--project</c> has them; null for none.</param>
    /// <param name="project">The project.</param>
    /// <param name="party">Whose state folder and store are used.</param>
    /// <param name="say">Told what happens.</param>
    /// <param name="cancellationToken">Stops reading data.</param>
    /// <exception cref="UsageException">The model is external and there are data for the built-in engine, or a command cannot be started.</exception>
    /// <exception cref="InvalidDataException">The data do not fit the project.</exception>
    public async Task<(ILocalTrainer Trainer, IModelEvaluator Evaluator)> OpenAsync(
        CommandContext context,
        ITrainingEngine? engine,
        string? data,
        ProjectView project,
        Party party,
        Action<string> say,
        CancellationToken cancellationToken)
    {
        ProjectDocument document = project.Document;
        if (document.Model.IsExternal && data is not null)
        {
            throw new UsageException(
                $"the model of project {project.History.Id} is external, only the owner's program computes it: give --project {project.History.Id} "
                    + "without data, and --train-command and --measure-command");
        }

        if (data is null)
        {
            string folder = Path.Combine(party.StateFolder, $"measure-{project.History.Id}");
            TimeSpan limit = TimeSpan.FromSeconds(project.Terms.SettlingDuration) / MeasurementsInSettling;
            return (
                new CommandTrainer(UserCommand.Parse(context.Settings.Require(_train), "--train-command", say), party.StateFolder),
                new CommandEvaluator(
                    UserCommand.Parse(context.Settings.Require(_measure), "--measure-command", say), document, folder, limit, say));
        }

        string[] paths = data.Split(',', 2);
        AggregatorData root = await AggregatorData.LoadAsync(
            document, paths[0], paths.ElementAtOrDefault(1), party.Store, say, cancellationToken);
        return (new DatasetTrainer(root.Root, engine), root);
    }
}
