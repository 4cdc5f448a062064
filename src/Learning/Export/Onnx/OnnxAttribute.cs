namespace Marketplace.Learning.Export.Onnx;

/// <summary>A named constant of a node: an integer, a list of integers, or a number.</summary>
/// <param name="Name">Its name in the operator's definition.</param>
/// <param name="Value">An <see cref="int"/>, an array of them, or a <see cref="float"/>.</param>
internal readonly record struct OnnxAttribute(string Name, object Value)
{
    private const int FloatType = 1, IntType = 2, IntsType = 7;

    public OnnxMessage ToMessage()
    {
        OnnxMessage message = new OnnxMessage().Add(1, Name);
        switch (Value)
        {
            case float number:
                return message.Add(2, number).Add(20, FloatType);
            case int number:
                return message.Add(3, (long)number).Add(20, IntType);
            case int[] numbers:
                foreach (int number in numbers)
                    message.Add(8, (long)number);
                return message.Add(20, IntsType);
            default:
                throw new NotSupportedException($"The attribute {Name} is a {Value.GetType().Name}.");
        }
    }
}
