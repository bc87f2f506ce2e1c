// dotnet run --file make-packages.cs -- ASPIRE-MANAGED FOLDER
//
// Makes NuGet packages from assemblies inside ASPIRE-MANAGED, the Aspire CLI's single-file program, for feeds that lack them.
// Ids, versions and dependencies are those of its own deps.json.
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;

if (args is not [var managed, var folder])
{
    Console.Error.WriteLine("usage: dotnet run --file make-packages.cs -- ASPIRE-MANAGED FOLDER");
    return 2;
}

string[] wanted =
[
    "Microsoft.AspNetCore.Authentication.OpenIdConnect",
    "OpenTelemetry.Extensions.Hosting",
    "Grpc.AspNetCore.Server",
    "Google.Protobuf",
];

using var bundle = new SingleFileBundle(managed);
var dependencyGraph = JsonNode.Parse(bundle.Read("aspire-managed.deps.json"))!;
var target = dependencyGraph["targets"]![(string)dependencyGraph["runtimeTarget"]!["name"]!]!.AsObject();
var libraries = target.ToDictionary(t => t.Key.Split('/')[0], t => (Version: t.Key.Split('/')[1], Node: t.Value!), StringComparer.OrdinalIgnoreCase);

Directory.CreateDirectory(folder);
var queue = new Queue<string>(wanted);
var seen = new HashSet<string>(wanted, StringComparer.OrdinalIgnoreCase);
while (queue.TryDequeue(out var id))
{
    var (version, library) = libraries[id];
    var dependencies = (library["dependencies"]?.AsObject() ?? []).ToDictionary(d => d.Key, d => (string)d.Value!);
    foreach (var dependency in dependencies.Keys)
    {
        // What the bundle has no assembly for comes with the framework or stays the feed's business.
        if (bundle.Contains(dependency + ".dll") && seen.Add(dependency)) queue.Enqueue(dependency);
    }

    WritePackage(id, version, dependencies);
    Console.WriteLine($"{id} {version}");
}

return 0;

void WritePackage(string id, string version, Dictionary<string, string> dependencies)
{
    XNamespace ns = "http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd";
    var nuspec = new XElement(ns + "package", new XElement(ns + "metadata",
        new XElement(ns + "id", id),
        new XElement(ns + "version", version),
        new XElement(ns + "authors", "Microsoft and the OpenTelemetry authors"),
        new XElement(ns + "description", $"{id} {version} as shipped inside the Aspire CLI."),
        new XElement(ns + "dependencies", new XElement(ns + "group", new XAttribute("targetFramework", "net10.0"),
            dependencies.Select(d => new XElement(ns + "dependency", new XAttribute("id", d.Key), new XAttribute("version", d.Value))))),
        id.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal)
            ? new XElement(ns + "frameworkReferences", new XElement(ns + "group", new XAttribute("targetFramework", "net10.0"),
                new XElement(ns + "frameworkReference", new XAttribute("name", "Microsoft.AspNetCore.App"))))
            : null));

    using var zip = new ZipArchive(File.Create(Path.Combine(folder, $"{id}.{version}.nupkg".ToLowerInvariant())), ZipArchiveMode.Create);
    Write(zip, id + ".nuspec", Encoding.UTF8.GetBytes(nuspec.ToString()));
    Write(zip, $"lib/net10.0/{id}.dll", bundle.Read(id + ".dll"));
}

static void Write(ZipArchive zip, string name, byte[] content)
{
    using var entry = zip.CreateEntry(name).Open();
    entry.Write(content);
}

/// <summary>Reads the files inside a .NET single-file program. Format: dotnet/designs, accepted/2020/single-file/bundler.md.</summary>
internal sealed class SingleFileBundle : IDisposable
{
    private readonly Dictionary<string, (long Offset, long Size, long Packed)> files = new(StringComparer.OrdinalIgnoreCase);
    private readonly FileStream stream;

    /// <exception cref="InvalidDataException">The file is not a single-file program.</exception>
    public SingleFileBundle(string path)
    {
        stream = File.OpenRead(path);
        using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        stream.Position = FindSignature() - 8;
        stream.Position = reader.ReadInt64();

        var major = reader.ReadUInt32();
        reader.ReadUInt32();
        var count = reader.ReadInt32();
        reader.ReadString();
        // From version 2 on: offset and size of deps.json and of runtimeconfig.json, and flags; 8 bytes each.
        if (major >= 2) stream.Position += 5 * 8;
        for (var i = 0; i < count; i++)
        {
            var offset = reader.ReadInt64();
            var size = reader.ReadInt64();
            var packed = major >= 6 ? reader.ReadInt64() : 0;
            reader.ReadByte();
            files[reader.ReadString()] = (offset, size, packed);
        }
    }

    public bool Contains(string name) => files.ContainsKey(name);

    public byte[] Read(string name)
    {
        var (offset, size, packed) = files[name];
        var content = new byte[size];
        stream.Position = offset;
        if (packed == 0)
        {
            stream.ReadExactly(content);
            return content;
        }

        using var inflate = new DeflateStream(stream, CompressionMode.Decompress, leaveOpen: true);
        inflate.ReadExactly(content);
        return content;
    }

    public void Dispose() => stream.Dispose();

    private long FindSignature()
    {
        var signature = SHA256.HashData(Encoding.ASCII.GetBytes(".net core bundle\n"));
        var buffer = new byte[1 << 20];
        var kept = 0;
        for (var start = 0L; ;)
        {
            var read = stream.Read(buffer, kept, buffer.Length - kept);
            if (read == 0) throw new InvalidDataException($"{stream.Name} is not a .NET single-file program.");
            var length = kept + read;
            var at = buffer.AsSpan(0, length).IndexOf(signature);
            if (at >= 0) return start + at;
            kept = Math.Min(length, signature.Length - 1);
            buffer.AsSpan(length - kept, kept).CopyTo(buffer);
            start += length - kept;
        }
    }
}
