using Marketplace.Agents;
using Marketplace.Hosting;
using Marketplace.Hosting.TrainingCommands;
using Marketplace.Learning.Data;
using Marketplace.Learning.Torch;
using Marketplace.Protocol.Projects;

namespace Marketplace.Trainer;

/// <summary>How a trainer trains: on which data, by the built-in engine or by the user's own program.</summary>
internal sealed class TrainingSettings
{
    private readonly Setting _data = new(
        "data", "The trainer's own data: a folder with IDX files, or a CSV file; it never leaves this machine");

    private readonly Setting _command = new(
        "train-command",
        "Trains instead of the built-in engine: a program and its arguments, to which the round's folder and the output file are added");

    private readonly EngineSettings _engine = new("auto");

    public IEnumerable<Setting> All => [.. _engine.All, _data, _command];

    /// <summary>Makes what trains for a project. Data that were given for this project alone go before a training command.</summary>
    /// <param name="context">Has the user's settings.</param>
    /// <param name="ownData">Data for this project alone; null where the settings for all projects count.</param>
    /// <param name="document">Says what data must be.</param>
    /// <param name="stateFolder">Where a training command's files go.</param>
    /// <param name="say">Told what training says.</param>
    /// <exception cref="UsageException">There is neither data nor a command, or the command cannot be started.</exception>
    /// <exception cref="InvalidDataException">The data do not fit the project.</exception>
    public ILocalTrainer Open(
        CommandContext context, string? ownData, ProjectDocument document, string stateFolder, Action<string> say)
    {
        if (ownData is null && FindCommand(context.Settings) is { } command)
            return OpenCommand(command, stateFolder, say);
        RequireBuiltIn(document);
        Dataset data = ProjectData.Load(document, ownData ?? context.Settings.Require(_data), "train");
        say($"{data.Count:N0} samples");
        return new DatasetTrainer(data, OpenEngine(context), say);
    }

    public string? FindData(SettingsReader settings) => settings.Find(_data);

    public string? FindCommand(SettingsReader settings) => settings.Find(_command);

    public TorchEngine OpenEngine(CommandContext context) => _engine.Open(context.Settings, context.Log);

    /// <exception cref="UsageException">There is neither data nor a training command.</exception>
    public void RequireSome(SettingsReader settings)
    {
        if (FindCommand(settings) is null)
            settings.Require(_data);
    }

    /// <exception cref="UsageException">The command is empty, or there is no such program.</exception>
    public static CommandTrainer OpenCommand(string command, string stateFolder, Action<string> say) =>
        new(UserCommand.Parse(command, "--train-command", say), stateFolder);

    /// <exception cref="UsageException">Only a program of the owner's can train the project's model.</exception>
    public static void RequireBuiltIn(ProjectDocument document)
    {
        if (document.Model.IsExternal)
        {
            throw new UsageException(
                "the project's model is external, only the owner's program computes it: give it by --train-command; the project's description, "
                    + "'marketplace show', says where it is");
        }
    }
}
