import Foundation
import Tensors
import TestSupport
import Testing

@testable import Formats

@Suite struct SafetensorsTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  /// A file with this header and so many bytes of data, counted up from 0.
  private func bytes(_ header: String, data: Int = 0, length: UInt64? = nil) -> [UInt8] {
    let text = Array(header.utf8)
    let prefix = (0..<8).map { UInt8((length ?? UInt64(text.count)) >> (8 * $0) & 0xFF) }
    return prefix + text + (0..<data).map { UInt8($0 & 0xFF) }
  }

  private func open(_ bytes: [UInt8]) throws -> WeightsFile {
    try WeightsFile(directory.file(UUID().uuidString, bytes))
  }

  private func error(_ bytes: [UInt8]) throws -> FormatError? {
    let path = try directory.file(UUID().uuidString, bytes)
    return failure { () throws(FormatError) in try WeightsFile(path) }
  }

  private func tensor(
    _ name: String = "a", _ type: String = "F32", _ shape: String = "[1]",
    _ offsets: String = "[0,4]"
  ) -> String {
    "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}"
  }

  @Test func theReferenceWriterIsRead() throws {
    let file = try WeightsFile(Fixtures.directory + "/small.safetensors")
    #expect(file.metadata == ["format": "pt", "ünïcode": "a\"\\\n"])
    #expect(
      Set(file.entries.map(\.name)) == [
        "conv.weight", "bn.num_batches_tracked", "half", "brain", "scalar", "double",
      ])
    #expect(file.entries.map(\.range.lowerBound) == file.entries.map(\.range.lowerBound).sorted())
    let weight = try file.read("conv.weight")
    #expect(weight.shape.dimensions == [2, 1, 1, 3])
    #expect(weight.values == [0, 0.5, 1, -1.5, 1e-3, 3e38])
    #expect(try file.read("half").values == [0, -0.0, 1.5, 65_504, .infinity, 5.9604645e-08])
    #expect(try file.read("brain").values == [1, -2.5, 3.3895314e38])
    #expect(try file.read("scalar").shape.dimensions == [])
    #expect(try file.read("scalar").values == [7])
    let counter = try #require(file.entry("bn.num_batches_tracked"))
    #expect(counter.type == .int64)
    #expect(counter.dimensions == [])
    #expect(try file.read("double").values == [1])
    let whole = failure { () throws(FormatError) in try file.read("bn.num_batches_tracked") }
    #expect(whole?.kind == .unsupported)
    let absent = failure { () throws(FormatError) in try file.read("conv.bias") }
    #expect(absent?.description == "tensor \"conv.bias\": the file has no such tensor")
  }

  @Test func roundTrip() throws {
    let values = (0..<600_000).map { Float($0) * 0.25 - 7 }
    let path = directory.file("w.safetensors")
    try SafetensorsWriter.write(
      [("x", [600, 1_000], values), ("a", [3], [1, 2, .nan])], to: path)
    let file = try WeightsFile(path)
    #expect(file.entries.map(\.name) == ["x", "a"])
    #expect(try file.read("x").values == values)
    #expect(try file.read("a").values.map(\.bitPattern) == [1, 2, Float.nan].map(\.bitPattern))
  }

  @Test func everyHalfIsConverted() throws {
    let shape = "{\(tensor("h", "F16", "[65536]", "[0,131072]"))}"
    let data = (0..<65_536).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    let values = try open(bytes(shape) + data).read("h").values
    for index in 0..<65_536 {
      let exponent = index >> 10 & 31
      let fraction = Float(index & 1023)
      let magnitude: Float =
        exponent == 31
        ? (fraction == 0 ? .infinity : .nan)
        : exponent == 0
          ? fraction * 0x1p-24
          : Float(sign: .plus, exponent: exponent - 15, significand: 1 + fraction / 1024)
      let expected = index >> 15 == 0 ? magnitude : -magnitude
      #expect(values[index] == expected || (values[index].isNaN && expected.isNaN))
    }
  }

  @Test func accepted() throws {
    #expect(try open(bytes("{}")).entries.isEmpty)
    #expect(try open(bytes("{}     ")).entries.isEmpty)
    #expect(try open(bytes("{\"__metadata__\":{}}")).entries.isEmpty)
    #expect(try open(bytes("{\(tensor())}", data: 4)).read("a").values[0].bitPattern == 0x0302_0100)
    let spaced =
      "{ \"a\" : { \"shape\" : [ 1 , 1 ] , \"dtype\" : \"F32\" ,\n\t\"data_offsets\":[0,4]}}"
    #expect(try open(bytes(spaced, data: 4)).entries[0].dimensions == [1, 1])
    let escaped = "{\(tensor("\\u00e9\\ud83d\\ude00\\/\\t"))}"
    #expect(try open(bytes(escaped, data: 4)).entries[0].name == "é😀/\t")
    // The header need not follow the order of the data.
    let two = "{\(tensor("b", "F32", "[1]", "[4,8]")),\(tensor("a"))}"
    #expect(try open(bytes(two, data: 8)).entries.map(\.name) == ["a", "b"])
    let eight = "{\(tensor("a", "F32", "[1,1,1,1,1,1,1,1]"))}"
    #expect(try open(bytes(eight, data: 4)).read("a").shape.rank == 8)
  }

  @Test(arguments: ElementType.allCases)
  func everyTypeIsListed(_ type: ElementType) throws {
    let header = "{\(tensor("a", type.rawValue, "[8]", "[0,\(type.bits)]"))}"
    #expect(try open(bytes(header, data: type.bits)).entries[0].type == type)
  }

  @Test func headerLengths() throws {
    #expect(try error([]) != nil)
    #expect(try error(Array(repeating: 0, count: 7)) != nil)
    #expect(try error(bytes("", length: 0)) != nil)
    #expect(try error(bytes("{", length: 1)) != nil)
    #expect(try error(bytes("{}", length: 3))?.kind == .malformed)
    for length in [UInt64(100_000_001), 1 << 32, 1 << 63, .max] {
      #expect(try error(bytes("{}", length: length))?.kind == .limit)
    }
    #expect(try error(bytes("{}", length: 100_000_000))?.kind == .malformed)
    #expect(try error(Array("<!DOCTYPE html><html>".utf8))?.kind == .limit)
  }

  @Test(arguments: [
    " {}", "[]", "{} x", "{}{}", "{\"a\":{}}", "{\"a\":1}", "{\"a\":null}", "{,}",
    "{\"__metadata__\":{\"a\":1}}", "{\"__metadata__\":[]}", "{\"__metadata__\":{\"a\":{}}}",
    "{\"__metadata__\":{\"a\":\"b\",\"a\":\"b\"}}", "{\"__metadata__\":{},\"__metadata__\":{}}",
    "{\"a\":\"\\q\"}", "{\"\\ud83d\":1}", "{\"\\ude00\":1}", "{\"\\ud83d\\u0041\":1}",
    "{\"\\u12g4\":1}",
    "{\"a\n\":1}", "{\"a", "{\"a\":{\"dtype\":\"F32\"", "{'a':1}", "{\"a\":[[[[[[[[[[[[",
  ])
  func malformedHeaders(_ header: String) throws {
    #expect(try error(bytes(header))?.kind == .malformed)
  }

  @Test(arguments: [
    ("F32", "[1]", "[0,5]"), ("F32", "[2]", "[0,4]"), ("F32", "[1]", "[4,0]"),
    ("F32", "[1]", "[1,5]"), ("F32", "[1]", "[4,8]"), ("F32", "[0]", "[0,0]"),
    ("F32", "[1,0]", "[0,4]"), ("F32", "[1.0]", "[0,4]"), ("F32", "[1e0]", "[0,4]"),
    ("F32", "[-1]", "[0,4]"), ("F32", "[01]", "[0,4]"), ("F32", "[+1]", "[0,4]"),
    ("F32", "[\"1\"]", "[0,4]"), ("F32", "1", "[0,4]"), ("F32", "[1,]", "[0,4]"),
    ("F32", "[1]", "[0]"), ("F32", "[1]", "[0,4,4]"), ("F32", "[1]", "[0,4.0]"),
    ("F32", "[1]", "[-1,4]"), ("F32", "[1]", "[0,99999999999999999999]"),
    ("F32", "[1]", "[0,9223372036854775807]"),
    ("F32", "[1,1,1,1,1,1,1,1,1]", "[0,4]"), ("F33", "[1]", "[0,4]"), ("f32", "[1]", "[0,4]"),
    ("", "[1]", "[0,4]"), ("F4", "[7]", "[0,4]"),
    ("F32", "[4194305,4194305,211106198978564]", "[0,4]"),
    ("F32", "[9223372036854775807]", "[0,4]"), ("F32", "[4611686018427387905]", "[0,4]"),
    ("F32", "[0,9223372036854775807,9223372036854775807]", "[0,4]"),
  ])
  func malformedTensors(_ type: String, _ shape: String, _ offsets: String) throws {
    #expect(try error(bytes("{\(tensor("a", type, shape, offsets))}", data: 4))?.kind == .malformed)
  }

  @Test func tensorsCoverTheDataOnce() throws {
    func refused(_ header: String, _ data: Int) throws -> String {
      try error(bytes(header, data: data))?.message ?? "read"
    }
    let first = tensor("a")
    let second = { self.tensor("b", "F32", "[1]", $0) }
    #expect(try refused("{\(first)}", 5).contains("belong to no tensor"))
    #expect(try refused("{}", 1).contains("belong to no tensor"))
    #expect(try refused("{\(first),\(second("[0,4]"))}", 4).contains("overlaps"))
    #expect(try refused("{\(first),\(second("[2,6]"))}", 6).contains("overlaps"))
    #expect(try refused("{\(first),\(second("[5,9]"))}", 9).contains("hole"))
    #expect(try refused("{\(first),\(tensor("a", "F32", "[1]", "[4,8]"))}", 8).contains("twice"))
    let twice = "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}"
    #expect(try refused(twice, 4).contains("twice"))
    let other = "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"x\":1}}"
    #expect(try refused(other, 4).contains("no key of a tensor"))
  }

  @Test func invalidUTF8IsRefused() throws {
    for bad: [UInt8] in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xC3]] {
      let header = Array("{\"".utf8) + bad + Array("\":1}".utf8)
      let file = [UInt8(header.count), 0, 0, 0, 0, 0, 0, 0] + header
      #expect(try error(file)?.message == "a string is not UTF-8")
    }
  }

  @Test func tooManyTensorsAreALimit() throws {
    let list = (0...100_000).lazy.map { index in
      "\"\(index)\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[\(index),\(index + 1)]}"
    }
    let header = Array("{\(list.joined(separator: ","))}".utf8)
    let prefix = (0..<8).map { UInt8(header.count >> (8 * $0) & 0xFF) }
    let data = [UInt8](repeating: 0, count: 100_001)
    #expect(try error(prefix + header + data)?.kind == .limit)
  }

  @Test func damage() throws {
    let sample = bytes("{\(tensor()),\(tensor("b", "F16", "[2]", "[4,8]"))}", data: 8)
    let path = directory.file("damaged")
    expectNoTrap(sample, header: sample.count) { bytes throws(FormatError) in
      try? Data(bytes).write(to: URL(fileURLWithPath: path))
      let file = try WeightsFile(path)
      for entry in file.entries { _ = try file.read(entry.name) }
    }
  }

  @Test func aFileThatShrinksIsAnError() throws {
    let path = try directory.file("shrinking", bytes("{\(tensor())}", data: 4))
    let file = try WeightsFile(path)
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.truncate(atOffset: 20)
    #expect(failure { () throws(FormatError) in try file.read("a") }?.kind == .unreadable)
  }
}
