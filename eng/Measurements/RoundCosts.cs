namespace AuthDemo.Measurements;

/// <summary>The costs of each case on each server, round by round.</summary>
internal sealed class RoundCosts
{
    // The first rounds load, compile and optimise.
    private const int WarmUps = 3;

    private readonly Dictionary<(string Server, string Case), List<Cost>> costs = [];

    public IReadOnlyList<Cost> this[string server, string name] => costs[(server, name)];

    /// <summary>Measures with all servers taking turns, so that a busy moment of the machine meets all of them alike.</summary>
    /// <param name="cases">The cases of one round; asked anew for each.</param>
    public static async Task<RoundCosts> MeasureAsync(
        Servers servers, Func<IReadOnlyList<Case>> cases, Options options, CancellationToken cancellation)
    {
        using var load = new Load();
        var results = new RoundCosts();
        for (var round = -WarmUps; round < options.Rounds; round++)
        {
            Console.WriteLine(round < 0 ? "Warming up" : $"Round {round + 1} of {options.Rounds}");
            foreach (var one in cases())
            {
                foreach (var server in servers)
                {
                    var cost = await load.MeasureAsync(server, one.SentTo(server), options.Requests, cancellation);
                    if (round >= 0) results.Add(server, one, cost);
                }
            }
        }

        return results;
    }

    private void Add(Server server, Case one, Cost cost)
    {
        var key = (server.Name, one.Name);
        if (!costs.TryGetValue(key, out var rounds)) costs[key] = rounds = [];
        rounds.Add(cost);
    }
}
