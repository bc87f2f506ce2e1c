namespace AuthDemo.Api.Building;

/// <param name="Id">The URL-safe id, which a reset does not change.</param>
/// <param name="Name">The name to show.</param>
internal sealed record Person(string Id, string Name);

/// <param name="Id">The URL-safe id.</param>
/// <param name="Name">The name to show.</param>
/// <param name="Group">The group, as the tokens name it: <c>/engineering</c>.</param>
internal sealed record Room(string Id, string Name, string Group);

/// <summary>An expected visitor.</summary>
/// <param name="Name">The visitor's name.</param>
/// <param name="Host">The id of the person that they visit.</param>
internal sealed record Visitor(string Name, string Host);

/// <summary>A locker. Its existence is public; its owner and admins can open it.</summary>
/// <param name="Number">The number on its door.</param>
/// <param name="Owner">The <c>sub</c> of its owner.</param>
/// <param name="Content">What is inside.</param>
internal sealed record Locker(int Number, string Owner, string Content) : IOwned;

/// <summary>A safe. Only its owner may know that it exists.</summary>
/// <param name="Number">The number on its door.</param>
/// <param name="Owner">The <c>sub</c> of its owner.</param>
/// <param name="Content">What is inside.</param>
internal sealed record Safe(int Number, string Owner, string Content) : IOwned;

internal interface IOwned
{
    /// <summary>The <c>sub</c> of the owner.</summary>
    string Owner { get; }
}

/// <summary>The current state of the building. Thread-safe.</summary>
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

    /// <summary>Deletes a person from the directory; false if there is none with this id.</summary>
    public async ValueTask<bool> RemoveAsync(string id) =>
        Array.Exists(Seed.People, person => person.Id == id) && await deletions.AddAsync(id);

    /// <summary>Restores the initial state.</summary>
    public ValueTask ResetAsync() => deletions.ClearAsync();
}
