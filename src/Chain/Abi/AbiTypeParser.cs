using System.Globalization;

namespace Marketplace.Chain.Abi;

/// <summary>Recursive descent over the text of a type.</summary>
internal sealed class AbiTypeParser(string text)
{
    internal const int MaxDepth = 32;
    private const int MaxLength = 1 << 16;

    private int _position;
    private int _depth;

    private char Current => _position < text.Length ? text[_position] : '\0';

    public AbiType ParseWhole()
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxLength) throw new AbiException($"A type has at most {MaxLength} characters, got {text.Length}.");
        SkipSpaces();
        AbiType type = ParseType();
        SkipSpaces();
        return _position == text.Length ? type : throw Unexpected("the end");
    }

    /// <summary>An elementary type by its name, for instance from compiler output.</summary>
    public static AbiType Elementary(string name) => name switch
    {
        "uint" => new AbiInteger(256, false),
        "int" => new AbiInteger(256, true),
        "bool" => new AbiBool(),
        "address" => new AbiAddress(),
        "bytes" => new AbiBytes(),
        "string" => new AbiString(),
        "function" => new AbiFixedBytes(24, "function"),
        _ when Suffix(name, "uint") is int bits => new AbiInteger(bits, false),
        _ when Suffix(name, "int") is int bits => new AbiInteger(bits, true),
        _ when Suffix(name, "bytes") is int length => new AbiFixedBytes(length),
        _ => throw new AbiException($"Unknown type {Hex.Excerpt(name)}; expected uintN, intN, bool, address, bytesN, bytes, string or a tuple."),
    };

    /// <summary>Appends the array brackets in <paramref name="suffix"/> to a type: "[2][]".</summary>
    public static AbiType WithArrays(AbiType type, string suffix)
    {
        AbiTypeParser parser = new(suffix);
        type = parser.ParseArrays(type);
        return parser._position == suffix.Length ? type : throw parser.Unexpected("[]");
    }

    private static int? Suffix(string name, string prefix)
    {
        ReadOnlySpan<char> digits = name.AsSpan(Math.Min(prefix.Length, name.Length));
        return name.StartsWith(prefix, StringComparison.Ordinal) && digits.Length is > 0 and <= 3 && digits[0] != '0'
            && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;
    }

    private AbiType ParseType()
    {
        if (++_depth > MaxDepth) throw new AbiException($"The type is nested deeper than {MaxDepth} levels.");
        string word = ParseWord();
        AbiType type = Current == '(' && word is "" or "tuple" ? ParseTuple() : Elementary(word);
        type = ParseArrays(type);
        _depth--;
        return type;
    }

    private AbiTuple ParseTuple()
    {
        if (Current != '(') throw Unexpected("(");
        List<AbiParameter> components = [];
        do
        {
            _position++;
            SkipSpaces();
            if (components.Count == 0 && Current == ')') break;
            components.Add(ParseParameter());
        }
        while (Current == ',');
        if (Current != ')') throw Unexpected(", or )");
        _position++;
        return new AbiTuple(components);
    }

    private AbiParameter ParseParameter()
    {
        AbiType type = ParseType();
        SkipSpaces();
        string name = ParseWord();
        bool isIndexed = name == "indexed";
        if (isIndexed || name is "memory" or "calldata" or "storage")
        {
            SkipSpaces();
            name = ParseWord();
        }

        SkipSpaces();
        return new AbiParameter(name, type, isIndexed);
    }

    private AbiType ParseArrays(AbiType type)
    {
        while (Current == '[')
        {
            int end = text.IndexOf(']', _position);
            if (end < 0) throw Unexpected("[ with a closing ]");
            ReadOnlySpan<char> digits = text.AsSpan(_position + 1, end - _position - 1);
            int length = 0;
            if (!digits.IsEmpty && (digits[0] == '0' || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out length)))
                throw new AbiException($"Expected an array length from 1, got {Hex.Excerpt(digits)}.");
            type = new AbiArray(type, digits.IsEmpty ? null : length);
            _position = end + 1;
        }

        return type;
    }

    private string ParseWord()
    {
        int start = _position;
        while (char.IsAsciiLetterOrDigit(Current) || Current is '_' or '$') _position++;
        return text[start.._position];
    }

    private void SkipSpaces()
    {
        while (Current == ' ') _position++;
    }

    private AbiException Unexpected(string expected) =>
        new($"Expected {expected} at position {_position} of {Hex.Excerpt(text)}.");
}
