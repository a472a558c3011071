import TestSupport
import Testing

@testable import Formats

@Suite struct ResizeTests {
  static func noise(seed: UInt64, width: Int, height: Int, channels: Int) -> Picture {
    var random = RandomNumbers(seed: seed)
    let bytes = (0..<width * height * channels).map { _ in
      UInt8(truncatingIfNeeded: random.next())
    }
    return Picture(width: width, height: height, channels: channels, bytes: bytes)
  }

  /// FNV-1a, 64 bits.
  private func hash(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  @Test func equalToPillowBitForBit() throws {
    let text = String(decoding: try Fixtures.bytes("resize.txt"), as: UTF8.self)
    let lines = text.split(separator: "\n")
    #expect(lines.count >= 16)
    for line in lines {
      let n = line.split(separator: " ").compactMap { UInt64($0) }
      let (width, height, channels) = (Int(n[1]), Int(n[2]), Int(n[3]))
      let source = Self.noise(seed: n[0], width: width, height: height, channels: channels)
      let result = try source.resized(width: Int(n[4]), height: Int(n[5]))
      #expect(hash(result.bytes) == n[6], "\(line)")
    }
  }

  @Test func theShorterSideLeads() throws {
    func size(_ width: Int, _ height: Int, _ side: Int) throws -> [Int] {
      let source = Picture(
        width: width, height: height, channels: 1,
        bytes: [UInt8](repeating: 9, count: width * height))
      let result = try source.resized(shorterSide: side)
      #expect(result.bytes.allSatisfy { $0 == 9 })
      return [result.width, result.height]
    }
    #expect(try size(50, 37, 52) == [70, 52])
    #expect(try size(37, 50, 52) == [52, 70])
    #expect(try size(33, 33, 20) == [20, 20])
    #expect(try size(100, 3, 3) == [100, 3])
    #expect(try size(7, 3, 2) == [4, 2])
    let strip = Picture(
      width: 1, height: 65_535, channels: 1, bytes: .init(repeating: 0, count: 65_535))
    #expect(failure { () throws(FormatError) in try strip.resized(shorterSide: 2) }?.kind == .limit)
    #expect(failure { () throws(FormatError) in try strip.resized(shorterSide: 0) }?.kind == .limit)
    let none = failure { () throws(FormatError) in try strip.resized(width: 0, height: 1) }
    #expect(none?.kind == .malformed)
  }

  /// What torchvision's `CenterCrop` makes of the numbers from 1 on.
  @Test(arguments: [
    ([5, 1], [4, 1], [1, 2, 3, 4]), ([6, 1], [3, 1], [3, 4, 5]), ([3, 1], [1, 1], [2]),
    ([7, 1], [2, 1], [3, 4]), ([2, 1], [5, 1], [0, 1, 2, 0, 0]), ([2, 1], [4, 1], [0, 1, 2, 0]),
    ([3, 3], [5, 2], [0, 1, 2, 3, 0, 0, 4, 5, 6, 0]), ([1, 3], [1, 2], [1, 2]),
    ([2, 3], [3, 1], [3, 4, 0]), ([2, 1], [2, 4], [0, 0, 1, 2, 0, 0, 0, 0]),
  ])
  func centerCrop(_ from: [Int], _ to: [Int], _ expected: [UInt8]) throws {
    let bytes = (0..<from[0] * from[1]).map { UInt8($0 + 1) }
    let source = Picture(width: from[0], height: from[1], channels: 1, bytes: bytes)
    #expect(try source.centerCropped(width: to[0], height: to[1]).bytes == expected)
  }

  @Test func grayAndColour() {
    let colour = Picture(width: 2, height: 1, channels: 3, bytes: [255, 0, 0, 10, 200, 77])
    #expect(colour.gray.bytes == [76, 129])
    #expect(colour.gray.rgb.bytes == [76, 76, 76, 129, 129, 129])
    #expect(colour.rgb == colour)
  }
}
