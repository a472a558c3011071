import Testing

@testable import Formats

@Suite struct NetpbmTests {
  private func read(_ text: String) throws(FormatError) -> Picture {
    try NetpbmReader.read(Array(text.utf8))
  }

  @Test func plainAndRawAgree() throws {
    let plain = try read("P3 2 1 255\n1 2 3  250 128 0\n")
    let raw = try NetpbmReader.read(Array("P6 2 1 255\n".utf8) + [1, 2, 3, 250, 128, 0])
    #expect(plain == raw)
    #expect(raw.bytes == [1, 2, 3, 250, 128, 0])
    #expect(try read("P2\n3 1\n255\n0 7 255").bytes == [0, 7, 255])
    #expect(try read("P5\n3 1\n255\nabc") == read("P2 3 1 255 97 98 99"))
  }

  @Test func commentsStandWhereverWhiteSpaceDoes() throws {
    let text = "P2 # a\n# b 9\n2#c\n1 # d\r255 # e\n4#\n5 # the end"
    #expect(try read(text).bytes == [4, 5])
    #expect(try read("P5#\n1#\n1#\n255\nx").bytes == [120])
  }

  @Test func maxvalIsScaledWithRounding() throws {
    #expect(try read("P2 2 1 1 0 1").bytes == [0, 255])
    #expect(try read("P2 3 1 15 1 7 15").bytes == [17, 119, 255])
    #expect(try read("P2 4 1 65535 0 128 129 65535").bytes == [0, 0, 1, 255])
    let wide = Array("P5 2 1 65535\n".utf8) + [0x80, 0x80, 0xFF, 0xFF]
    #expect(try NetpbmReader.read(wide).bytes == [128, 255])
    let narrow = Array("P5 2 1 100\n".utf8) + [50, 100]
    #expect(try NetpbmReader.read(narrow).bytes == [128, 255])
    #expect(try NetpbmReader.read(Array("P5 1 1 256\n".utf8) + [1, 0]).bytes == [255])
  }

  @Test func bytesAfterTheRasterAreAnotherPicture() throws {
    #expect(try read("P5 1 1 255\nxP5 1 1 255\ny").bytes == [120])
  }

  @Test(arguments: [
    "", "P", "P6", "P6 ", "P62 1 255\nabcdef", "P6 2", "P6 x 1 255\n", "P6 -1 1 255\nabc",
    "P6 0 1 255\n", "P6 1 0 255\n", "P6 1 1 0\nabc", "P6 1 1 65536\nabcabc", "P6 1 1 255",
    "P6 1 1 255abc", "P6 1 1 255\nab", "P3 1 1 255 1 2", "P3 1 1 255 1 2 256", "P5 1 1 9\nx",
    "P3 1 1 255 1 2 +3", "P3 1 1 255 1 2 3.5", "P2 2 1 255 12", "P2 1 1 255 #5", "P5 1 1# 255\n",
  ])
  func malformed(_ text: String) {
    #expect(failure { () throws(FormatError) in try read(text) }?.kind == .malformed)
  }

  @Test(arguments: [
    "P6 1000000000 1000000000 255\nabc", "P6 65536 1 255\nabc", "P6 65535 65535 255\nabc",
    "P5 99999999999 1 255\nabc", "P5 9460 9459 255\nabc",
    "P3 1 1 000000000000000000000255 1 2 3",
  ])
  func limits(_ text: String) {
    #expect(failure { () throws(FormatError) in try read(text) }?.kind == .limit)
  }

  @Test func sizesAtTheLimitsAskForTheRaster() {
    for text in ["P5 65535 1365 255\nabc", "P2 9459 9459 255\n1 2 3"] {
      let error = failure { () throws(FormatError) in try read(text) }
      #expect(error?.message.contains("the raster needs") == true)
    }
  }

  @Test(arguments: ["P1 1 1 0", "P4 1 1 x", "P7\nWIDTH 1"])
  func otherVariantsAreNamed(_ text: String) {
    let error = failure { () throws(FormatError) in try read(text) }
    #expect(error?.kind == .unsupported)
  }

  @Test func roundTrip() throws {
    let gray = Picture(width: 3, height: 2, channels: 1, bytes: [0, 1, 2, 253, 254, 255])
    let colour = Picture(width: 1, height: 2, channels: 3, bytes: [9, 8, 7, 35, 10, 13])
    #expect(try NetpbmReader.read(NetpbmWriter.bytes(gray)) == gray)
    #expect(try NetpbmReader.read(NetpbmWriter.bytes(colour)) == colour)
  }

  @Test func damage() {
    let raw = NetpbmWriter.bytes(
      Picture(width: 2, height: 3, channels: 3, bytes: Array(1...18)))
    expectNoTrap(raw, header: raw.count) { bytes throws(FormatError) in
      _ = try NetpbmReader.read(bytes)
    }
    let plain = Array("P3\n2 1\n15\n1 2 3 4 5 15\n".utf8)
    expectNoTrap(plain, header: plain.count, truncationsFail: false) {
      bytes throws(FormatError) in _ = try NetpbmReader.read(bytes)
    }
  }
}
