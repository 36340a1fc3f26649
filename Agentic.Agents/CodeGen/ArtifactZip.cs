using System.Buffers.Binary;
using System.Text;

namespace Agentic.Agents.CodeGen;

/// <summary>Writes a zip whose bytes depend on nothing but the files: stored entries, one fixed time, one fixed platform.</summary>
/// <remarks>
/// Not System.IO.Compression: it writes the platform into each entry, and deflate output differs between processors.
/// Layout: APPNOTE.TXT 6.3 of PKWARE, sections 4.3.7, 4.3.12 and 4.3.16.
/// </remarks>
internal static class ArtifactZip
{
    private const ushort Version = 20;
    private const ushort Utf8Names = 0x0800;
    private const ushort MadeOnUnix = (3 << 8) | Version;
    private const ushort FirstOfJanuary1980 = 0x21;
    private const uint RegularFile = 0x81A4u << 16;
    private static readonly uint[] Crc = CrcTable();

    public static byte[] Write(IEnumerable<GeneratedFile> files)
    {
        using var zip = new MemoryStream();
        using var directory = new MemoryStream();
        ushort count = 0;
        foreach (var file in files)
        {
            var name = Encoding.UTF8.GetBytes(file.Path);
            var offset = (uint)zip.Position;
            var entry = Entry(name, file.Content);
            Write(zip, 0x04034b50);
            zip.Write(entry);
            zip.Write(name);
            zip.Write(file.Content);

            Write(directory, 0x02014b50);
            Write(directory, MadeOnUnix);
            directory.Write(entry);
            Write(directory, (ushort)0);
            Write(directory, (ushort)0);
            Write(directory, (ushort)0);
            Write(directory, RegularFile);
            Write(directory, offset);
            directory.Write(name);
            count++;
        }

        var start = (uint)zip.Position;
        directory.WriteTo(zip);
        Write(zip, 0x06054b50);
        Write(zip, 0u);
        Write(zip, count);
        Write(zip, count);
        Write(zip, (uint)directory.Length);
        Write(zip, start);
        Write(zip, (ushort)0);
        return zip.ToArray();
    }

    // The part that a local header and a directory entry have in common: version needed to extra field length.
    private static byte[] Entry(byte[] name, byte[] content)
    {
        using var entry = new MemoryStream();
        Write(entry, Version);
        Write(entry, Utf8Names);
        Write(entry, (ushort)0);
        Write(entry, (ushort)0);
        Write(entry, FirstOfJanuary1980);
        Write(entry, Checksum(content));
        Write(entry, (uint)content.Length);
        Write(entry, (uint)content.Length);
        Write(entry, (ushort)name.Length);
        Write(entry, (ushort)0);
        return entry.ToArray();
    }

    private static uint Checksum(byte[] content)
    {
        var crc = uint.MaxValue;
        foreach (var value in content)
            crc = Crc[(crc ^ value) & 0xFF] ^ (crc >> 8);
        return ~crc;
    }

    private static uint[] CrcTable()
    {
        var table = new uint[256];
        for (uint index = 0; index < table.Length; index++)
        {
            var value = index;
            for (var bit = 0; bit < 8; bit++)
                value = (value & 1) == 1 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
            table[index] = value;
        }

        return table;
    }

    private static void Write(MemoryStream stream, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        stream.Write(bytes);
    }

    private static void Write(MemoryStream stream, ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        stream.Write(bytes);
    }
}
