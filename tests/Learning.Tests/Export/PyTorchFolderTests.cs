using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Marketplace.Learning.Data;
using Marketplace.Learning.Export.PyTorch;
using Marketplace.Learning.Storage;
using Marketplace.Learning.Tests.Inference;
using Marketplace.Learning.Tests.Models;
using Marketplace.Learning.Torch;
using Marketplace.Testing.Files;

namespace Marketplace.Learning.Tests.Export;

/// <summary>The exported folder: its structure always, and where Python has PyTorch, that it computes what the engine here computes.</summary>
public sealed class PyTorchFolderTests
{
    public static TheoryData<string> Documents => OnnxFileTests.Documents;

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_parameter_belongs_to_a_module_of_the_code(string json)
    {
        TrainedModel model = TrainedModels.Noisy(json);
        IReadOnlyDictionary<string, byte[]> folder = PyTorchFolder.Write(model);
        string code = Encoding.ASCII.GetString(folder[PyTorchFolder.CodeFile]);
        Safetensors state = Safetensors.Read(folder[PyTorchFolder.WeightsFile]);

        Assert.Equal(model.Model.Parameters.Select(parameter => parameter.Length), state.Tensors.Select(tensor => tensor.ToArray<float>().Length));
        Assert.Equal(model.Weights, state.Tensors.SelectMany(tensor => tensor.ToArray<float>()));
        Assert.All(state.Tensors, tensor => Assert.Contains($"self.{tensor.Name[..tensor.Name.IndexOf('.')]} = nn.", code, StringComparison.Ordinal));
        Assert.Equal(folder[PyTorchFolder.CodeFile], PyTorchFolder.Write(model)[PyTorchFolder.CodeFile]);
    }

    [Fact]
    public void What_strangers_have_written_stays_data()
    {
        TrainedModel model = TrainedModels.Digits;
        const string Attack = "\"\"\"\nimport os\\'); os.abort() # @steps@ ä😀";
        string code = Encoding.ASCII.GetString(
            PyTorchFolder.Write(model with { Origin = model.Origin with { Title = Attack } })[PyTorchFolder.CodeFile]);

        string line = Assert.Single(code.Split('\n'), line => line.StartsWith("    'title'", StringComparison.Ordinal));
        const string Literal = @"    'title': '""""""\U0000000aimport os\\\'); os.abort() # @steps@ \U000000e4\U0001f600',";
        Assert.Equal(Literal, line);
        Assert.DoesNotContain("import os", code.Replace(line, "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Layers_that_would_have_the_same_name_have_two()
    {
        TrainedModel model = TrainedModels.Noisy(
            """
            {"input":[4],"layers":[{"type":"residual","name":"a","layers":[{"type":"linear","name":"b","out":4}]},
            {"type":"linear","name":"a_b","out":4},{"type":"linear","name":"forward","out":2}],"loss":"crossEntropy"}
            """);
        Safetensors state = Safetensors.Read(PyTorchFolder.Write(model)[PyTorchFolder.WeightsFile]);

        Assert.Equal(
            ["layer_a_b.weight", "layer_a_b.bias", "layer_a_b_2.weight", "layer_a_b_2.bias", "layer_forward.weight", "layer_forward.bias"],
            state.Tensors.Select(tensor => tensor.Name));
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task The_code_is_well_formed_python(string json)
    {
        using TemporaryFolder folder = new();
        Write(folder, TrainedModels.Noisy(json));
        Assert.SkipUnless((await RunAsync(folder.Path, "--version")).Code == 0, $"SKIPPED: there is no {Python} here.");

        await PythonAsync(folder.Path, "-c", "import ast; ast.parse(open('model.py').read())");
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task PyTorch_computes_the_same(string json)
    {
        await RequirePyTorchAsync();
        using TemporaryFolder folder = new();
        TrainedModel model = TrainedModels.Noisy(json);
        Write(folder, model);
        float[] features = TestModels.Data(model.Model, 5, seed: 11).Features;
        folder.Write("samples.json", JsonSerializer.Serialize(features.Chunk(model.Model.InputSize)));
        float[] expected = TorchEngine.Cpu.Predict(model.Model, model.Weights, features);

        string answer = await PythonAsync(folder.Path, "model.py", "samples.json");
        float[] outputs = [.. JsonSerializer.Deserialize<float[][]>(answer)!.SelectMany(row => row)];

        float scale = expected.Max(MathF.Abs);
        Assert.Equal(expected.Length, outputs.Length);
        Assert.All(expected.Zip(outputs), pair => Assert.True(MathF.Abs(pair.First - pair.Second) <= 1e-5f * scale, $"{pair}"));
    }

    [Fact]
    public async Task PyTorch_prepares_rows_as_they_are_prepared_here()
    {
        await RequirePyTorchAsync();
        using TemporaryFolder folder = new();
        Write(folder, TrainedModels.Table);
        const string Program = """
            import json, model
            print(json.dumps(model.prepare([{"age": "60", "sex": "m", "pulse": "?"}, {"age": "", "sex": "", "pulse": "71"}]).tolist()))
            """;

        float[][] rows = JsonSerializer.Deserialize<float[][]>(await PythonAsync(folder.Path, "-c", Program))!;

        CsvSchema schema = TrainedModels.Table.Input.Schema!;
        Assert.Equal(CsvSamples.Encode(schema, new Dictionary<string, string> { ["age"] = "60", ["sex"] = "m", ["pulse"] = "?" }), rows[0]);
        Assert.Equal(CsvSamples.Encode(schema, new Dictionary<string, string> { ["pulse"] = "71" }), rows[1]);
    }

    private static void Write(TemporaryFolder folder, TrainedModel model)
    {
        foreach ((string name, byte[] content) in PyTorchFolder.Write(model))
            folder.Write(name, content);
    }

    /// <summary>Skips the test, and says so, where Python has no PyTorch.</summary>
    private static async Task RequirePyTorchAsync()
    {
        (int code, _, string error) = await RunAsync(Path.GetTempPath(), "-c", "import torch, safetensors.torch");
        Assert.SkipUnless(
            code == 0, $"SKIPPED: {Python} has no PyTorch with safetensors (set PYTHON to one that has): {error.TrimEnd().Split('\n')[^1]}");
    }

    private static async Task<string> PythonAsync(string folder, params string[] arguments)
    {
        (int code, string output, string error) = await RunAsync(folder, arguments);
        Assert.True(code == 0, error);
        return output;
    }

    private static string Python => Environment.GetEnvironmentVariable("PYTHON") is { Length: > 0 } chosen ? chosen : "python3";

    private static async Task<(int Code, string Output, string Error)> RunAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(Python, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return (process.ExitCode, await output, await error);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (-1, "", e.Message);
        }
    }
}
