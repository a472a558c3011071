import Tensors
import TestSupport
import Testing

@testable import Formats

@Suite final class NPZTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func open(_ bytes: [UInt8]) throws(FormatError) -> NPZArchive {
    let path = directory.file("a.npz")
    _ = try? directory.file("a.npz", bytes)
    return try NPZArchive(path)
  }

  /// One array with this header and data.
  private func npz(_ descr: String, _ shape: String, _ data: [UInt8]) -> [UInt8] {
    let text = Array("{'descr': '\(descr)', 'fortran_order': False, 'shape': \(shape), }\n".utf8)
    let file = NPYHeader.magic + [1, 0] + ZipWriter.little(UInt64(text.count), 2) + text + data
    return ZipWriter.bytes([ZipWriter.Entry("x.npy", file)])
  }

  @Test func numpyIsRead() throws {
    let file = try NPZArchive(Fixtures.directory + "/types.npz")
    #expect(
      file.entries.map(\.name) == [
        "half", "double", "fortran", "scalar", "long", "byte", "truth",
      ])
    #expect(
      file.entries.map(\.type) == [
        .float16, .float64, .float32, .float32, .int64, .uint8, .bool,
      ])
    #expect(file.entry("fortran")?.dimensions == [2, 3, 4])
    #expect(file.entry("text") == nil)
    #expect(try file.read("half").values == [0, -0.0, 1.5, 65_504])
    #expect(try file.read("double").values == [0.1, 0, 1, -3])
    #expect(try file.read("double").shape.dimensions == [2, 2])
    #expect(try file.read("fortran").values == (0..<24).map { Float($0) })
    #expect(try file.read("scalar").shape.dimensions == [])
    #expect(try file.read("long").values == [-5, 0x1p24])
    #expect(try file.read("byte").values == [0, 255])
    #expect(try file.read("truth").values == [1, 0])
    let absent = failure { () throws(FormatError) in try file.read("text") }
    #expect(absent?.description == "array \"text\": the file has no such array")
  }

  @Test(arguments: ["checkpoint.npz", "checkpoint-compressed.npz"])
  func theSameNumbersAsSafetensors(_ name: String) throws {
    let expected = try WeightsFile(Fixtures.directory + "/checkpoint.safetensors")
    let file = try NPZArchive(Fixtures.directory + "/" + name)
    #expect(Set(file.entries.map(\.name)) == Set(expected.entries.map(\.name)))
    for entry in expected.entries where entry.type.isWeight {
      let (mine, theirs) = (try file.read(entry.name), try expected.read(entry.name))
      #expect(mine.shape == theirs.shape)
      #expect(mine.values.map(\.bitPattern) == theirs.values.map(\.bitPattern))
    }
  }

  @Test func refused() {
    let four = [UInt8](repeating: 1, count: 4)
    let files: [(FormatError.Kind, String, [UInt8])] = [
      (.malformed, "short", npz("<f4", "(2,)", four)),
      (.malformed, "long", npz("<f4", "()", four + four)),
      (.malformed, "empty", npz("<f4", "(0, 3)", [])),
      (.malformed, "overflow", npz("<f4", "(4611686018427387904, 4)", four)),
      (.malformed, "wide overflow", npz("<f8", "(1152921504606846975,)", four)),
      (.malformed, "no array", ZipWriter.bytes([ZipWriter.Entry("x.npy", four)])),
      (.malformed, "nothing", ZipWriter.bytes([ZipWriter.Entry("x.npy", [])])),
      (.unsupported, "big-endian", npz(">f4", "(1,)", four)),
      (.unsupported, "rank", npz("<f4", "(1, 1, 1, 1, 1, 1, 1, 1, 1)", four)),
    ]
    for (kind, name, bytes) in files {
      let error = failure { () throws(FormatError) in try open(bytes) }
      #expect(error?.kind == kind, "\(name): \(error?.description ?? "read")")
      #expect(error?.place?.contains("x") == true)
    }
  }

  @Test func numbersThatDoNotFit() throws {
    for (type, bits) in [("<f8", (1e300).bitPattern), ("<i8", UInt64(1 << 24 + 1))] {
      let file = try open(npz(type, "(1,)", ZipWriter.little(bits, 8)))
      let error = failure { () throws(FormatError) in try file.read("x") }
      #expect(error?.message.contains("does not fit in float32") == true)
    }
    let infinite = try open(npz("<f8", "(1,)", ZipWriter.little(Double.infinity.bitPattern, 8)))
    #expect(try infinite.read("x").values == [.infinity])
  }

  @Test func damage() throws {
    let sample = npz("<f4", "(2,)", [UInt8](repeating: 1, count: 8))
    expectNoTrap(sample, header: sample.count) { bytes throws(FormatError) in
      let file = try open(bytes)
      for entry in file.entries { _ = try file.read(entry.name) }
    }
    let numpy = try Fixtures.bytes("checkpoint-compressed.npz")
    expectNoTrap(numpy, header: 400, flipped: 2) { bytes throws(FormatError) in
      let file = try open(bytes)
      for entry in file.entries { _ = try file.read(entry.name) }
    }
  }
}
