// Statements and proofs for the tests of other implementations of the verifier, made on the spot.

using System.Text.Json.Nodes;
using Marketplace.Proofs;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Proofs.Vectors;

try
{
    VectorOptions options = VectorOptions.Parse(args);
    Srs srs = Srs.OpenDevelopment(options.SrsDimension, options.Cache);
    var vectors = new JsonArray();
    for (int k = 0; k < options.Count; k++) vectors.Add(Vector.Create(srs, options, options.Seed + k));
    Console.WriteLine(new JsonObject
    {
        ["srs"] = JsonNode.Parse(srs.Parameters.ToJson()),
        ["h"] = Vector.Point(Commitment.H),
        ["vectors"] = vectors,
    }.ToJsonString());
    return 0;
}
catch (FormatException error)
{
    Console.Error.WriteLine(error.Message);
    Console.Error.WriteLine(VectorOptions.Usage);
    return 2;
}
