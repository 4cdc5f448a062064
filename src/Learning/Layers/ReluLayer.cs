namespace Marketplace.Learning;

/// <summary>max(x, 0), in place.</summary>
internal sealed unsafe class ReluLayer(LayerSpecification specification) : Layer(specification)
{
    public override bool InPlace => true;

    public override void Forward(LayerBuffers buffers, int first, int count)
    {
        for (int sample = first; sample < first + count; sample++)
            Elementwise.Relu(buffers.Y + (long)sample * OutputSize, OutputSize);
    }

    public override void BackwardInput(LayerBuffers buffers, int first, int count, float* scratch)
    {
        for (int sample = first; sample < first + count; sample++)
        {
            long start = (long)sample * OutputSize;
            Elementwise.ReluBackward(buffers.Dy + start, buffers.Y + start, OutputSize);
        }
    }
}
