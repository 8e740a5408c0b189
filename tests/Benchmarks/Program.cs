using SecondLook.Benchmarks.Ingest;
using SecondLook.Benchmarks.Replay;

// First word: what to measure. Each part prints its own rows; nothing here runs in the test suite.
return (args.Length > 0 ? args[0] : "") switch
{
    "ingest" => IngestBenchmark.Run(args[1..]),
    "cache" => CacheBenchmark.Run(args[1..]),
    "fuzz" => FuzzCommand.Run(args[1..]),
    "mmu" => MmuBenchmark.Run(args[1..]),
    "reclaim" => ReclaimBenchmark.Run(args[1..]),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: Benchmarks ingest [CAPTURE.txt|.gz|.zst] [--gb N] [--runs N] [--threads N] [--only lines|parse|None|Zstd|Brotli] [--keep FOLDER]");
    Console.Error.WriteLine("       Benchmarks cache [MILLIONS OF REQUESTS] [POLICY…]");
    Console.Error.WriteLine("       Benchmarks fuzz [CONTAINER]... [--cases N] [--seed S] [--corpus FOLDER] [--keep FOLDER]");
    Console.Error.WriteLine("       Benchmarks mmu [LOG2-OF-PAGES]");
    Console.Error.WriteLine("       Benchmarks reclaim [LOG2-OF-PAGES]...");
    return 2;
}
