import Foundation
import Testing

@testable import Formats

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
