using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CommuniConnect.Server.Platform.Storage;
using QRCoder;

namespace CommuniConnect.Server.Platform.Http;

/// <summary>
/// <c>--https</c>: serves every address of the machine on port 8443 with a certificate of its own making, because browsers
/// open the camera on secure pages only and a phone on the same Wi-Fi does not see 127.0.0.1.
/// </summary>
internal static class HttpsSetup
{
    private const int Port = 8443;
    private static readonly TimeSpan Validity = TimeSpan.FromDays(365);
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    public static void AddHttps(this WebApplicationBuilder builder, DataFolder data)
    {
        if (!builder.Configuration.GetValue<bool>("https"))
        {
            return;
        }
        var certificate = Certificate(Path.Combine(data.Root, "https.pfx"), Addresses());
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = certificate)
        );
        var urls = builder.Configuration["urls"];
        builder.WebHost.UseUrls($"{urls};https://*:{Port.ToString(CultureInfo.InvariantCulture)}");
    }

    /// <summary>Prints where a phone finds the server, with a picture to scan for the first address.</summary>
    public static void AnnounceHttps(this WebApplication app)
    {
        if (!app.Configuration.GetValue<bool>("https"))
        {
            return;
        }
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            var links = Addresses().Select(Link).ToList();
            if (links.Count == 0)
            {
                Console.WriteLine($"https://localhost:{Port}");
                return;
            }
            using var code = new QRCodeGenerator().CreateQrCode(
                links[0],
                QRCodeGenerator.ECCLevel.L
            );
            using var drawing = new AsciiQRCode(code);
            Console.WriteLine(drawing.GetGraphicSmall());
            Console.WriteLine(string.Join(Environment.NewLine, links));
            Console.WriteLine(
                "Le certificat est celui de ce serveur : le navigateur demande une fois de l'accepter."
            );
        });
    }

    private static string Link(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6
            ? $"https://[{address}]:{Port}"
            : $"https://{address}:{Port}";

    /// <summary>The addresses others on the network may know this machine by.</summary>
    private static List<IPAddress> Addresses() =>
        [
            .. NetworkInterface
                .GetAllNetworkInterfaces()
                .Where(network => network.OperationalStatus == OperationalStatus.Up)
                .Where(network => network.NetworkInterfaceType != NetworkInterfaceType.Loopback)
                .SelectMany(network => network.GetIPProperties().UnicastAddresses)
                .Select(unicast => unicast.Address)
                .Where(address => !address.IsIPv6LinkLocal)
                .OrderBy(address => address.AddressFamily),
        ];

    /// <summary>The certificate of the last start when it still fits, so that a phone has to accept it once.</summary>
    private static X509Certificate2 Certificate(string file, List<IPAddress> addresses)
    {
        if (File.Exists(file))
        {
            var kept = X509CertificateLoader.LoadPkcs12FromFile(file, password: null);
            if (kept.NotAfter > DateTime.Now + RenewBefore && Covers(kept, addresses))
            {
                return kept;
            }
        }
        var made = Make(addresses).Export(X509ContentType.Pfx);
        using (var stream = new FileStream(file, OwnerOnly()))
        {
            stream.Write(made);
        }
        return X509CertificateLoader.LoadPkcs12(made, password: null);
    }

    private static FileStreamOptions OwnerOnly()
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        return options;
    }

    private static bool Covers(X509Certificate2 certificate, List<IPAddress> addresses) =>
        certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault()
            is { } names
        && addresses.TrueForAll(address => names.EnumerateIPAddresses().Contains(address));

    private static X509Certificate2 Make(List<IPAddress> addresses)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=CommuniConnect", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName(Environment.MachineName);
        foreach (var address in addresses.Append(IPAddress.Loopback).Append(IPAddress.IPv6Loopback))
        {
            names.AddIpAddress(address);
        }
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false) // server authentication
        );
        var now = DateTimeOffset.UtcNow;
        return request.CreateSelfSigned(now.AddDays(-1), now + Validity);
    }
}
