using System.Globalization;
using System.Reflection;
using Marketplace.Fleet.Databases;
using Orleans;
using Orleans.Runtime;

namespace Marketplace.Fleet.Tests;

/// <summary>
/// Machines of two versions understand each other while one replaces the other: what they say and where it goes is named apart from the
/// code, which can then be renamed, and names that were once given stay.
/// </summary>
public sealed class MessageTests
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>What the versions before this one say. Lines are added, and taken away once no version in use says them.</summary>
    private static readonly string[] Said =
    [
        "Marketplace.Fleet.Account.IsConfirmed(String)",
        "Marketplace.Fleet.Account.ReadEpoch()",
        "Marketplace.Fleet.Account.ReleaseMoney(Guid)",
        "Marketplace.Fleet.Account.Send(Marketplace.Fleet.TransactionOrder)",
        "Marketplace.Fleet.Account.TryHoldMoney(Guid)",
        "Marketplace.Fleet.AccountEpoch 0 UInt64",
        "Marketplace.Fleet.AccountEpoch 1 String",
        "Marketplace.Fleet.AccountEpoch 2 String",
        "Marketplace.Fleet.AccountEpoch 3 Int64",
        "Marketplace.Fleet.AccountEpoch 4 Int64",
        "Marketplace.Fleet.AccountUnavailable",
        "Marketplace.Fleet.Log 0 String",
        "Marketplace.Fleet.Log 1 String[]",
        "Marketplace.Fleet.Log 2 Byte[]",
        "Marketplace.Fleet.Log 3 UInt64",
        "Marketplace.Fleet.Project.EnsureServed()",
        "Marketplace.Fleet.Receipt 0 String",
        "Marketplace.Fleet.Receipt 1 Boolean",
        "Marketplace.Fleet.Receipt 10 Marketplace.Fleet.Log[]",
        "Marketplace.Fleet.Receipt 2 UInt64",
        "Marketplace.Fleet.Receipt 3 String",
        "Marketplace.Fleet.Receipt 4 UInt64",
        "Marketplace.Fleet.Receipt 5 String",
        "Marketplace.Fleet.Receipt 6 String",
        "Marketplace.Fleet.Receipt 7 String",
        "Marketplace.Fleet.Receipt 8 UInt64",
        "Marketplace.Fleet.Receipt 9 BigInteger",
        "Marketplace.Fleet.TransactionAnswer 0 Failed=6",
        "Marketplace.Fleet.TransactionAnswer 0 HoldLost=5",
        "Marketplace.Fleet.TransactionAnswer 0 Mined=1",
        "Marketplace.Fleet.TransactionAnswer 0 Pending=0",
        "Marketplace.Fleet.TransactionAnswer 0 Refused=3",
        "Marketplace.Fleet.TransactionAnswer 0 Reverted=2",
        "Marketplace.Fleet.TransactionAnswer 0 Unreachable=4",
        "Marketplace.Fleet.TransactionAnswer 1 Receipt",
        "Marketplace.Fleet.TransactionAnswer 2 Byte[]",
        "Marketplace.Fleet.TransactionAnswer 3 String",
        "Marketplace.Fleet.TransactionOrder 0 String",
        "Marketplace.Fleet.TransactionOrder 1 String",
        "Marketplace.Fleet.TransactionOrder 2 Byte[]",
        "Marketplace.Fleet.TransactionOrder 3 BigInteger",
        "Marketplace.Fleet.TransactionOrder 4 UInt64?",
        "Marketplace.Fleet.TransactionOrder 5 UInt64",
        "Marketplace.Fleet.TransactionOrder 6 Guid?",
        "account",
        "project",
    ];

    // What the compiler generates beside it has other names, and is not written by hand.
    private static readonly Type[] All =
    [
        .. typeof(FleetDatabase).Assembly.GetTypes()
            .Where(type => type.Namespace?.StartsWith("Marketplace.Fleet", StringComparison.Ordinal) == true),
    ];

    private static IEnumerable<Type> Interfaces => All.Where(type => type.IsInterface && type.IsAssignableTo(typeof(IAddressable)));

    private static IEnumerable<Type> Grains => All.Where(type => !type.IsAbstract && type.IsAssignableTo(typeof(Grain)));

    private static IEnumerable<Type> Messages => All.Where(type => type.IsDefined(typeof(GenerateSerializerAttribute)));

    [Fact]
    public void Whatever_goes_between_machines_is_named_apart_from_the_code()
    {
        Assert.NotEmpty(Interfaces);
        Assert.NotEmpty(Grains);
        Assert.NotEmpty(Messages);
        Assert.All(Grains, type => Assert.True(type.IsDefined(typeof(GrainTypeAttribute)), $"{type} needs [GrainType]"));
        Assert.All(Interfaces.Concat(Messages), type => Assert.True(type.IsDefined(typeof(AliasAttribute)), $"{type} needs [Alias]"));
        Assert.All(
            Interfaces.SelectMany(type => type.GetMethods()),
            method => Assert.True(method.IsDefined(typeof(AliasAttribute)), $"{method.DeclaringType}.{method.Name} needs [Alias]"));
        Assert.All(
            Messages.SelectMany(type => type.GetProperties(Own)).Where(IsKept),
            property => Assert.True(property.IsDefined(typeof(IdAttribute)), $"{property.DeclaringType}.{property.Name} needs [property: Id]"));
        Assert.All(
            Messages.SelectMany(type => type.GetFields(Own)).Where(field => !field.Name.StartsWith('<')),
            field => Assert.True(field.IsDefined(typeof(IdAttribute)), $"{field.DeclaringType}.{field.Name} needs [Id]"));
    }

    [Fact]
    public void No_name_stands_for_two_things() => Assert.Equal(Say().Distinct(), Say());

    [Fact]
    public void What_the_versions_before_say_is_understood() => Assert.Subset(Say().ToHashSet(), Said.ToHashSet());

    private static IEnumerable<string> Say() =>
    [
        .. Grains.Select(type => type.GetCustomAttribute<GrainTypeAttribute>()!.GetGrainType(null!, null!).ToString()!),
        .. Interfaces.SelectMany(type => type.GetMethods().Select(method =>
            $"{NameOf(type)}.{method.GetCustomAttribute<AliasAttribute>()!.Alias}"
            + $"({string.Join(", ", method.GetParameters().Select(parameter => NameOf(parameter.ParameterType)))})")),
        .. Messages.SelectMany(type => type.GetProperties(Own).Where(IsKept)
            .SelectMany(property => ValuesOf(property.PropertyType)
                .Select(value => $"{NameOf(type)} {property.GetCustomAttribute<IdAttribute>()!.Id} {value}"))
            .DefaultIfEmpty(NameOf(type))),
    ];

    /// <summary>Whether a property has a value of its own, which a message brings along.</summary>
    private static bool IsKept(PropertyInfo property) =>
        property.DeclaringType!.GetField($"<{property.Name}>k__BackingField", BindingFlags.Instance | BindingFlags.NonPublic) is not null;

    private static string NameOf(Type type)
    {
        if (type.GetCustomAttribute<AliasAttribute>() is { } alias)
            return alias.Alias;
        if (Nullable.GetUnderlyingType(type) is { } value)
            return $"{NameOf(value)}?";
        return type.IsArray ? $"{NameOf(type.GetElementType()!)}[]" : type.Name;
    }

    /// <summary>The type's name; of an enumeration its members, which go as numbers.</summary>
    private static IEnumerable<string> ValuesOf(Type type) => type.IsEnum
        ? Enum.GetNames(type).Select(name => $"{name}={Convert.ToInt32(Enum.Parse(type, name), CultureInfo.InvariantCulture)}")
        : [NameOf(type)];
}
