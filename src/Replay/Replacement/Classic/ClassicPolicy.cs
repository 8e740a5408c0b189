namespace SecondLook.Replay.Replacement.Classic;

/// <summary>placeholder.</summary>
public sealed class ClassicPolicy : LruPolicy
{
    internal ClassicPolicy(ReclaimModel model) : base(model) { }
    internal override void AddMemcg(Memcg memcg) => throw new NotImplementedException();
    internal override void PrepareAdd(int folio, bool inFault) => throw new NotImplementedException();
    internal override void Insert(int folio, bool reclaiming) => throw new NotImplementedException();
    internal override void Delete(int folio, bool reclaiming) => throw new NotImplementedException();
    internal override void MarkAccessed(int folio) => throw new NotImplementedException();
    internal override (bool Recent, bool Restored) Refault(int folio, bool inFault) => throw new NotImplementedException();
    internal override uint MakeShadow(int folio, ScanControl sc) => throw new NotImplementedException();
    internal override void Activate(int folio) => throw new NotImplementedException();
    internal override void Deactivate(int folio) => throw new NotImplementedException();
    internal override void Rotate(int folio) => throw new NotImplementedException();
    internal override RefCheck CheckReferences(int folio, ScanControl sc, out YoungIn young) => throw new NotImplementedException();
    internal override bool ShrinkLruvec(Memcg memcg, ScanControl sc) => throw new NotImplementedException();
    internal override void CheckInvariants() => throw new NotImplementedException();
    internal override long Evictable(Memcg memcg, int type) => throw new NotImplementedException();
}
