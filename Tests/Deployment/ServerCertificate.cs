using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AuthDemo.Tests.Identity;

namespace AuthDemo.Tests.Deployment;

/// <summary>A certificate that signs itself, in memory and as PEM files.</summary>
public sealed class ServerCertificate : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <param name="names">The host names that it is for.</param>
    public ServerCertificate(params string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={names[0]}", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names) alternatives.AddDnsName(name);
        request.CertificateExtensions.Add(alternatives.Build());
        Certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(CertificateFile, Certificate.ExportCertificatePem());
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
    }

    public X509Certificate2 Certificate { get; }

    public string CertificateFile => Path.Combine(folder.Path, "certificate.pem");

    public string KeyFile => Path.Combine(folder.Path, "key.pem");

    public void Dispose()
    {
        Certificate.Dispose();
        folder.Dispose();
    }
}
