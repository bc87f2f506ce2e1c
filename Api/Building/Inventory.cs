namespace AuthDemo.Api.Building;

/// <param name="Id">A URL-safe word that a reset does not change.</param>
/// <param name="Name">The name to show.</param>
internal sealed record Person(string Id, string Name);

/// <param name="Id">A URL-safe word.</param>
/// <param name="Name">The name to show.</param>
/// <param name="Group">The group, as the tokens name it: <c>/engineering</c>.</param>
internal sealed record Room(string Id, string Name, string Group);

/// <summary>Somebody expected at the door.</summary>
/// <param name="Name">The visitor's.</param>
/// <param name="Host">The id of the person in the directory whom they visit.</param>
internal sealed record Visitor(string Name, string Host);

/// <summary>A locker: everybody may know that it exists, its owner and admins may open it.</summary>
/// <param name="Number">The number on its door.</param>
/// <param name="Owner">The <c>sub</c> of its owner.</param>
/// <param name="Content">What is inside.</param>
internal sealed record Locker(int Number, string Owner, string Content) : IOwned;

/// <summary>A safe: only its owner may know that it exists.</summary>
/// <param name="Number">The number on its door.</param>
/// <param name="Owner">The <c>sub</c> of its owner.</param>
/// <param name="Content">What is inside.</param>
internal sealed record Safe(int Number, string Owner, string Content) : IOwned;

internal interface IOwned
{
    /// <summary>The <c>sub</c> of the owner.</summary>
    string Owner { get; }
}

/// <summary>What is in the building now. Safe under concurrent use.</summary>
internal sealed class Inventory(IDeletions deletions)
{
    public IReadOnlyList<Room> Rooms { get; } = Seed.Rooms;

    public IReadOnlyList<Locker> Lockers { get; } = Seed.Lockers;

    public IReadOnlyList<Safe> Safes { get; } = Seed.Safes;

    public IReadOnlyList<Visitor> Visitors { get; } = Seed.Visitors;

    public async ValueTask<IReadOnlyList<Person>> FindPeopleAsync()
    {
        var deleted = await deletions.FindAsync();
        return deleted.Count == 0 ? Seed.People : Array.FindAll(Seed.People, person => !deleted.Contains(person.Id));
    }

    /// <summary>Removes somebody from the directory; false where nobody has this id.</summary>
    public async ValueTask<bool> RemoveAsync(string id) =>
        Array.Exists(Seed.People, person => person.Id == id) && await deletions.AddAsync(id);

    /// <summary>Puts everything back as it was at the start.</summary>
    public ValueTask ResetAsync() => deletions.ClearAsync();
}
