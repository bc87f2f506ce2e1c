namespace AuthDemo.Tests;

/// <summary>The checkout that these tests were built from.</summary>
internal static class Repository
{
    private static readonly string Root = FindRoot();

    public static string PathOf(string path) => Path.Combine(Root, path);

    public static IEnumerable<string> Files(string pattern) => FilesBelow(new DirectoryInfo(Root), pattern)
        .Select(file => Path.GetRelativePath(Root, file.FullName).Replace('\\', '/'))
        .Order(StringComparer.Ordinal);

    private static IEnumerable<FileInfo> FilesBelow(DirectoryInfo folder, string pattern) => folder.EnumerateFiles(pattern)
        .Concat(folder.EnumerateDirectories()
            .Where(child => child.Name is not ("bin" or "obj" or "artifacts" or ".git" or ".vs" or ".idea"))
            .SelectMany(child => FilesBelow(child, pattern)));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AuthDemo.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("Run the tests from their build output inside the repository.");
        return folder.FullName;
    }
}
