namespace Marketplace.Learning.Layers;

/// <summary>Cross-correlation over [channels, height, width]. Parameters: weight [out, channels, kernel, kernel], bias [out].</summary>
/// <param name="Out">Channels out.</param>
/// <param name="Kernel">Side of the square window, in pixels.</param>
/// <param name="Stride">Step of the window, in pixels.</param>
/// <param name="Padding">Rows and columns of zeros on every side.</param>
public sealed record Conv2d(int Out, int Kernel, int Stride, int Padding) : Layer
{
    internal static Layer Read(LayerReader reader)
    {
        (int channels, int height, int width) = reader.Image();
        int outputs = reader.Integer("out"), kernel = reader.Window("kernel"), stride = reader.Window("stride", 1);
        int padding = reader.Integer("padding", 0, kernel - 1, 0);
        reader.CheckSize([channels, height + 2 * padding, width + 2 * padding], "the padded input");
        int[] output =
        [
            outputs,
            reader.Positions(height, kernel, stride, padding, "height"),
            reader.Positions(width, kernel, stride, padding, "width"),
        ];
        return reader.Place(
            new Conv2d(outputs, kernel, stride, padding),
            output,
            TensorPlan.Weight("weight", checked(channels * kernel * kernel), outputs, channels, kernel, kernel),
            TensorPlan.Zeros("bias", outputs));
    }
}

/// <summary>Cross-correlation over [channels, length]. Parameters: weight [out, channels, kernel], bias [out].</summary>
/// <param name="Out">Channels out.</param>
/// <param name="Kernel">Length of the window.</param>
/// <param name="Stride">Step of the window.</param>
/// <param name="Padding">Zeros at both ends.</param>
public sealed record Conv1d(int Out, int Kernel, int Stride, int Padding) : Layer
{
    internal static Layer Read(LayerReader reader)
    {
        if (reader.Input.Count != 2)
            throw reader.WrongInput("[channels, length], as an unflatten layer gives it");
        (int channels, int length) = (reader.Input[0], reader.Input[1]);
        int outputs = reader.Integer("out"), kernel = reader.Window("kernel"), stride = reader.Window("stride", 1);
        int padding = reader.Integer("padding", 0, kernel - 1, 0);
        reader.CheckSize([channels, length + 2 * padding], "the padded input");
        return reader.Place(
            new Conv1d(outputs, kernel, stride, padding),
            [outputs, reader.Positions(length, kernel, stride, padding, "length")],
            TensorPlan.Weight("weight", checked(channels * kernel), outputs, channels, kernel),
            TensorPlan.Zeros("bias", outputs));
    }
}
