using System.Collections;
using System.Globalization;
using System.Text;

namespace Marketplace.Chain.Abi;

/// <summary>Decoded values as one line of text. Text from the chain is escaped and cut, so that it can be logged.</summary>
public static class AbiFormatter
{
    private const int MaxLength = 2000;
    private const int MaxText = 300;

    /// <summary>A value: decimal integers, hex bytes, quoted strings, [arrays] and (tuples with names).</summary>
    public static string Format(AbiType type, object value)
    {
        StringBuilder text = new();
        Append(text, type, value);
        return text.Length <= MaxLength ? text.ToString() : text.ToString(0, MaxLength) + "…";
    }

    internal static string FormatArguments(IReadOnlyList<AbiParameter> parameters, object[] values) =>
        Format(new AbiTuple(parameters), values);

    /// <summary>Text from outside with control characters escaped, at most 300 characters.</summary>
    public static string Printable(string text)
    {
        StringBuilder result = new();
        foreach (char c in text.AsSpan(0, Math.Min(text.Length, MaxText)))
        {
            if (char.IsControl(c) || CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.Format)
                result.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                result.Append(c);
        }

        return text.Length <= MaxText ? result.ToString() : result + "…";
    }

    private static void Append(StringBuilder text, AbiType type, object value)
    {
        if (text.Length > MaxLength) return;
        switch (type, value)
        {
            case (AbiArray array, IEnumerable elements):
                AppendSequence(text, '[', ']', elements, _ => new AbiParameter("", array.Element));
                break;
            case (AbiTuple tuple, object[] components):
                AppendSequence(text, '(', ')', components, i => tuple.Components[i]);
                break;
            case (AbiTuple tuple, IAbiTuple components):
                AppendSequence(text, '(', ')', components.ToAbi(), i => tuple.Components[i]);
                break;
            case (_, byte[] bytes):
                text.Append(bytes.Length <= MaxText / 2 ? Hex.Format(bytes) : $"{Hex.Format(bytes.AsSpan(0, 32))}… ({bytes.Length} bytes)");
                break;
            case (_, string s):
                text.Append('"').Append(Printable(s)).Append('"');
                break;
            case (_, bool flag):
                text.Append(flag ? "true" : "false");
                break;
            default:
                text.Append(CultureInfo.InvariantCulture, $"{value}");
                break;
        }
    }

    private static void AppendSequence(
        StringBuilder text, char open, char close, IEnumerable values, Func<int, AbiParameter> parameterAt)
    {
        text.Append(open);
        int index = 0;
        foreach (object value in values)
        {
            if (text.Length > MaxLength) return;
            AbiParameter parameter = parameterAt(index);
            if (index++ > 0) text.Append(", ");
            if (parameter.Name.Length > 0) text.Append(parameter.Name).Append(": ");
            Append(text, parameter.Type, value);
        }

        text.Append(close);
    }
}
