using System.CommandLine;
using Marketplace.Hosting;
using Marketplace.Learning.Export.Onnx;
using Marketplace.Learning.Export.PyTorch;
using Marketplace.Learning.Inference;
using Marketplace.Learning.Storage;
using Marketplace.Protocol.Audit;
using Marketplace.Protocol.ModelCards;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Commands;

/// <summary>The trained model in its user's hands: take it, ask it, and carry it elsewhere.</summary>
internal static class ModelCommands
{
    private static readonly Argument<FileInfo> ModelFile = new("model") { Description = "File that 'marketplace model' has written" };

    public static IEnumerable<Command> All() => [Fetch(), Card(), Predict(), Export()];

    private static Command Fetch()
    {
        var project = new Argument<uint>("project") { Description = "Id of the project" };
        var output = new Option<FileInfo>("--out") { Description = "File to write", Required = true };
        return new Command(
            "model",
            "Derives a project's latest model from public data and writes it as safetensors (F32), with architecture, input, license and origin in "
                + "its metadata; 'predict' uses it")
        {
            project, output,
        }.WithSettings(SharedSettings.Network)
            .Does(async (context, cancellationToken) =>
            {
                using MarketSession session = await MarketSession.OpenForReadingAsync(context.Settings, context.Log, cancellationToken);
                ProjectView view = await ProjectView.OpenAsync(session.Chain, session.Store, context.Arguments.GetValue(project), cancellationToken);
                TrainedModel model = await view.TrainedModelAsync(session.Chain, cancellationToken);
                string path = context.Arguments.GetRequiredValue(output).FullName;
                await File.WriteAllBytesAsync(path, model.Write(), cancellationToken);
                Console.WriteLine($"{path}: {model.Weights.Length:N0} parameters after {model.Origin.Rounds} of {view.Terms.Rounds} rounds");
                return 0;
            });
    }

    private static Command Card()
    {
        var project = new Argument<uint>("project") { Description = "Id of the project" };
        var output = new Option<FileInfo>("--out") { Description = "Markdown file to write", Required = true };
        var audit = new Option<bool>("--audit")
        {
            Description = "Audit the project first, and have the card say what was found; then the exit code is that of 'audit', too",
        };
        return new Command(
            "card",
            "Writes what whoever uses a project's model should know: license, data, architecture, how it does on which set, where it comes from, "
                + "and how to use it")
        {
            project, output, audit,
        }.WithSettings(SharedSettings.Network)
            .Does(async (context, cancellationToken) =>
            {
                using MarketSession session = await MarketSession.OpenForReadingAsync(context.Settings, context.Log, cancellationToken);
                ProjectView view = await ProjectView.OpenAsync(session.Chain, session.Store, context.Arguments.GetValue(project), cancellationToken);
                AuditReport? report = context.Arguments.GetValue(audit)
                    ? await new Auditor(session.Chain, session.Store, await session.SrsAsync(cancellationToken))
                        .RunAsync(context.Arguments.GetValue(project), cancellationToken)
                    : null;
                Measurement? measured = view.Document.TestSet is null ? null : await MeasureAsync(session, view, cancellationToken);
                ModelCard card = await ModelCard.MakeAsync(session.Chain, session.Store, view, measured, cancellationToken);
                CardAudit? audited = report is null ? null : new CardAudit(report, DateTimeOffset.UtcNow, "`marketplace card --audit`");
                string path = context.Arguments.GetRequiredValue(output).FullName;
                await File.WriteAllTextAsync(path, ModelCardMarkdown.Write(card with { Audit = audited }), cancellationToken);
                Console.WriteLine($"{path}: the model after {card.Model.Origin.Rounds} of {view.Terms.Rounds} rounds");
                if (audited is null)
                    return 0;
                Console.WriteLine(audited.InWords(card.Model.Origin.ModelCid));
                return AuditExit.CodeOf(audited.Report);
            });
    }

    /// <summary>How the latest model does on the public test set.</summary>
    private static async Task<Measurement> MeasureAsync(MarketSession session, ProjectView view, CancellationToken cancellationToken)
    {
        ModelEvaluation evaluation = await ModelEvaluation.OpenAsync(session.Store, view.Document, cancellationToken);
        return evaluation.Measure(await view.ModelAsync(view.EndedRounds, cancellationToken), cancellationToken);
    }

    private static Command Predict()
    {
        var input = new Option<FileInfo>("--input")
        {
            Description = "What to ask: a PNG or JPEG image, which is scaled to fit into the model's input, in the middle, on black; IDX images, or "
                + "a PGM or PPM image, of just the input's size; rows of CSV with the model's columns; or a JSON list with an entry a sample",
            Required = true,
        };
        var invert = new Option<bool>("--invert")
        {
            Description = "Swap light and dark of a PNG or JPEG image: for dark writing on light paper, where the model has learned from light on "
                + "dark, as MNIST's digits are",
        };
        Option<string> format = new("--format") { Description = "How to write the answers", DefaultValueFactory = _ => "csv" };
        format.AcceptOnlyFromAmong("csv", "json");
        var output = new Option<FileInfo?>("--out") { Description = "File to write; without it the answers are printed" };
        return new Command(
            "predict",
            "Asks a model: the class and all probabilities of each sample, or the values. Everything happens on this machine, without the market")
        {
            ModelFile, input, invert, format, output,
        }.WithSettings(SharedSettings.Config)
            .Does(async (_, arguments, cancellationToken) =>
            {
                TrainedModel model = await ReadAsync(arguments.GetRequiredValue(ModelFile), cancellationToken);
                FileInfo samples = arguments.GetRequiredValue(input);
                if (!samples.Exists)
                    throw new UsageException($"there is no file '{samples.FullName}'");
                float[] asked = await LoadAsync(model, samples, arguments.GetValue(invert), cancellationToken);
                IReadOnlyList<Prediction> answers = Predictor.Predict(model, asked);
                string text = arguments.GetValue(format) == "json" ? PredictionText.ToJson(model, answers) : PredictionText.ToCsv(model, answers);
                if (arguments.GetValue(output) is { } file)
                    await File.WriteAllTextAsync(file.FullName, text, cancellationToken);
                else
                    Console.Write(text);
                return 0;
            });
    }

    /// <summary>Whole samples one after another, from whatever kind of file.</summary>
    private static async Task<float[]> LoadAsync(TrainedModel model, FileInfo file, bool invert, CancellationToken cancellationToken)
    {
        var start = new byte[8];
        await using (FileStream opened = file.OpenRead())
            await opened.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        if (ImageFile.IsOne(start))
            return ImageFile.Read(model, await InputFile.ReadAsync(file, SampleFile.MaxBytes, cancellationToken), file.FullName, invert);
        return invert
            ? throw new UsageException($"--invert is for PNG and JPEG images, and '{file.FullName}' is none")
            : SampleFile.Load(model, file.FullName, cancellationToken);
    }

    private static Command Export()
    {
        Option<string> target = new("--to") { Description = "Which program's form", Required = true };
        target.AcceptOnlyFromAmong("onnx", "pytorch");
        var output = new Option<string>("--out")
        {
            Description = "For onnx the file to write; for pytorch the folder, which gets model.py and model.safetensors",
            Required = true,
        };
        return new Command(
            "export",
            "Writes a model for other programs: one file for all that run ONNX, or a PyTorch module in Python with its weights and what prepares its "
                + "input")
        {
            ModelFile, target, output,
        }.WithSettings(SharedSettings.Config)
            .Does(async (_, arguments, cancellationToken) =>
            {
                TrainedModel model = await ReadAsync(arguments.GetRequiredValue(ModelFile), cancellationToken);
                string path = Path.GetFullPath(arguments.GetRequiredValue(output));
                if (arguments.GetValue(target) == "onnx")
                {
                    await File.WriteAllBytesAsync(path, OnnxFile.Write(model), cancellationToken);
                    Console.WriteLine($"{path}: input \"{OnnxFile.Input}\" [batch, {string.Join(", ", model.Model.Input)}], ONNX operator set 17");
                    return 0;
                }

                if (File.Exists(path))
                    throw new UsageException($"'{path}' is a file; expected the name of a folder");
                IReadOnlyDictionary<string, byte[]> files = PyTorchFolder.Write(model);
                Directory.CreateDirectory(path);
                foreach ((string name, byte[] content) in files)
                    await File.WriteAllBytesAsync(Path.Combine(path, name), content, cancellationToken);
                Console.WriteLine($"{path}: {string.Join(", ", files.Keys)}; in Python: from model import load, prepare, predict");
                return 0;
            });
    }

    /// <exception cref="InvalidDataException">The file is no model that the market has handed out.</exception>
    private static async Task<TrainedModel> ReadAsync(FileInfo file, CancellationToken cancellationToken)
    {
        byte[] bytes = await InputFile.ReadAsync(file, TrainedModel.MaxBytes, cancellationToken);
        try
        {
            return TrainedModel.Read(bytes);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"'{file.FullName}' is no model: {e.Message}", e);
        }
    }
}
