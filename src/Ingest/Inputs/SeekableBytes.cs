using Microsoft.Win32.SafeHandles;
using SecondLook.Contracts.Diagnostics;

namespace SecondLook.Ingest.Inputs;

/// <summary>Unpacked bytes that can be read at any offset: a plain file as it is, everything else by way of memory or a temporary file.</summary>
internal sealed class SeekableBytes : IDisposable
{
    private const int MemoryLimit = 16 << 20;
    // A genuine trace packs at most some fifty times; what unpacks further than this is a bomb, not a trace.
    private const long BombBytes = 1L << 30;
    private const long BombRatio = 500;
    private readonly SafeFileHandle? _file;
    private readonly ReadOnlyMemory<byte> _memory;

    private SeekableBytes(SafeFileHandle? file, ReadOnlyMemory<byte> memory, long length, bool isCut)
    {
        _file = file;
        _memory = memory;
        Length = length;
        IsCut = isCut;
    }

    /// <summary>Bytes.</summary>
    public long Length { get; }

    /// <summary>Whether the archive around them was damaged or cut, so that the end is missing.</summary>
    public bool IsCut { get; }

    /// <summary>Bytes in memory.</summary>
    public static SeekableBytes Of(ReadOnlyMemory<byte> memory) => new(null, memory, memory.Length, false);

    /// <summary>Opens the bytes of an input.</summary>
    /// <exception cref="InputException">They unpack to an absurd size, or there is no room for them.</exception>
    public static SeekableBytes Open(TraceInput input)
    {
        if (input.Path is { } path && input.Facts.Compression == "none" && new FileInfo(path).Length > 0)
        {
            SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, FileOptions.RandomAccess);
            return new SeekableBytes(file, default, RandomAccess.GetLength(file), false);
        }
        return Spool(input);
    }

    /// <summary>Reads at an offset.</summary>
    /// <returns>Bytes read: fewer than asked for only at the end.</returns>
    public int Read(long offset, Span<byte> buffer)
    {
        if (offset < 0 || offset >= Length)
        {
            return 0;
        }
        if (_file is null)
        {
            int count = (int)Math.Min(buffer.Length, Length - offset);
            _memory.Span.Slice((int)offset, count).CopyTo(buffer);
            return count;
        }
        int done = 0;
        while (done < buffer.Length)
        {
            int read = RandomAccess.Read(_file, buffer[done..], offset + done);
            if (read <= 0)
            {
                break;
            }
            done += read;
        }
        return done;
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private static SeekableBytes Spool(TraceInput input)
    {
        Stream source = input.Bytes;
        byte[] buffer = new byte[1 << 20];
        MemoryStream? memory = new();
        SafeFileHandle? file = null;
        long length = 0;
        bool cut = false;
        try
        {
            while (true)
            {
                int read = ReadOrEnd(source, buffer, ref cut);
                if (read == 0)
                {
                    break;
                }
                if (memory is not null && length + read > MemoryLimit)
                {
                    file = OpenTemporary(input.Name);
                    RandomAccess.Write(file, memory.GetBuffer().AsSpan(0, (int)length), 0);
                    memory = null;
                }
                memory?.Write(buffer, 0, read);
                if (file is not null)
                {
                    RandomAccess.Write(file, buffer.AsSpan(0, read), length);
                }
                length += read;
                if (length > BombBytes && length > BombRatio * Math.Max(1, input.Facts.Bytes))
                {
                    throw new InputException("bomb", $"{input.Name}: unpacks to more than {BombRatio} times its size and more than {BombBytes >> 30} GiB: no trace does.");
                }
            }
        }
        catch (IOException e)
        {
            file?.Dispose();
            throw new InputException("no_room", $"{input.Name}: must be unpacked to a temporary file to be read, and that failed ({e.GetType().Name}). Unpack it first.");
        }
        catch
        {
            file?.Dispose();
            throw;
        }
        cut |= input.Facts.DamagedMembers > 0;
        return file is not null
            ? new SeekableBytes(file, default, length, cut)
            : new SeekableBytes(null, memory!.GetBuffer().AsMemory(0, (int)length), length, cut);
    }

    private static int ReadOrEnd(Stream source, byte[] buffer, ref bool cut)
    {
        try
        {
            return source.Read(buffer, 0, buffer.Length);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            cut = true;
            return 0;
        }
    }

    private static SafeFileHandle OpenTemporary(string name)
    {
        string path = Path.Combine(Path.GetTempPath(), $"secondlook-{Environment.ProcessId}-{Path.GetRandomFileName()}");
        try
        {
            return File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
        }
        catch (UnauthorizedAccessException)
        {
            throw new InputException("no_room", $"{name}: must be unpacked to a temporary file to be read, and none can be made. Unpack it first.");
        }
    }
}
