using AuthDemo.StandIn.Realms;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthDemo.StandIn.Server;

internal static class ClientRegistration
{
    /// <summary>Tells OpenIddict which clients there are. Without a secret (bearer-only) a client cannot ask for anything.</summary>
    public static async Task RegisterAsync(Realm realm, IServiceProvider services)
    {
        var applications = services.GetRequiredService<IOpenIddictApplicationManager>();
        foreach (var client in realm.Clients.Values.Where(client => client.Secret is not null))
            await applications.CreateAsync(Describe(client));
    }

    private static OpenIddictApplicationDescriptor Describe(Client client)
    {
        var application = new OpenIddictApplicationDescriptor
        {
            ClientId = client.Id,
            ClientSecret = client.Secret,
            ClientType = ClientTypes.Confidential,
            ConsentType = ConsentTypes.Implicit,
        };
        application.Permissions.Add(Permissions.Endpoints.Token);
        application.Permissions.UnionWith(client.AllScopes.Select(scope => Permissions.Prefixes.Scope + scope.Name));
        if (client.HasServiceAccount) application.Permissions.Add(Permissions.GrantTypes.ClientCredentials);
        if (!client.CanLogIn) return application;

        application.Permissions.UnionWith(
        [
            Permissions.Endpoints.Authorization,
            Permissions.Endpoints.PushedAuthorization,
            Permissions.Endpoints.EndSession,
            Permissions.GrantTypes.AuthorizationCode,
            Permissions.GrantTypes.RefreshToken,
            Permissions.ResponseTypes.Code,
        ]);
        application.RedirectUris.UnionWith(client.RedirectUris.Select(uri => new Uri(uri)));
        application.PostLogoutRedirectUris.UnionWith(client.PostLogoutRedirectUris.Select(uri => new Uri(uri)));
        return application;
    }
}
