using Marketplace.Learning.Layers;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Marketplace.Learning.Torch;

/// <summary>Modules one after another; what lies between two of them is let go at once, as far as the gradient does not hold it.</summary>
internal sealed class Chain : nn.Module<Tensor, Tensor>
{
    private readonly IReadOnlyList<nn.Module<Tensor, Tensor>> _modules;

    public Chain(IReadOnlyList<nn.Module<Tensor, Tensor>> modules)
        : base(nameof(Chain))
    {
        _modules = modules;
        for (int i = 0; i < modules.Count; i++)
            register_module($"{i}", modules[i]);
    }

    public override Tensor forward(Tensor input)
    {
        Tensor values = input;
        foreach (nn.Module<Tensor, Tensor> module in _modules)
        {
            Tensor next = module.forward(values);
            if (!ReferenceEquals(values, input) && !ReferenceEquals(values, next))
                values.Dispose();
            values = next;
        }

        return values;
    }
}

/// <summary>A function without parameters of its own.</summary>
internal sealed class Function : nn.Module<Tensor, Tensor>
{
    private readonly Func<Tensor, Tensor> _function;

    /// <param name="function">What it computes; returns its argument or a new tensor.</param>
    /// <param name="inner">The modules that it uses.</param>
    public Function(Func<Tensor, Tensor> function, params ReadOnlySpan<nn.Module> inner)
        : base(nameof(Function))
    {
        _function = function;
        for (int i = 0; i < inner.Length; i++)
            register_module($"{i}", inner[i]);
    }

    public override Tensor forward(Tensor input) => _function(input);
}

/// <summary>Drops values in training, and only then.</summary>
internal sealed class SeededDropout(double rate, DropoutMasks masks) : nn.Module<Tensor, Tensor>(nameof(SeededDropout))
{
    public override Tensor forward(Tensor input) => training && rate > 0 ? masks.Apply(input, rate) : input;
}

/// <summary>Adds a table to every sample.</summary>
internal sealed class AddedTable : nn.Module<Tensor, Tensor>
{
    private readonly Parameter _weight;

    public AddedTable(int rows, int columns, Device device)
        : base(nameof(AddedTable))
    {
        _weight = nn.Parameter(zeros(rows, columns, device: device));
        register_parameter("weight", _weight);
    }

    public override Tensor forward(Tensor input) => Tensors.Sum(input, _weight);
}

/// <summary>Replaces columns that hold indices by rows of a table; the other columns pass, and come first.</summary>
internal sealed class IndexedEmbedding : nn.Module<Tensor, Tensor>
{
    private readonly Embedding _layer;
    private readonly Parameter _weight;
    private readonly Tensor _indexed;
    private readonly Tensor? _passed;

    public IndexedEmbedding(Embedding layer, Device device)
        : base(nameof(IndexedEmbedding))
    {
        _layer = layer;
        _weight = nn.Parameter(zeros(layer.Vocabulary, layer.Dimension, device: device));
        register_parameter("weight", _weight);
        int[] all = [.. Enumerable.Range(0, layer.Input[0])], indexed = [.. layer.Columns ?? all], passed = [.. all.Except(indexed)];
        _indexed = Register("indexed", indexed, device);
        _passed = passed.Length == 0 ? null : Register("passed", passed, device);
    }

    public override Tensor forward(Tensor input)
    {
        Tensor indices = input.index_select(1, _indexed).to(ScalarType.Int64);
        Tensor rows = _weight.index_select(0, indices.flatten());
        if (_layer.Sequence)
            return rows.reshape(input.shape[0], _layer.Output[0], _layer.Output[1]);
        Tensor flat = rows.reshape(input.shape[0], -1);
        return _passed is null ? flat : cat([input.index_select(1, _passed), flat], 1);
    }

    private Tensor Register(string name, int[] columns, Device device)
    {
        Tensor indices = tensor(columns.Select(column => (long)column).ToArray(), device: device);
        register_buffer(name, indices);
        return indices;
    }
}
