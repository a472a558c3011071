/// Why a file could not be read or written; the caller knows its path.
package struct FormatError: Error, Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// The system refused: absent, forbidden, not a regular file, shorter than it was.
    case unreadable
    /// The bytes break the rules of their format.
    case malformed
    /// A declared limit, or the memory at hand, would be passed.
    case limit
    /// Valid, but nothing netc reads or writes.
    case unsupported
    /// The decoder is a system library that was not found; `package` is its Debian name.
    case missingLibrary(package: String)
    /// The system refused to take the output.
    case unwritable
    /// The reader at the other end of a pipe went away.
    case readerGone
  }

  package let kind: Kind
  /// Lower case, no full stop, with the offending value and the expected one.
  package let message: String
  /// Where in the file: `byte 17`, `tensor "a.weight"`, `header`.
  package let place: String?

  package init(_ kind: Kind, _ message: String, at place: String? = nil) {
    self.kind = kind
    self.message = message
    self.place = place
  }
}

extension FormatError: CustomStringConvertible {
  package var description: String {
    guard let place else { return message }
    return "\(place): \(message)"
  }
}

extension FormatError {
  static func malformed(_ message: String, at place: String? = nil) -> FormatError {
    FormatError(.malformed, message, at: place)
  }

  static func malformed(_ message: String, byte: Int) -> FormatError {
    FormatError(.malformed, message, at: "byte \(byte)")
  }

  static func unsupported(_ message: String, at place: String? = nil) -> FormatError {
    FormatError(.unsupported, message, at: place)
  }

  static func limit(_ message: String, at place: String? = nil) -> FormatError {
    FormatError(.limit, message, at: place)
  }
}

/// Text from a file made fit for a message: control characters escaped, at most 60 characters.
func quoted(_ text: some StringProtocol) -> String {
  var result = "\""
  for scalar in text.unicodeScalars.prefix(60) {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator:
      result += "\\u{\(String(scalar.value, radix: 16))}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + (text.unicodeScalars.count > 60 ? "…\"" : "\"")
}
