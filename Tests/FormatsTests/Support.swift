import Foundation
import Testing

@testable import Formats

/// A directory of its own for one test, gone afterwards.
final class TemporaryDirectory {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "netc-formats-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }

  /// A file with this content; its path.
  func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    // A file that is there is written over and then cut: some file systems flush one that is
    // emptied first, and the tests of damage write thousands.
    if let handle = FileHandle(forWritingAtPath: file(name)) {
      try handle.write(contentsOf: Data(bytes))
      try handle.truncate(atOffset: UInt64(bytes.count))
      try handle.close()
    } else {
      try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
    }
    return file(name)
  }

  var names: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? []
  }
}

enum Fixtures {
  static let directory =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Fixtures"

  static func bytes(_ name: String) throws -> [UInt8] {
    try FileReader.read(directory + "/" + name)
  }

  static func names(_ prefix: String, _ suffix: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    return names.filter { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }.sorted()
  }
}

/// The error that `body` throws, nil where it throws none.
func failure<Result>(_ body: () throws(FormatError) -> Result) -> FormatError? {
  do throws(FormatError) {
    _ = try body()
    return nil
  } catch {
    return error
  }
}

/// SplitMix64, the same numbers on every machine; the fixture script has it too.
struct SplitMix64 {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Checks that every proper prefix of a sample, and every sample with one bit of its first
/// `header` bytes flipped, is either read or refused with a message, and never a trap.
func expectNoTrap(
  _ sample: [UInt8], header: Int, truncationsFail: Bool = true, flipped: Int = 8,
  _ read: ([UInt8]) throws(FormatError) -> Void
) {
  for length in 0..<sample.count {
    let error = failure { () throws(FormatError) in try read(Array(sample[..<length])) }
    if truncationsFail { #expect(error != nil, "cut to \(length) of \(sample.count) bytes") }
    #expect(error?.message.isEmpty != true)
  }
  for byte in 0..<min(header, sample.count) {
    for bit in 0..<flipped {
      var mutant = sample
      mutant[byte] ^= 1 << UInt8(bit)
      _ = failure { () throws(FormatError) in try read(mutant) }
    }
  }
}
