import Formats
import Foundation
import IR
import Tensors
import Testing

@testable import NetC

/// Pictures become the tensors that torchvision's transforms make of them.
struct PreprocessTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../Oracle/preprocess").standardized.path

  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let side: Int
    let height: Int
    let width: Int
    var testDescription: String { name }
  }

  static func cases() throws -> [Case] {
    try String(contentsOfFile: folder + "/cases.txt", encoding: .utf8).split(separator: "\n").map {
      let words = $0.split(separator: " ")
      let numbers = words.dropFirst().compactMap { Int($0) }
      return Case(
        name: String(words[0]), side: numbers[0], height: numbers[1], width: numbers[2])
    }
  }

  @Test(arguments: try PreprocessTests.cases())
  func fixture(_ fixture: Case) throws {
    let base = "\(Self.folder)/\(fixture.name)"
    let (checked, _) = try compiled(
      """
      input image: rgb[H, W] normalize=imagenet fit=shorter(\(fixture.side))
      output copy = image |> relu
      """)
    let preparation = Preparation(checked.graph.inputs[0], of: checked)
    let picture = try PictureReader.read("\(base).ppm")
    let fit = try preparation.fit(height: picture.height, width: picture.width, path: base)
    #expect(fit.height.input == fixture.height && fit.width.input == fixture.width)
    #expect(try preparation.fitted(picture, fit) == PictureReader.read("\(base).resized.ppm"))
    let tensor = try preparation.tensor(picture, fit)
    #expect(tensor.shape.dimensions == [1, 3, fixture.height, fixture.width])
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: "\(base).bin")))
    let expected = stride(from: 0, to: bytes.count, by: 4).map { start in
      Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << (8 * $1) })
    }
    // The same operations in the same order round alike.
    #expect(tensor.values == expected)
  }

  private func values(_ input: String, _ picture: Picture) throws -> [Float] {
    let (checked, _) = try compiled("input image: \(input)\noutput copy = image |> relu")
    let preparation = Preparation(checked.graph.inputs[0], of: checked)
    let fit = try preparation.fit(height: picture.height, width: picture.width, path: "p")
    return try preparation.tensor(picture, fit).values
  }

  @Test func channelOrders() throws {
    let picture = Picture(width: 2, height: 1, channels: 3, bytes: [10, 20, 30, 40, 50, 60])
    #expect(try values("rgb[H, W]", picture) == [10, 40, 20, 50, 30, 60])
    #expect(try values("bgr[H, W]", picture) == [30, 60, 20, 50, 10, 40])
    #expect(try values("bgr[H, W] mean=[1, 2, 3]", picture) == [29, 59, 18, 48, 7, 37])
    #expect(try values("gray[H, W]", picture) == [18, 48])
    let gray = Picture(width: 1, height: 1, channels: 1, bytes: [9])
    #expect(try values("rgb[H, W]", gray) == [9, 9, 9])
  }

  @Test func normalizations() throws {
    let picture = Picture(width: 1, height: 1, channels: 3, bytes: [51, 0, 255])
    #expect(try values("rgb[H, W] normalize=unit", picture) == [Float(51) / 255, 0, 1])
    #expect(try values("rgb[H, W] normalize=tf", picture)[1...] == [-1, 1])
    #expect(try values("rgb[H, W] scale=2 mean=[2, 0, 10] std=[4, 1, 2]", picture) == [25, 0, 250])
  }
}
