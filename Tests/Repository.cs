namespace AuthDemo.Tests;

/// <summary>The checkout that these tests were built from.</summary>
internal static class Repository
{
    private static readonly string Root = FindRoot();

    /// <summary>The full path of a file or folder, given from the repository's root with forward slashes.</summary>
    public static string PathOf(string path) => Path.Combine(Root, path);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AuthDemo.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException($"No AuthDemo.sln above {AppContext.BaseDirectory}: run the tests from their build output inside the repository.");
    }
}
