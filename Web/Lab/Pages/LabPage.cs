using AuthDemo.Web.Lab.Answers;
using AuthDemo.Web.Lab.Credentials;
using Microsoft.AspNetCore.Components;

namespace AuthDemo.Web.Lab.Pages;

/// <summary>The base class of the lab's pages, with the current user and the browser's notebook.</summary>
public abstract class LabPage : ComponentBase
{
    [CascadingParameter] protected HttpContext Http { get; set; } = null!;
    [Inject] internal LabNotebooks Notebooks { get; set; } = null!;

    internal Caller Caller { get; private set; } = Caller.Nobody;
    internal LabNotebook Notebook { get; private set; } = new();

    /// <summary>Why the last run failed; shown once.</summary>
    protected string? Problem { get; private set; }

    protected override async Task OnInitializedAsync()
    {
        Notebook = await Notebooks.FindAsync(Http) ?? Notebook;
        Caller = await Caller.FromAsync(Http, Notebook.EndedSession);
        Problem = Notebook.Problem;
        if (Problem is not null) await Notebooks.ChangeAsync(Http, notebook => notebook.Problem = null);
    }
}
