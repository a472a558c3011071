import Frontend
import Source

/// Rules that are guessed, of which no text is there yet.
extension RenameRule {
  init(_ target: String, _ source: String, layout: Layout? = nil) {
    self.init(target: target, source: source, layout: layout, span: .nowhere)
  }

  init(ignoring pattern: String) {
    self.init(target: nil, source: pattern, span: .nowhere)
  }

  /// Whether the names of its patterns can be written in a network.
  var isWritable: Bool {
    let stars = [source, target ?? source].map { $0.count { $0 == "*" } }
    return stars[0] == stars[1]
      && [source, target ?? source].allSatisfy { pattern in
        !pattern.contains("//") && !pattern.isEmpty
          && pattern.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
              || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
              || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
              || "_-.*/:[]+".utf8.contains(byte)
          }
      }
  }
}

extension Span {
  /// Of rules that no text holds.
  fileprivate static let nowhere = Span(source: SourceID(index: .max), lower: 0, upper: 0)
}
