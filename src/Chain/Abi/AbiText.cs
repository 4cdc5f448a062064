using System.Collections;
using System.Globalization;
using System.Text;
using Marketplace.Http;
using Nethereum.ABI;
using Nethereum.ABI.Model;

namespace Marketplace.Chain.Abi;

/// <summary>Decoded values as one line of text. Text from the chain is escaped and cut, so that it can be logged.</summary>
internal static class AbiText
{
    private const int MaxLength = 2000;
    private const int MaxBytes = 150;

    /// <summary>Decimal integers, hex bytes, quoted strings, [arrays] and (tuples with names).</summary>
    public static string Format(Parameter[] parameters, object[] values)
    {
        StringBuilder text = new();
        AppendTuple(text, parameters, values);
        return text.Length <= MaxLength ? text.ToString() : text.ToString(0, MaxLength) + "…";
    }

    private static void Append(StringBuilder text, ABIType type, object value)
    {
        switch (type, value)
        {
            case (ArrayType array, IEnumerable elements):
                AppendSequence(text, '[', ']', elements, (_, element) => Append(text, array.ElementType, element));
                break;
            case (TupleType tuple, object[] components):
                AppendTuple(text, tuple.Components, components);
                break;
            case (_, byte[] bytes):
                text.Append(bytes.Length <= MaxBytes ? Hex.Format(bytes) : $"{Hex.Format(bytes.AsSpan(0, 32))}… ({bytes.Length} bytes)");
                break;
            case (_, string s):
                text.Append('"').Append(Printable.Line(s)).Append('"');
                break;
            case (_, bool flag):
                text.Append(flag ? "true" : "false");
                break;
            default:
                text.Append(CultureInfo.InvariantCulture, $"{value}");
                break;
        }
    }

    private static void AppendTuple(StringBuilder text, Parameter[] parameters, object[] values) =>
        AppendSequence(text, '(', ')', values, (i, value) =>
        {
            if (!string.IsNullOrEmpty(parameters[i].Name)) text.Append(parameters[i].Name).Append(": ");
            Append(text, parameters[i].ABIType, value);
        });

    private static void AppendSequence(StringBuilder text, char open, char close, IEnumerable values, Action<int, object> append)
    {
        text.Append(open);
        int index = 0;
        foreach (object value in values)
        {
            if (text.Length > MaxLength) return;
            if (index > 0) text.Append(", ");
            append(index++, value);
        }

        text.Append(close);
    }
}
