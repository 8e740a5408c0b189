using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Runs;
using SecondLook.Replay.Ledger;

namespace SecondLook.Replay.Tests.Ledger;

public sealed class ErrorLedgerTests
{
    [Fact]
    public void Charge_ErrorsThatOneRepairRemoves_AllCarryItsCause()
    {
        ReplayRecord wrong = Record(new Xoshiro256(1, "ledger", 0), passes: 10, pages: 300, errors: 1.0);
        ReplayRecord right = Record(new Xoshiro256(1, "ledger", 0), passes: 10, pages: 300, errors: 0.0);
        foreach (string cause in ErrorCause.Order.Where(c => c != ErrorCause.Unavoidable && c != ErrorCause.SecondaryNotRead))
        {
            ErrorLedger ledger = new(wrong);
            ledger.Charge(cause, right);
            Assert.False(ledger.HasErrors);
            ledger.Close();
            Assert.All(wrong.ErrorCauses!, row => Assert.Equal(cause, row.Cause));
        }
    }

    [Fact]
    public void Charge_RandomRecords_CausesAddUpAndTheFirstRepairWins()
    {
        for (ulong seed = 1; seed <= 50; seed++)
        {
            ReplayRecord wrong = Record(new Xoshiro256(seed, "base", 0), 7, 200, 0.7);
            ReplayRecord[] repairs = [Record(new Xoshiro256(seed, "a", 0), 7, 200, 0.5), Record(new Xoshiro256(seed, "b", 0), 7, 200, 0.3)];
            ErrorLedger ledger = new(wrong);
            ledger.Charge(ErrorCause.RangeNotWalked, repairs[0]);
            ledger.Charge(ErrorCause.LookAround, repairs[1]);
            ledger.Close();
            Assert.Equal(wrong.Passes.Sum(p => p.FalseCold + p.FalseHot), wrong.ErrorCauses!.Sum(c => c.Pages));
            for (int i = 0; i < wrong.Evictions.Count; i++)
            {
                EvictionRow e = wrong.Evictions[i];
                bool Errs(ReplayRecord r) => r.Evictions.Any(o => o.Pass == e.Pass && o.Page == e.Page && o.Outcome == EvictionOutcome.FalseCold);
                string expected = e.Outcome != EvictionOutcome.FalseCold ? ""
                    : !Errs(repairs[0]) ? ErrorCause.RangeNotWalked
                    : !Errs(repairs[1]) ? ErrorCause.LookAround
                    : ErrorCause.Unavoidable;
                Assert.Equal(expected, wrong.EvictionCauses[i]);
            }
        }
    }

    [Fact]
    public void Close_WhereThePassesSayOtherwise_Throws()
    {
        ReplayRecord record = Record(new Xoshiro256(3, "ledger", 0), 3, 100, 0.5);
        record.Passes[1] = record.Passes[1] with { FalseHot = record.Passes[1].FalseHot + 1 };
        Assert.Throws<InvariantException>(() => new ErrorLedger(record).Close());
    }

    [Fact]
    public void Charge_StaleBitsThatReadingKvmRemoves_AreToldApart()
    {
        ReplayRecord wrong = Record(new Xoshiro256(5, "ledger", 0), 2, 128, 1.0);
        wrong.StaleHotPages![0][0] = wrong.FalseHotPages![0][0];
        ErrorLedger ledger = new(wrong);
        ledger.Charge(ErrorCause.SecondaryNotRead, Record(new Xoshiro256(5, "ledger", 0), 2, 128, 0.0));
        ledger.Close();
        long stale = System.Numerics.BitOperations.PopCount(wrong.FalseHotPages[0][0]);
        Assert.Equal(stale, wrong.ErrorCauses!.Where(c => c.Cause == ErrorCause.OneMmuCleared).Sum(c => c.Pages));
    }

    // The same generator takes the same pages whatever the share of errors, so that records of one seed correspond.
    private static ReplayRecord Record(Xoshiro256 random, int passes, int pages, double errors)
    {
        ReplayRecord record = new() { Schedule = 0, Capacity = null, FalseHotPages = [], StaleHotPages = [] };
        for (int pass = 0; pass < passes; pass++)
        {
            ulong[] hot = new ulong[(pages + 63) >> 6];
            long falseCold = 0;
            long falseHot = 0;
            for (int page = 0; page < pages; page++)
            {
                bool evicted = random.NextBelow(4) == 0;
                bool error = random.NextDouble() < errors;
                if (evicted)
                {
                    record.Evictions.Add(new EvictionRow(pass, pass, page, -1, 0, long.MaxValue, error ? EvictionOutcome.FalseCold : EvictionOutcome.Right));
                    falseCold += error ? 1 : 0;
                }
                else if (error)
                {
                    hot[page >> 6] |= 1UL << (page & 63);
                    falseHot++;
                }
            }
            record.FalseHotPages!.Add(hot);
            record.StaleHotPages!.Add(new ulong[hot.Length]);
            record.Passes.Add(new ReclaimPassRow { Pass = pass, TsNs = pass, Action = "evict", FalseCold = falseCold, FalseHot = falseHot });
        }
        return record;
    }
}
