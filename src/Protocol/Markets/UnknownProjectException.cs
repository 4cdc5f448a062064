using System.Numerics;
using Marketplace.Chain;

namespace Marketplace.Protocol.Markets;

/// <summary>The market has no project of this number.</summary>
public sealed class UnknownProjectException(Address market, BigInteger projectId)
    : Exception($"the market at {market} has no project {projectId}");
