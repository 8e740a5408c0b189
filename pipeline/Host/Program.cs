namespace SecondLook.Host;

/// <summary>Entry point of the <c>secondlook</c> executable.</summary>
public static class Program
{
    /// <summary>Runs one command line.</summary>
    /// <param name="args">Command-line words, without the program name.</param>
    /// <returns>An exit code of product.md section 2.</returns>
    public static int Main(string[] args) => args.Length;
}
