import Formats
import TestSupport
import Testing

@testable import Frontend
@testable import NetC

struct PaletteTests {
  private func hex(_ colour: Palette.Colour) -> [UInt8] {
    [colour.red, colour.green, colour.blue]
  }

  @Test func voc() {
    let palette = Palette(Legend(palette: .voc, names: []))
    let known: [Int: [UInt8]] = [
      0: [0, 0, 0], 1: [128, 0, 0], 2: [0, 128, 0], 3: [128, 128, 0], 8: [64, 0, 0],
      15: [192, 128, 128], 20: [0, 64, 128], 255: [224, 224, 192],
    ]
    for (label, colour) in known { #expect(hex(palette.colour(label)) == colour) }
    #expect(palette.name(15) == "person" && palette.name(21) == "class 21")
  }

  @Test func namesAreOfAsManyClasses() {
    let legend = Legend(palette: .voc, names: [])
    #expect(Palette(legend, classes: 21).name(1) == "aeroplane")
    #expect(Palette(legend, classes: 5).name(1) == "class 1")
    let own = Legend(palette: .custom, names: ["ground", "car"])
    #expect(Palette(own, classes: 2).name(1) == "car")
    #expect(Palette(own, classes: 3).name(1) == "class 1")
  }

  @Test func cityscapes() {
    let palette = Palette(Legend(palette: .cityscapes, names: []))
    #expect(hex(palette.colour(0)) == [128, 64, 128] && hex(palette.colour(18)) == [119, 11, 32])
    #expect(hex(palette.colour(19)) == [0, 0, 0] && hex(palette.colour(9_999)) == [0, 0, 0])
    #expect(palette.name(13) == "car")
    #expect(palette.colours.count == 256)
  }

  @Test func imagenet() {
    #expect(ImageNetNames.all.count == 1000)
    #expect(Set(ImageNetNames.all.map(\.isEmpty)) == [false])
    #expect(ImageNetNames.all[0] == "tench" && ImageNetNames.all[999] == "toilet tissue")
    #expect(ImageNetNames.all[281] == "tabby" && ImageNetNames.all[134] == "crane bird")
  }

  @Test func pictures() throws {
    let palette = Palette(nil)
    let mask = Mask(height: 1, width: 3, labels: [0, 1, 2])
    #expect(
      try MaskPicture.bytes(mask, palette, as: .pgm) == Array("P5\n3 1\n255\n".utf8) + [0, 1, 2])
    #expect(
      MaskPicture.coloured(mask, palette).bytes == [0, 0, 0, 128, 0, 0, 0, 128, 0])
    let picture = Picture(width: 3, height: 1, channels: 1, bytes: [10, 11, 255])
    #expect(
      MaskPicture.overlay(picture, mask, palette).bytes
        == [10, 10, 10, 70, 6, 6, 128, 192, 128])
    let large = Mask(height: 1, width: 1, labels: [256])
    #expect(throws: FormatError.self) { try MaskPicture.bytes(large, palette, as: .pgm) }
    var counts = ClassCounts()
    counts.add(Mask(height: 2, width: 2, labels: [7, 256, 256, 7]))
    counts.add(Mask(height: 1, width: 1, labels: [256]))
    #expect(counts.shares.map(\.label) == [256, 7])
    #expect(counts.shares.map(\.share) == [0.6, 0.4])
  }

  @Test func pngHoldsIndices() throws {
    guard SystemLibraries.available().contains(where: { $0.name == "libpng" && $0.path != nil })
    else { return }
    let mask = Mask(height: 2, width: 2, labels: [0, 15, 20, 1])
    let bytes = try MaskPicture.bytes(mask, Palette(nil), as: .png)
    let directory = try TemporaryDirectory()
    #expect(try PictureReader.readIndices(directory.file("m.png", bytes)).bytes == [0, 15, 20, 1])
    #expect(try PictureReader.read(bytes: bytes).bytes[3..<6] == [192, 128, 128])
  }

  @Test func rankings() {
    let soft = Ranking([1, 3, 2])
    #expect(soft.places.map(\.label) == [1, 2, 0])
    #expect(abs(soft.places[0].probability - 0.665_240_955_774_821_8) < 1e-12)
    let distribution = Ranking([0.25, 0.75])
    #expect(distribution.places.map(\.probability) == [0.75, 0.25])
    #expect(Ranking((0..<9).map(Float.init)).places.count == 5)
  }
}
