namespace AuthDemo.Web.Lab.Running;

/// <summary>What is missing before a scenario can be run, and the step that helps.</summary>
/// <param name="Text">For the reader.</param>
/// <param name="Action">What the button says; null when only waiting helps.</param>
/// <param name="Become">The persona to switch to, if that is what helps.</param>
/// <param name="LoginQuery">The parameters of a login that helps, if that is it.</param>
/// <param name="Wait">How long to wait, if that is it.</param>
public sealed record Missing(
    string Text, string? Action = null, string? Become = null, string? LoginQuery = null, TimeSpan? Wait = null);
