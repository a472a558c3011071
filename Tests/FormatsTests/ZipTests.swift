import TestSupport
import Testing

@testable import Formats

@Suite final class ZipTests {
  private let directory: TemporaryDirectory
  private typealias Entry = ZipWriter.Entry

  init() throws { directory = try TemporaryDirectory() }

  /// Everything in a zip file, read through.
  private func contents(_ bytes: [UInt8]) throws(FormatError) -> [String: [UInt8]] {
    let path = directory.file("a.zip")
    guard (try? directory.file("a.zip", bytes)) != nil else { return [:] }
    let archive = try ZipArchive(OpenFile(path))
    var result: [String: [UInt8]] = [:]
    for entry in archive.entries {
      result[entry.name] = try ZipEntryStream.bytes(entry, of: archive.file, limit: 1 << 20)
    }
    return result
  }

  private func refusal(_ bytes: [UInt8]) -> FormatError? {
    failure { () throws(FormatError) in try contents(bytes) }
  }

  private let first = Entry("a", Array("hello".utf8))
  private let second = Entry("folder/b", [UInt8](repeating: 7, count: 70_000))

  @Test func checksums() {
    // The check value of the algorithm's catalogue entry.
    #expect(ZipWriter.checksum(Array("123456789".utf8)) == 0xCBF4_3926)
    let bytes = (0..<1_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    for cut in [0, 1, 7, 8, 500] {
      var crc = CRC32()
      crc.update(Array(bytes[..<cut]).span)
      crc.update(Array(bytes[cut...]).span)
      #expect(crc.value == ZipWriter.checksum(bytes))
    }
  }

  @Test(arguments: [false, true])
  func storedAndDeflated(long: Bool) throws {
    var deflated = second
    deflated.stored = ZipWriter.deflated(second.stored)
    deflated.method = 8
    var folder = Entry("folder/", [])
    folder.size = 0
    let bytes = ZipWriter.bytes([first, folder, deflated], comment: [1, 2, 3], long: long)
    let expected = ["a": first.stored, "folder/b": second.stored]
    #expect(try contents(bytes) == expected)
    #expect(try contents(ZipWriter.bytes([], long: long)).isEmpty)
  }

  @Test func sizesAfterTheData() throws {
    var streamed = first
    (streamed.flags, streamed.localSize, streamed.localCRC) = (8, 0, 0)
    #expect(try contents(ZipWriter.bytes([streamed])) == ["a": first.stored])
  }

  @Test func lies() {
    func mutated(_ change: (inout Entry) -> Void) -> [UInt8] {
      var entry = first
      change(&entry)
      return ZipWriter.bytes([entry, second])
    }
    let files: [(String, [UInt8])] = [
      ("checksum", mutated { ($0.crc, $0.localCRC) = (1, 1) }),
      ("local checksum", mutated { $0.localCRC = 1 }),
      ("local name", mutated { $0.localName = "b" }),
      ("local size", mutated { $0.localSize = 4 }),
      ("size", mutated { $0.size = 6 }),
      ("size of 2^32 - 2", mutated { $0.size = 0xFFFF_FFFE }),
      ("no 64-bit field", mutated { $0.size = 0xFFFF_FFFF }),
      ("offset", mutated { $0.offset = 3 }),
      ("offset past the end", mutated { $0.offset = 0xFFFF_FFF0 }),
      ("overlap", mutated { $0.offset = 36 }),
      ("twice", ZipWriter.bytes([first, first])),
      (
        "one header twice",
        ZipWriter.bytes([
          first,
          {
            var e = first; e.offset = 0; return e
          }(),
        ])
      ),
      ("way out", mutated { $0.name = "../a" }),
      ("root", mutated { $0.name = "/a" }),
      ("no name", mutated { $0.name = "" }),
      ("before it", [0] + ZipWriter.bytes([first])),
      ("after it", ZipWriter.bytes([first]) + [0]),
      ("nothing", []), ("short", ZipWriter.signature(of: first)),
    ]
    for (name, bytes) in files {
      let error = refusal(bytes)
      #expect(error?.kind == .malformed, "\(name): \(error?.description ?? "read")")
    }
    for (name, bytes) in [
      ("encrypted", mutated { $0.flags = 1 }), ("method", mutated { $0.method = 12 }),
    ] {
      let error = refusal(bytes)
      #expect(error?.kind == .unsupported, "\(name): \(error?.description ?? "read")")
    }
  }

  /// 1,032 zeros for a byte: no more than the declared bytes are ever made.
  @Test func budgets() {
    let zeros = [UInt8](repeating: 0, count: 100)
    let deflated = ZipWriter.deflated(zeros)
    func entry(_ size: UInt64, _ stored: [UInt8]) -> FormatError? {
      var entry = Entry("z", deflated: stored, from: zeros)
      entry.size = size
      return refusal(ZipWriter.bytes([entry]))
    }
    #expect(entry(100, deflated) == nil)
    #expect(entry(99, deflated)?.message.contains("more than the 99 bytes") == true)
    #expect(entry(101, deflated)?.message.contains("inflates to 100 bytes") == true)
    #expect(entry(1 << 31, deflated)?.message.contains("cannot hold") == true)
    #expect(entry(100, deflated + [0])?.message.contains("follow the end") == true)
    #expect(entry(100, Array(deflated.dropLast(10)))?.message.contains("break off") == true)
    #expect(entry(100, [7] + deflated)?.message.contains("damaged") == true)
    let large = Entry("l", [UInt8](repeating: 0, count: 1 << 20 + 1))
    #expect(refusal(ZipWriter.bytes([large]))?.kind == .limit)
  }

  @Test func missingLibrary() {
    let error = failure { () throws(FormatError) in try Zlib.load(without: ["zlib"]) }
    #expect(error?.kind == .missingLibrary(package: "zlib1g"))
  }

  @Test func damage() {
    var deflated = first
    (deflated.name, deflated.method) = ("d", 8)
    deflated.stored = ZipWriter.deflated(first.stored)
    for long in [false, true] {
      let sample = ZipWriter.bytes([first, deflated], long: long)
      expectNoTrap(sample, header: sample.count) { bytes throws(FormatError) in
        _ = try contents(bytes)
      }
    }
  }
}

extension ZipWriter {
  /// A local header alone.
  fileprivate static func signature(of entry: Entry) -> [UInt8] {
    Array(bytes([entry]).prefix(30))
  }
}
