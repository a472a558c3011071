import TestSupport
import Testing

@testable import Formats

/// Pictures against what Pillow reads from the same files. The suite needs the two libraries, as
/// the machines that test netc have them.
@Suite struct ImageTests {
  private func expected(_ name: String) throws -> Picture {
    let stem = name.prefix { $0 != "." }
    let names = Fixtures.names(String(stem) + ".p", "m").filter { $0 != name }
    return try NetpbmReader.read(Fixtures.bytes(try #require(names.first)))
  }

  @Test(arguments: Fixtures.names("png-", ".png"))
  func png(_ name: String) throws {
    let bytes = try Fixtures.bytes(name)
    if name.hasSuffix("4-16-adam7.png") || name.hasSuffix("6-16-adam7.png") {
      let error = failure { () throws(FormatError) in try PictureReader.read(bytes: bytes) }
      #expect(error?.kind == .unsupported)
      return
    }
    let picture = try PictureReader.read(bytes: bytes)
    if name.hasPrefix("png-4-16") || name.hasPrefix("png-6-16") {
      // With alpha, libpng rounds 16 bits to 8 where Pillow cuts.
      #expect(largestDifference(picture, try expected(name)) <= 1)
    } else {
      #expect(try picture == expected(name))
    }
  }

  @Test(arguments: Fixtures.names("jpeg-", ".jpg"))
  func jpeg(_ name: String) throws {
    let picture = try PictureReader.read(bytes: Fixtures.bytes(name))
    #expect(try picture == expected(name))
  }

  private func largestDifference(_ a: Picture, _ b: Picture) -> Int {
    guard a.width == b.width, a.height == b.height, a.channels == b.channels else { return 256 }
    return zip(a.bytes, b.bytes).map { abs(Int($0) - Int($1)) }.max() ?? 0
  }

  @Test func theFixturesAreThere() {
    #expect(Fixtures.names("png-", ".png").count == 34)
    #expect(Fixtures.names("jpeg-", ".jpg").count == 17)
  }

  @Test(arguments: Fixtures.names("indices-", ".pgm"))
  func indices(_ name: String) throws {
    let png = "png-" + name.dropFirst("indices-".count).dropLast(".pgm".count) + ".png"
    let labels = try PictureReader.readIndices(Fixtures.directory + "/" + png)
    #expect(try labels == NetpbmReader.read(Fixtures.bytes(name)))
  }

  @Test func grayLabelsAreNotScaled() throws {
    for depth in [1, 2, 4] {
      let path = Fixtures.directory + "/png-0-\(depth).png"
      let scaled = try PictureReader.read(path)
      let step = 255 / (1 << depth - 1)
      #expect(
        try PictureReader.readIndices(path).bytes.map { Int($0) * step }
          == scaled.bytes.map { Int($0) })
    }
    let pgm = Array("P5 3 1 20\n".utf8) + [0, 19, 20]
    let directory = try TemporaryDirectory()
    #expect(try PictureReader.readIndices(directory.file("a.pgm", pgm)).bytes == [0, 19, 20])
    let wide = Array("P5 1 1 999\n".utf8) + [1, 0]
    let path = try directory.file("b.pgm", wide)
    #expect(
      failure { () throws(FormatError) in try PictureReader.readIndices(path) }?.kind == .malformed)
    for name in ["png-2-8.png", "png-0-16.png", "png-6-8.png", "jpeg-gray.jpg", "jpeg-444.ppm"] {
      let path = Fixtures.directory + "/" + name
      let error = failure { () throws(FormatError) in try PictureReader.readIndices(path) }
      #expect(error?.kind == .unsupported)
    }
  }

  @Test func pngRoundTrips() throws {
    let colour = ResizeTests.noise(seed: 1, width: 37, height: 20, channels: 3)
    #expect(try PNGReader.read(PNGWriter.bytes(colour)) == colour)
    let gray = ResizeTests.noise(seed: 2, width: 300, height: 200, channels: 1)
    #expect(try PNGReader.read(PNGWriter.bytes(gray)) == gray)
    let palette: [(UInt8, UInt8, UInt8)] = [(0, 0, 0), (128, 0, 0), (0, 128, 0), (128, 128, 0)]
    let mask = Picture(width: 3, height: 2, channels: 1, bytes: [0, 1, 2, 3, 3, 255])
    let bytes = try PNGWriter.bytes(indices: mask, palette: palette)
    #expect(try PNGReader.readIndices(bytes) == mask)
    #expect(try PNGReader.read(bytes).bytes.prefix(9) == [0, 0, 0, 128, 0, 0, 0, 128, 0])
    #expect(try PNGReader.read(bytes).bytes.suffix(3) == [0, 0, 0])
    let chunks = try PNGChunks(bytes)
    #expect(chunks.bitDepth == 8 && chunks.colour == .palette)
  }

  @Test(arguments: ["png-3-8-adam7.png", "png-2-8.png", "png-0-1.png", "png-exif.png"])
  func damagedPNG(_ name: String) throws {
    let sample = try Fixtures.bytes(name)
    expectNoTrap(sample, header: 100) { bytes throws(FormatError) in
      _ = try PictureReader.read(bytes: bytes)
    }
  }

  @Test(arguments: ["jpeg-420.jpg", "jpeg-progressive.jpg", "jpeg-cmyk.jpg", "jpeg-exif6.jpg"])
  func damagedJPEG(_ name: String) throws {
    let sample = try Fixtures.bytes(name)
    expectNoTrap(sample, header: sample.count, flipped: 3) { bytes throws(FormatError) in
      _ = try PictureReader.read(bytes: bytes)
    }
  }

  @Test func pngSizesAreCheckedFirst() throws {
    func header(_ width: UInt32, _ height: UInt32) throws -> FormatError? {
      var bytes = try Fixtures.bytes("png-2-8.png")
      for (offset, value) in [(16, width), (20, height)] {
        for index in 0..<4 {
          bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * index))
        }
      }
      return failure { () throws(FormatError) in try PNGReader.read(bytes) }
    }
    #expect(try header(0, 1)?.kind == .malformed)
    #expect(try header(1, 0)?.kind == .malformed)
    #expect(try header(65_536, 1)?.kind == .limit)
    #expect(try header(1 << 31, .max)?.kind == .limit)
    #expect(try header(65_535, 65_535)?.kind == .limit)
    #expect(try header(65_535, 1_365)?.kind == .malformed, "the check sum is wrong now")
  }

  @Test func corruptPNGIsRefused() throws {
    let sample = try Fixtures.bytes("png-2-8.png")
    func refused(_ change: (inout [UInt8]) -> Void) -> Bool {
      var bytes = sample
      change(&bytes)
      return failure { () throws(FormatError) in try PNGReader.read(bytes) }?.kind == .malformed
    }
    #expect(refused { $0[24] = 0 })
    #expect(refused { $0[24] = 3 })
    #expect(refused { $0[25] = 1 })
    #expect(refused { $0[25] = 9 })
    #expect(refused { $0[32] ^= 1 })
    #expect(refused { $0[sample.count - 20] ^= 1 })
    #expect(refused { $0[0] = 0x88 })
    #expect(refused { $0[4] = 0x0A })
    // No IDAT, two IHDR, a palette picture without PLTE.
    #expect(refused { $0.removeSubrange(33..<(sample.count - 12)) })
    #expect(refused { $0.insert(contentsOf: sample[8..<33], at: 33) })
    var palette = try Fixtures.bytes("png-3-8.png")
    palette.removeSubrange(33..<33 + 60)
    #expect(failure { () throws(FormatError) in try PNGReader.read(palette) }?.kind == .malformed)
    #expect(failure { () throws(FormatError) in try PNGReader.read(sample + [1, 2, 3]) } == nil)
  }

  @Test func jpegSizesAreCheckedFirst() throws {
    var bytes = try Fixtures.bytes("jpeg-444.jpg")
    let frame = try #require(bytes.indices.first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC0 })
    for index in 5...8 { bytes[frame + index] = 0xE8 }
    #expect(failure { () throws(FormatError) in try JPEGReader.read(bytes) }?.kind == .limit)
    bytes[frame + 4] = 12
    #expect(failure { () throws(FormatError) in try JPEGReader.read(bytes) }?.kind == .malformed)
  }

  @Test func strayBytesBetweenJPEGSegmentsAreHarmless() throws {
    var bytes = try Fixtures.bytes("jpeg-444.jpg")
    bytes.insert(contentsOf: [0, 0], at: bytes.count - 2)
    #expect(try JPEGReader.read(bytes) == NetpbmReader.read(Fixtures.bytes("jpeg-444.ppm")))
  }

  @Test func exifThatMakesNoSenseIsIgnored() throws {
    let intel: [UInt8] = Array("II".utf8) + [42, 0, 8, 0, 0, 0, 1, 0]
    func orientation(_ entry: [UInt8]) -> Int { EXIF.orientation(intel + entry) }
    #expect(orientation([0x12, 1, 3, 0, 1, 0, 0, 0, 8, 0, 0, 0]) == 8)
    #expect(orientation([0x12, 1, 4, 0, 1, 0, 0, 0, 8, 0, 0, 0]) == 8)
    #expect(orientation([0x12, 1, 3, 0, 1, 0, 0, 0, 9, 0, 0, 0]) == 1)
    #expect(orientation([0x12, 1, 3, 0, 1, 0, 0, 0, 0, 0, 0, 0]) == 1)
    #expect(orientation([0x12, 1, 2, 0, 1, 0, 0, 0, 8, 0, 0, 0]) == 1)
    #expect(orientation([0x12, 1, 3, 0, 2, 0, 0, 0, 8, 0, 0, 0]) == 1)
    #expect(orientation([0x13, 1, 3, 0, 1, 0, 0, 0, 8, 0, 0, 0]) == 1)
    #expect(orientation([0x12, 1, 3, 0, 1, 0, 0, 0, 8]) == 1)
    #expect(EXIF.orientation(Array("MM\0*".utf8) + [0xFF, 0xFF, 0xFF, 0xFF]) == 1)
    let motorola: [UInt8] = [0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0]
    #expect(EXIF.orientation(Array("MM\0*".utf8) + motorola) == 6)
    #expect(EXIF.orientation(jpeg: [0xFF, 0xD8, 0xFF, 0xE1, 0, 0]) == 1)
    #expect(EXIF.orientation(jpeg: [0xFF, 0xD8, 0xFF, 0xE1, 0, 2]) == 1)
  }

  @Test(arguments: [
    "", "GIF89a", "BM", "RIFF....WEBP", "II*\0", "\u{93}NUMPY", "<html>", "\0\0\0\0",
  ])
  func otherFilesAreNamed(_ text: String) {
    let error = failure { () throws(FormatError) in try PictureReader.read(bytes: Array(text.utf8))
    }
    #expect(error?.kind == (text.isEmpty ? .malformed : .unsupported))
    #expect(error?.message.contains("expected PPM, PGM, PNG, JPEG") == true)
  }

  @Test func anAbsentLibraryNamesItsPackage() {
    let png = failure { () throws(FormatError) in try LibPNG.load(without: ["libpng"]) }
    #expect(png?.kind == .missingLibrary(package: "libpng16-16"))
    let jpeg = failure { () throws(FormatError) in try TurboJPEG.load(without: ["turbojpeg"]) }
    #expect(jpeg?.kind == .missingLibrary(package: "libturbojpeg0"))
    #expect(failure { () throws(FormatError) in try LibPNG.load(without: ["turbojpeg"]) } == nil)
  }

  @Test func librariesAreHiddenByName() {
    #expect(SystemLibraries.names("") == [])
    #expect(SystemLibraries.names("libpng") == ["libpng"])
    #expect(SystemLibraries.names("libpng, turbojpeg,") == ["libpng", "turbojpeg"])
  }

  @Test func theLibrariesAreReported() {
    let libraries = SystemLibraries.available()
    #expect(libraries.map(\.name) == ["libpng", "turbojpeg", "zlib"])
    for library in libraries {
      #expect(library.path?.hasPrefix("/") == true)
      #expect(library.version?.isEmpty == false)
    }
  }
}
