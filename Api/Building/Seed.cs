namespace AuthDemo.Api.Building;

/// <summary>The initial state of the building. Owners are identified by their <c>sub</c> in the realm file.</summary>
internal static class Seed
{
    private const string Alice = "a11ce000-0000-4000-8000-000000000001";
    private const string Bob = "b0b00000-0000-4000-8000-000000000002";
    private const string Admin = "ad314000-0000-4000-8000-000000000003";

    /// <summary>The directory. These people have no login, so deleting them locks nobody out.</summary>
    public static readonly Person[] People =
    [
        new("carol", "Carol Castillo"),
        new("dave", "Dave Dubois"),
        new("erin", "Erin Eriksen"),
        new("frank", "Frank Ferrari"),
        new("grace", "Grace Gupta"),
    ];

    public static readonly Room[] Rooms =
    [
        new("workshop", "The workshop", "/engineering"),
        new("boiler-room", "The boiler room", "/facilities"),
        new("control-room", "The control room", "/security"),
    ];

    public static readonly Locker[] Lockers =
    [
        new(1, Alice, "a bicycle helmet"),
        new(2, Bob, "a toolbox"),
        new(3, Admin, "a spare set of keys"),
    ];

    public static readonly Safe[] Safes =
    [
        new(1, Alice, "the patent drafts"),
        new(2, Bob, "the petty cash"),
        new(3, Admin, "the master key"),
    ];

    public static readonly Visitor[] Visitors =
    [
        new("Heidi Hansen", "carol"),
        new("Ivan Ivanov", "erin"),
    ];
}
