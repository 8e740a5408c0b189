using SecondLook.Replay.Reference;

namespace SecondLook.Replay.Tests.Reference;

/// <summary>LIRS and S3-FIFO against their definitions of mglru-model.md section 11, written down with lists and nothing else.</summary>
public sealed class DefinitionTwinTests
{
    [Fact]
    public void S3Fifo_OfRandomRequests_IsItsDefinition() => Same("s3fifo", NaiveS3Fifo);

    [Fact]
    public void Lirs_OfRandomRequests_IsItsDefinition() => Same("lirs", NaiveLirs);

    private static void Same(string policy, Func<int[], int, long> naive)
    {
        for (ulong seed = 1; seed <= 8; seed++)
        {
            foreach (string shape in RequestLists.Shapes)
            {
                PageList list = RequestLists.Make(shape, seed, 1500, 90);
                foreach (int capacity in new[] { 2, 3, 9, 10, 20, 47, 80, 89 })
                {
                    long wanted = naive(list.Requests, capacity);
                    Assert.True(wanted == MissCounter.Run(policy, list, capacity, 1), $"{shape}, seed {seed}, {capacity} pages");
                }
            }
        }
    }

    private static long NaiveS3Fifo(int[] requests, int capacity)
    {
        int smallTarget = Math.Max(1, capacity / 10);
        int mainTarget = capacity - smallTarget;
        // Heads are at the end of the lists.
        List<int> small = [];
        List<int> main = [];
        List<int> ghosts = [];
        Dictionary<int, int> uses = [];
        long misses = 0;
        foreach (int page in requests)
        {
            if (small.Contains(page) || main.Contains(page))
            {
                uses[page] = Math.Min(3, uses[page] + 1);
                continue;
            }
            misses++;
            bool ghost = ghosts.Remove(page);
            if (small.Count + main.Count == capacity)
            {
                bool done = false;
                while (!done && (small.Count >= smallTarget || main.Count == 0))
                {
                    int tail = small[0];
                    small.RemoveAt(0);
                    if (uses[tail] > 1)
                    {
                        uses[tail] = 0;
                        main.Add(tail);
                        done = main.Count > mainTarget;
                        if (done)
                        {
                            EvictMain();
                        }
                        continue;
                    }
                    ghosts.Add(tail);
                    if (ghosts.Count > Math.Max(1, mainTarget))
                    {
                        ghosts.RemoveAt(0);
                    }
                    done = true;
                }
                if (!done)
                {
                    EvictMain();
                }
            }
            uses[page] = 0;
            (ghost ? main : small).Add(page);
        }
        return misses;

        void EvictMain()
        {
            while (uses[main[0]] > 0)
            {
                int tail = main[0];
                uses[tail]--;
                main.RemoveAt(0);
                main.Add(tail);
            }
            main.RemoveAt(0);
        }
    }

    private static long NaiveLirs(int[] requests, int capacity)
    {
        int lirTarget = capacity - Math.Max(1, capacity / 100);
        // Bottom first; front first.
        List<int> stack = [];
        List<int> queue = [];
        HashSet<int> lir = [];
        HashSet<int> ghosts = [];
        long misses = 0;
        foreach (int page in requests)
        {
            if (lir.Contains(page))
            {
                ToTop(page);
                Prune();
                continue;
            }
            if (queue.Contains(page))
            {
                bool inStack = stack.Contains(page);
                ToTop(page);
                queue.Remove(page);
                if (inStack)
                {
                    lir.Add(page);
                    Demote();
                }
                else
                {
                    queue.Add(page);
                }
                continue;
            }
            misses++;
            if (lir.Count + queue.Count == capacity)
            {
                int victim = queue[0];
                queue.RemoveAt(0);
                if (stack.Contains(victim))
                {
                    ghosts.Add(victim);
                }
            }
            bool ghost = ghosts.Remove(page);
            ToTop(page);
            if (lir.Count < lirTarget)
            {
                lir.Add(page);
            }
            else if (ghost)
            {
                lir.Add(page);
                Demote();
            }
            else
            {
                queue.Add(page);
            }
            if (ghosts.Count > 2 * capacity)
            {
                int deepest = stack.First(ghosts.Contains);
                stack.Remove(deepest);
                ghosts.Remove(deepest);
            }
        }
        return misses;

        void ToTop(int page)
        {
            stack.Remove(page);
            stack.Add(page);
        }

        void Demote()
        {
            int bottom = stack.First(lir.Contains);
            stack.Remove(bottom);
            lir.Remove(bottom);
            queue.Add(bottom);
            Prune();
        }

        void Prune()
        {
            while (stack.Count > 0 && !lir.Contains(stack[0]))
            {
                ghosts.Remove(stack[0]);
                stack.RemoveAt(0);
            }
        }
    }
}
