namespace AuthDemo.Web.Lab.Scenarios;

/// <summary>What must be so before a scenario is run. AppHost's visitors read the names in the lab's table.</summary>
public enum Prerequisite
{
    Nothing,

    /// <summary>Somebody is logged in.</summary>
    Login,

    /// <summary>An admin is logged in who gave the password recently enough for a step-up; others need nothing.</summary>
    FreshLogin,

    /// <summary>An admin is logged in who gave the password too long ago for that; others need nothing.</summary>
    OldLogin,

    /// <summary>The session's token, if there is one, has the scope <c>visitors:read</c>.</summary>
    Scope,

    /// <summary>The session's token, if there is one, lacks that scope.</summary>
    NoScope,

    /// <summary>The login of whoever is logged in had a password alone.</summary>
    PasswordOnly,

    /// <summary>The login of whoever is logged in had a one-time code, too.</summary>
    SecondFactor,

    /// <summary>Somebody logged out in this browser and that session's access token has not expired.</summary>
    EndedSession,
}
