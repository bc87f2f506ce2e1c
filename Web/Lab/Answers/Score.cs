namespace AuthDemo.Web.Lab.Answers;

/// <summary>How many guesses were right. The first guess counts, made before the answer was known.</summary>
public sealed record Score(int Right, int Guessed)
{
    public override string ToString() => $"{Right} of {Guessed}";
}
