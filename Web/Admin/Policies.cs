namespace AuthDemo.Web.Admin;

/// <summary>Web's own policies. They decide about pages; about the building's resources the Api decides.</summary>
internal static class Policies
{
    public const string AdminsOnly = "AdminsOnly";
}
