namespace AuthDemo.Web.Http;

/// <summary>The identity provider has ended the session while a request was at work: it needs a login again, and nothing is down.</summary>
internal sealed class SessionEndedException() : Exception("The session has ended at the identity provider: log in again.");
