using System.ComponentModel;
using System.Diagnostics;

namespace AuthDemo.AppHost.Local;

/// <summary>
/// A program with all that it starts, on a leash: leash.sh holds them in one process group and ends the group when <see cref="Stop"/> closes
/// its standard input, or when this process is gone and the system closes it.
/// </summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process process;

    /// <param name="program">What to run.</param>
    /// <param name="environment">What it gets besides the inherited environment.</param>
    /// <param name="onLine">Called with each line of output, and whether it came on standard error.</param>
    /// <exception cref="DistributedApplicationException">It cannot be started.</exception>
    public ChildProcess(ProgramToRun program, IReadOnlyDictionary<string, string> environment, Action<string, bool> onLine)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(AppContext.BaseDirectory, "leash.sh"), program.FileName, .. program.Arguments])
        {
            WorkingDirectory = program.WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in ResourceEnvironment.Inherited().Concat(environment)) start.Environment[name] = value;

        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => { if (line.Data is not null) onLine(line.Data, false); };
        process.ErrorDataReceived += (_, line) => { if (line.Data is not null) onLine(line.Data, true); };
        try
        {
            process.Start();
        }
        catch (Win32Exception failure)
        {
            throw new DistributedApplicationException($"'{program.FileName}' cannot be started in {program.WorkingDirectory}: bash is needed, and the folder has to exist ({failure.Message}).", failure);
        }

        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Exited = WaitAsync();
    }

    /// <summary>The exit code, once the program and the last of its output are through.</summary>
    public Task<int> Exited { get; }

    /// <summary>Asks the whole group to end; after 3 seconds it is killed.</summary>
    public void Stop() => process.StandardInput.Close();

    public void Dispose() => process.Dispose();

    private async Task<int> WaitAsync()
    {
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
