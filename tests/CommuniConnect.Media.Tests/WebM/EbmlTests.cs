using CommuniConnect.Media.WebM;

namespace CommuniConnect.Media.Tests.WebM;

public sealed class EbmlTests
{
    [Theory]
    [InlineData("EC80", 0xEC, 0, 2)]
    [InlineData("EC81", 0xEC, 1, 2)]
    [InlineData("ECFE", 0xEC, 126, 2)]
    [InlineData("ECFF", 0xEC, -1, 2)]
    [InlineData("EC407F", 0xEC, 127, 3)]
    [InlineData("EC7FFF", 0xEC, -1, 3)]
    [InlineData("42828477", 0x4282, 4, 3)]
    [InlineData("2AD7B183", 0x2AD7B1, 3, 4)]
    [InlineData("1F43B67501FFFFFFFFFFFFFF", 0x1F43B675, -1, 12)]
    [InlineData("1F43B67501FFFFFFFFFFFFFE", 0x1F43B675, (1L << 56) - 2, 12)]
    [InlineData("1F43B6750FFFFFFFFF", 0x1F43B675, -1, 9)]
    public void Header_is_read_and_needs_every_byte(string hex, uint id, long size, int headerBytes)
    {
        var bytes = Convert.FromHexString(hex);
        Assert.Equal(
            EbmlHeaderResult.Ok,
            Ebml.TryReadElementHeader(bytes, out var readId, out var readSize, out var readBytes)
        );
        Assert.Equal((id, size, headerBytes), (readId, readSize, readBytes));
        for (var cut = 0; cut < headerBytes; cut++)
            Assert.Equal(
                EbmlHeaderResult.NeedsMore,
                Ebml.TryReadElementHeader(bytes.AsSpan(0, cut), out _, out _, out _)
            );
    }

    [Theory]
    [InlineData("00")] // no id of 9 bytes
    [InlineData("0820304151")] // nor of 5
    [InlineData("80")] // data all zeros
    [InlineData("FF")] // data all ones
    [InlineData("407E81")] // longer than it has to be
    [InlineData("7FFF81")]
    [InlineData("EC00")] // no size of 9 bytes
    public void What_is_no_element_is_told_at_once(string hex) =>
        Assert.Equal(
            EbmlHeaderResult.Invalid,
            Ebml.TryReadElementHeader(Convert.FromHexString(hex), out _, out _, out _)
        );

    [Fact]
    public void Position_comes_back_from_its_bytes()
    {
        var position = new WebMPosition(
            1L << 40,
            WebMLevel.Cluster,
            true,
            false,
            1000,
            -1,
            77,
            1L << 41,
            123_456
        );
        var bytes = new byte[WebMPosition.SizeBytes];
        position.Write(bytes);
        Assert.Equal(position, WebMPosition.Read(bytes));
        Assert.Throws<ArgumentException>(() => WebMPosition.Read(bytes.AsSpan(1)));
        bytes[48] = 9;
        Assert.Throws<ArgumentException>(() => WebMPosition.Read(bytes));
    }
}
