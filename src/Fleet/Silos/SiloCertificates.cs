using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Marketplace.Hosting;
using Orleans.Connections.Security;

namespace Marketplace.Fleet.Silos;

/// <summary>By which the silos of a fleet know each other: each shows a certificate, and takes nobody without one of the same authority.</summary>
public sealed class SiloCertificates
{
    /// <summary>TLS sends a name along; who is let in is decided by the authority alone, for machines come and go with their addresses.</summary>
    private const string ServerName = "marketplace-fleet";

    private readonly X509Certificate2 _own;
    private readonly X509Certificate2 _authority;

    private SiloCertificates(X509Certificate2 own, X509Certificate2 authority) => (_own, _authority) = (own, authority);

    /// <exception cref="UsageException">A file cannot be read, or the authority has not signed the certificate.</exception>
    public static SiloCertificates Read(string certificate, string key, string authority)
    {
        try
        {
            var certificates = new SiloCertificates(
                X509Certificate2.CreateFromPemFile(certificate, key), X509CertificateLoader.LoadCertificateFromFile(authority));
            return certificates.IsMember(certificates._own)
                ? certificates
                : throw new UsageException(
                    $"the certificate '{certificate}' is not one of the authority '{authority}', or not valid now: "
                        + "the others would not let this machine in");
        }
        // What .NET makes of a key that is another certificate's is an ArgumentException.
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"the certificate '{certificate}', its key '{key}' or the authority '{authority}' cannot be read: {e.Message}");
        }
    }

    internal void Configure(TlsOptions options)
    {
        options.LocalCertificate = _own;
        options.RemoteCertificateMode = options.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.RemoteCertificateValidation = (certificate, _, _) => IsMember(certificate);
        options.OnAuthenticateAsClient = (_, client) => client.TargetHost = ServerName;
    }

    /// <summary>Whether a certificate is valid now and signed by the fleet's authority.</summary>
    internal bool IsMember(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(_authority);
        // Certificates of a private authority name nobody to ask; who is to leave gets none that lasts.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }
}
