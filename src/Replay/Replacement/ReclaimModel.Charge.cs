namespace SecondLook.Replay.Replacement;

/// <content>Charges: stocks of CPUs, memory.max.</content>
public sealed partial class ReclaimModel
{
    /// <summary>
    /// What finds no room is charged all the same, after one try. The kernel's OOM killer would end the process there; a replay that goes on says
    /// how much room was missing.
    /// </summary>
    public bool ForceCharges { get; set; }

    /// <summary>Pages charged above a limit because of <see cref="ForceCharges"/>.</summary>
    public long ForcedPages { get; private set; }

    /// <summary>Charges memory that is on no list: kernel objects, page tables.</summary>
    /// <param name="memcg">Charged cgroup.</param>
    /// <param name="pages">Pages.</param>
    /// <param name="cpu">CPU of the task.</param>
    /// <returns>False if memory.max left no room.</returns>
    public bool ChargeKernel(Memcg memcg, long pages, int cpu) => TryCharge(memcg, pages, cpu);

    /// <summary>Charges pages, reclaiming under memory.max.</summary>
    /// <remarks>Models: try_charge_memcg with its per-CPU stock. Omits: high limits, the OOM killer.</remarks>
    private bool TryCharge(Memcg memcg, long pages, int cpu)
    {
        cpu = Math.Max(0, cpu);
        if (Switches.ChargeBatch > 0 && memcg.ConsumeStock(cpu, pages))
        {
            return true;
        }
        long batch = Math.Max(pages, Switches.ChargeBatch);
        int retries = ForceCharges ? 0 : ReclaimRetries;
        bool drained = false;
        bool flushed = false;
        while (true)
        {
            Memcg? over = Over(memcg, batch);
            if (over is not null && batch > pages)
            {
                batch = pages;
                over = Over(memcg, batch);
            }
            if (over is null)
            {
                memcg.Charge(batch);
                memcg.FillStock(cpu, batch - pages);
                return true;
            }
            int commandCpu = CommandCpu;
            CommandCpu = cpu;
            long got = TryToFree(over, pages, ReclaimCaller.Direct, -1);
            CommandCpu = commandCpu;
            if (over.Usage + pages <= over.MaxPages)
            {
                continue;
            }
            if (!drained)
            {
                // Only the charged cgroup holds stocks: others of the subtree are left alone.
                drained = true;
                memcg.DrainStocks();
                continue;
            }
            if (got == 0 && retries-- == 0)
            {
                if (!flushed && memcg.Lists is not null)
                {
                    // Whoever finds nothing to free goes on (the OOM killer takes its time) for longer than statistics stay stale.
                    flushed = true;
                    retries = 0;
                    Policy.FlushStats();
                    continue;
                }
                if (ForceCharges)
                {
                    memcg.Charge(pages);
                    ForcedPages += pages;
                }
                return ForceCharges;
            }
        }
    }

    private static Memcg? Over(Memcg? memcg, long pages)
    {
        while (memcg is not null && memcg.Usage + pages <= memcg.MaxPages)
        {
            memcg = memcg.Parent;
        }
        return memcg;
    }
}
