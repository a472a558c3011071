/// How a spec is tested: `//! stage: check`, or `//! run seed: 1 at: 9x11`.
struct SpecHeader: Hashable, Sendable {
  enum Stage: String, CaseIterable, Sendable {
    /// The text form of the tokens or of the syntax tree equals the sidecar.
    case tokens, syntax
    /// The file as `netc fmt` lays it out equals the sidecar.
    case format
    /// The findings equal the sidecar, and the code in the file's name is among them.
    case errors
    /// Everything `netc check` finds, lints included, equals the sidecar, without one where it finds
    /// nothing; the code in the file's name is among it, unless `quiet` follows the code there.
    case lints
    /// No errors, every expectation holds, and the graph's text form equals the sidecar.
    case graph
    /// No errors and every expectation holds; a sidecar, where there is one, holds the warnings.
    case check
    /// The plan at a size, `at: 33x33 isa: avx512`, equals the sidecar.
    case plan
    /// The outputs' numbers, with random weights on a random input, equal the sidecar's.
    case run
  }

  let stage: Stage
  /// What follows the stage, by key.
  let options: [String: String]
}

extension SpecHeader {
  /// A first line that is no header, or one that cannot be read.
  struct Malformed: Error {
    let reason: String
  }

  /// Reads the first line; nil where it does not start with `//!`.
  init?(firstLine: String) throws(Malformed) {
    guard firstLine.hasPrefix("//!") else { return nil }
    var words = firstLine.dropFirst(3).split(separator: " ").map(String.init)
    if words.first == "stage:" { words.removeFirst() }
    let known = Stage.allCases.map(\.rawValue).joined(separator: ", ")
    guard let first = words.first, let stage = Stage(rawValue: first) else {
      throw Malformed(reason: "the header names no stage: one of \(known)")
    }
    var options: [String: String] = [:]
    var rest = words.dropFirst()
    while let key = rest.popFirst() {
      guard key.hasSuffix(":"), let value = rest.popFirst() else {
        throw Malformed(reason: "the header's options are written `key: value`, not \(key)")
      }
      options[String(key.dropLast())] = value
    }
    self.stage = stage
    self.options = options
  }
}
