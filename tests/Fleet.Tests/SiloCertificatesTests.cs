using System.Security.Cryptography.X509Certificates;
using Marketplace.Fleet.Silos;
using Marketplace.Hosting;
using Marketplace.Testing.Files;
using Marketplace.Testing.Networks;

namespace Marketplace.Fleet.Tests;

/// <summary>Who is let into a fleet, and which files a machine does not start with.</summary>
public sealed class SiloCertificatesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestAuthority _fleet;
    private readonly TestAuthority _other;

    public SiloCertificatesTests()
    {
        _fleet = new TestAuthority(_folder.Path, "fleet");
        _other = new TestAuthority(_folder.Path, "other");
    }

    public void Dispose()
    {
        _fleet.Dispose();
        _other.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Whoever_has_a_certificate_of_the_authority_is_let_in_while_it_is_valid()
    {
        (string own, string key) = _fleet.Issue();
        var certificates = SiloCertificates.Read(own, key, _fleet.File);
        Assert.True(IsMember(_fleet.Issue().Certificate));
        Assert.False(IsMember(_fleet.Issue(isValid: false).Certificate));
        Assert.False(IsMember(_other.Issue().Certificate));

        bool IsMember(string file)
        {
            using X509Certificate2 certificate = X509CertificateLoader.LoadCertificateFromFile(file);
            return certificates.IsMember(certificate);
        }
    }

    [Theory]
    [InlineData("of another authority", "is not one of the authority")]
    [InlineData("not valid any more", "or not valid now")]
    [InlineData("with another's key", "cannot be read")]
    [InlineData("absent", "cannot be read")]
    [InlineData("no certificate", "cannot be read")]
    [InlineData("without an authority", "cannot be read")]
    public void What_the_others_would_not_let_in_is_not_started_with(string fault, string words)
    {
        (string certificate, string key) = fault switch
        {
            "of another authority" => _other.Issue(),
            "not valid any more" => _fleet.Issue(isValid: false),
            "with another's key" => (_fleet.Issue().Certificate, _fleet.Issue().Key),
            "absent" => (_folder["absent.pem"], _fleet.Issue().Key),
            "no certificate" => (_folder.Write("text.pem", "text"), _fleet.Issue().Key),
            _ => _fleet.Issue(),
        };
        string authority = fault == "without an authority" ? _folder["absent.pem"] : _fleet.File;
        UsageException refused = Assert.Throws<UsageException>(() => SiloCertificates.Read(certificate, key, authority));
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
    }
}
