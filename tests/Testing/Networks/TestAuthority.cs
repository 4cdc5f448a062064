using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Marketplace.Testing.Networks;

/// <summary>An authority that signs certificates, as PEM files in a folder.</summary>
public sealed class TestAuthority : IDisposable
{
    private readonly string _folder;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _own;
    private int _issued;

    /// <param name="folder">Where the files are written to.</param>
    /// <param name="name">The authority's name, and its file's.</param>
    public TestAuthority(string folder, string name = "authority")
    {
        _folder = folder;
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _own = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-10), DateTimeOffset.UtcNow.AddDays(10));
        File = Write($"{name}.pem", _own.ExportCertificatePem());
    }

    /// <summary>The authority's certificate.</summary>
    public string File { get; }

    /// <summary>Signs a certificate.</summary>
    /// <param name="isValid">Whether it is valid now, or has been until yesterday.</param>
    /// <returns>The files of the certificate and of its key.</returns>
    public (string Certificate, string Key) Issue(bool isValid = true)
    {
        string name = $"{Path.GetFileNameWithoutExtension(File)}-{++_issued}";
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256).Create(
            _own, DateTimeOffset.UtcNow.AddDays(-9), DateTimeOffset.UtcNow.AddDays(isValid ? 9 : -1), BitConverter.GetBytes(_issued));
        return (Write($"{name}.pem", certificate.ExportCertificatePem()), Write($"{name}.key", key.ExportPkcs8PrivateKeyPem()));
    }

    public void Dispose()
    {
        _own.Dispose();
        _key.Dispose();
    }

    private string Write(string name, string pem)
    {
        string path = Path.Combine(_folder, name);
        System.IO.File.WriteAllText(path, pem);
        return path;
    }
}
