import Foundation
import Tensors
import TestSupport
import Testing

@testable import Formats

@Suite final class CheckpointTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func fixture(_ name: String) throws(FormatError) -> any WeightSource {
    try WeightsReader.open(Fixtures.directory + "/" + name)
  }

  private func open(_ bytes: [UInt8]) throws(FormatError) -> any WeightSource {
    _ = try? directory.file("w.pth", bytes)
    return try WeightsReader.open(directory.file("w.pth"))
  }

  private func refusal(_ bytes: [UInt8]) -> FormatError? {
    failure { () throws(FormatError) in try open(bytes) }
  }

  private func expectEqual(_ mine: any WeightSource, _ theirs: any WeightSource) throws {
    for entry in theirs.entries {
      let found = try #require(mine.entry(entry.name), "\(entry.name)")
      #expect(found.type == entry.type && found.dimensions == entry.dimensions)
      guard entry.type.isWeight else { continue }
      let (left, right) = (try mine.read(entry.name), try theirs.read(entry.name))
      #expect(left.shape == right.shape)
      #expect(left.values.map(\.bitPattern) == right.values.map(\.bitPattern), "\(entry.name)")
    }
  }

  @Test(arguments: [
    ("checkpoint.pth", nil), ("checkpoint-sequential.pth", nil), ("checkpoint-protocol5.pth", nil),
    ("checkpoint-unchecked.pth", nil), ("nested.pth", "model_state"),
    ("nested-sequential.pth", "model_state"), ("checkpoint.npz", nil),
    ("checkpoint-compressed.npz", nil),
  ])
  func containersHoldTheSame(_ name: String, _ key: String?) throws {
    let file = try fixture(name)
    let expected = try fixture("checkpoint.safetensors")
    #expect(file.entries.count == expected.entries.count)
    #expect(file.key == key)
    try expectEqual(file, expected)
  }

  @Test func tensorsComeInTheOrderOfTheNetwork() throws {
    for name in ["checkpoint.pth", "checkpoint-sequential.pth", "nested.pth"] {
      #expect(
        try fixture(name).entries.map(\.name) == [
          "stem.weight", "bn.weight", "bn.bias", "bn.running_mean", "bn.running_var",
          "bn.num_batches_tracked", "head.weight", "head.bias",
        ])
    }
  }

  @Test(arguments: ["views.pth", "views-sequential.pth"])
  func viewsOfSharedStorages(_ name: String) throws {
    let file = try fixture(name)
    try expectEqual(file, try fixture("views.safetensors"))
    #expect(try file.read("transposed").values[..<3] == [0, 6, 12])
    #expect(try file.read("expanded").values == [Float](repeating: 5, count: 6))
    #expect(file.entry("empty")?.dimensions == [0, 3])
    let refused = [("empty", "empty tensor"), ("long", "I64"), ("absent", "no such tensor")]
    for (tensor, reason) in refused {
      let error = failure { () throws(FormatError) in try file.read(tensor) }
      #expect(error?.description.contains(reason) == true)
      #expect(error?.place == "tensor \"\(tensor)\"")
    }
  }

  @Test(arguments: [
    ("module.pth", "__main__.Small"), ("module.pth", "torch.save(model.state_dict()"),
    ("script.pt", "TorchScript"), ("script.pt", "torch.jit.load(\"script.pt\")"),
    ("sparse.pth", "_rebuild_sparse_tensor"),
    ("quantized.pth", "no tensors"), ("plain.pkl", "none of torch.save"),
    ("complex.pth", "ComplexDouble"), ("ambiguous.pth", "\"model\" and \"net\" hold tensors"),
    ("elsewhere.pth", "checkpoint[\"generator\"]"),
  ])
  func otherPickles(_ name: String, _ reason: String) throws {
    let error = failure { () throws(FormatError) in try fixture(name) }
    #expect(error?.kind == .unsupported)
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "read")")
  }

  @Test(arguments: [
    ("", "the file is empty"), ("\n <!DOCTYPE html>\n<html></html>", "a page of HTML"),
    ("version https://git-lfs.github.com/spec/v1\noid", "git lfs pull"),
    ("\u{1F}nothing known", "not weights that netc knows"), ("{\"a\": [1, 2]}", "not weights"),
  ])
  func filesThatAreNoWeights(_ text: String, _ reason: String) {
    #expect(refusal(Array(text.utf8))?.message.contains(reason) == true)
  }

  @Test(
    arguments: [
      ([0x93] + Array("NUMPY\u{1}\0v".utf8), "numpy.savez"), ([0x1F, 0x8B, 8, 0], "gzip"),
      ([0x89] + Array("HDF\r\n\u{1A}\n".utf8), "HDF5"), ([0x89] + Array("PNG\r\n".utf8), "PNG"),
      ([0xFF, 0xD8, 0xFF, 0xE0], "JPEG"),
    ] as [([UInt8], String)])
  func otherBytesThatAreNoWeights(_ bytes: [UInt8], _ reason: String) {
    #expect(refusal(bytes)?.kind == .unsupported)
    #expect(refusal(bytes)?.message.contains(reason) == true)
  }

  @Test func otherFiles() throws {
    var tar = [UInt8](repeating: 0, count: 1_024)
    tar.replaceSubrange(257..<262, with: Array("ustar".utf8))
    #expect(refusal(tar)?.message.contains("tar file") == true)
    let text = ZipWriter.bytes([ZipWriter.Entry("readme.txt", [1])])
    #expect(refusal(text)?.message.contains("neither") == true)
    #expect(refusal(ZipWriter.bytes([]))?.message.contains("neither") == true)
    var big = PickleWriter.checkpoint(Self.small)
    big = ZipWriter.bytes([
      ZipWriter.Entry("a/data.pkl", Self.small), ZipWriter.Entry("a/byteorder", Array("big".utf8)),
    ])
    #expect(refusal(big)?.message.contains("little-endian") == true)
    let two = ZipWriter.bytes([
      ZipWriter.Entry("a/data.pkl", Self.small), ZipWriter.Entry("b/data.pkl", Self.small),
    ])
    #expect(refusal(two)?.message.contains("expected one") == true)
    let alone = ZipWriter.bytes([ZipWriter.Entry("a/data.pkl", Self.small)])
    #expect(refusal(alone)?.description == "tensor \"a\": the file lacks its storage \"0\"")
  }

  private static let small = PickleWriter.dictionary {
    $0.text("a")
    $0.tensor()
  }

  /// A flipped bit in a storage is found by the first tensor that needs it, whole or in part.
  @Test func damagedStorages() throws {
    let two = PickleWriter.dictionary {
      $0.text("whole")
      $0.tensor()
      $0.text("part")
      $0.tensor(offset: 1, [2], strides: [1])
    }
    var bytes = PickleWriter.checkpoint(two)
    let one = ZipWriter.little(UInt64(Float(1).bitPattern), 4)
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: one) })
    bytes[place] ^= 1
    let file = try open(bytes)
    for name in ["whole", "part"] {
      let error = failure { () throws(FormatError) in try file.read(name) }
      #expect(error?.message.contains("checksum") == true)
      #expect(error?.place == "entry \"archive/data/0\"")
    }
    let floats = [UInt8](repeating: 0, count: 16)
    let deflated = ZipWriter.bytes([
      ZipWriter.Entry("a/data.pkl", Self.small),
      ZipWriter.Entry("a/data/0", deflated: ZipWriter.deflated(floats), from: floats),
    ])
    #expect(refusal(deflated)?.message.contains("stored as torch.save does") == true)
    let short = ZipWriter.bytes([
      ZipWriter.Entry("a/data.pkl", Self.small),
      ZipWriter.Entry("a/data/0", [UInt8](floats.dropLast())),
    ])
    #expect(refusal(short)?.message.contains("has 15 bytes, expected 16") == true)
  }

  /// A header of 640 bytes begins as a pickle of protocol 2 does.
  @Test func lengthsThatLookLikePickles() throws {
    let header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}"
    let text = Array(header.utf8) + [UInt8](repeating: 32, count: 640 - header.utf8.count)
    let bytes = ZipWriter.little(640, 8) + text + ZipWriter.little(UInt64(Float(2).bitPattern), 4)
    #expect(bytes.starts(with: [0x80, 2]))
    #expect(try open(bytes).read("a").values == [2])
  }

  @Test func handWritten() throws {
    let file = try open(PickleWriter.checkpoint(Self.small))
    #expect(try file.read("a").values == [0, 1, 2, 3])
    let matrix = PickleWriter.dictionary {
      $0.text("a")
      $0.tensor([2, 2], strides: [1, 2])
      $0.text("b")
      $0.tensor(offset: 1, [3], strides: [1])
    }
    let other = try open(PickleWriter.checkpoint(matrix))
    #expect(try other.read("a").values == [0, 2, 1, 3])
    #expect(try other.read("b").values == [1, 2, 3])
  }

  /// A stride along one element says nothing, however long it is.
  @Test func stridesOfSingleElements() throws {
    let pickle = PickleWriter.dictionary {
      $0.text("a")
      $0.tensor([2, 2, 1, 1], strides: [1, 2, .max, .max])
    }
    #expect(try open(PickleWriter.checkpoint(pickle)).read("a").values == [0, 2, 1, 3])
  }

  /// `OrderedDict([["a", tensor]])` with keys as byte strings.
  @Test func pythonTwo() throws {
    var writer = PickleWriter()
    writer.global("collections", "OrderedDict")
    writer.code("]")
    writer.code("]")
    writer.code(UInt8(ascii: "U"), 1, UInt8(ascii: "a"))
    writer.code("a")
    writer.tensor()
    writer.code("a")
    writer.code("a")
    writer.code(0x85)
    writer.code("R")
    writer.code(".")
    #expect(try open(PickleWriter.checkpoint(writer.bytes)).read("a").values == [0, 1, 2, 3])
  }

  @Test(arguments: [
    (4, 0, [5], [1]), (4, 1, [4], [1]), (4, 0, [2, 2], [3, 1]), (4, 0, [4], [-1]),
    (4, -1, [4], [1]), (4, 0, [1 << 62, 4], [1, 1]), (4, 1 << 62, [4], [1]),
    (4, 0, [1 << 40], [1 << 40]), (1 << 62, 0, [1 << 59], [1]), (-4, 0, [1], [1]),
    (4, 0, [4], [1, 1]), (5, 0, [5], [1]), (3, 0, [3], [1]), (4, 0, [-4], [1]),
    (4, .max, [1], [1]),
  ])
  func tensorsOutsideTheirStorage(
    _ count: Int, _ offset: Int, _ sizes: [Int], _ strides: [Int]
  ) throws {
    let pickle = PickleWriter.dictionary {
      $0.text("a")
      $0.tensor(count: count, offset: offset, sizes, strides: strides)
    }
    #expect(refusal(PickleWriter.checkpoint(pickle))?.kind == .malformed)
  }

  /// 2^62 numbers in four: nothing is allocated before the network asks for them.
  @Test func expandedWithoutEnd() throws {
    let pickle = PickleWriter.dictionary {
      $0.text("a")
      $0.tensor([1 << 50], strides: [0])
    }
    let file = try open(PickleWriter.checkpoint(pickle))
    #expect(file.entry("a")?.dimensions == [1 << 50])
    #expect(failure { () throws(FormatError) in try file.read("a") }?.kind == .limit)
  }

  @Test func damage() throws {
    for name in ["checkpoint.pth", "checkpoint-sequential.pth"] {
      let sample = try Fixtures.bytes(name)
      let loadAll: ([UInt8]) throws(FormatError) -> Void = { bytes throws(FormatError) in
        let file = try self.open(bytes)
        for entry in file.entries where entry.type.isWeight { _ = try file.read(entry.name) }
      }
      expectNoTrap(sample, header: sample.count, flipped: 1, loadAll)
    }
    let pickle = PickleWriter.checkpoint(Self.small)
    expectNoTrap(pickle, header: pickle.count) { bytes throws(FormatError) in
      let file = try open(bytes)
      for entry in file.entries where entry.type.isWeight { _ = try file.read(entry.name) }
    }
  }
}
