/// Draws diagnostics as text: message, place, source line with carets, notes and help.
package struct DiagnosticRenderer {
  private let sources: SourceMap
  private let color: Bool

  package init(sources: SourceMap, color: Bool = false) {
    self.sources = sources
    self.color = color
  }

  package func render(_ diagnostic: Diagnostic) -> String {
    let severity = diagnostic.severity.rawValue
    let tint = diagnostic.severity.tint
    let location =
      place(diagnostic.span).map(sources.location) ?? diagnostic.path.map { Self.printable($0) }
    var text = location.map { "\($0): " } ?? ""
    text += paint("\(severity)[\(diagnostic.code)]", tint) + ": "
    text += paint(Self.printable(diagnostic.message), "1") + "\n"
    if let span = place(diagnostic.span) { text += excerpt(span, tint: tint) }
    for note in diagnostic.notes {
      text += "  = note: \(Self.printable(note.message))\n"
      if let span = place(note.span) {
        text += "    --> \(sources.location(span))\n" + excerpt(span, tint: "36")
      }
    }
    if let help = diagnostic.help { text += "  = help: \(Self.printable(help))\n" }
    for line in diagnostic.lines { text += "  \(Self.printable(line, limit: .max))\n" }
    return text
  }

  package func render(_ set: DiagnosticSet, limit: Int = 20) -> String {
    var text = set.all.prefix(limit).map(render).joined(separator: "\n")
    if set.all.count > limit { text += "\n… and \(set.all.count - limit) more\n" }
    return text
  }

  /// The first line of a span with carets under it, clipped around the span to a screen's width.
  private func excerpt(_ span: Span, tint: String) -> String {
    let file = sources[span.source]
    let (number, column) = file.position(of: span.lower)
    let line = Self.printable(String(decoding: file.line(number), as: UTF8.self), limit: .max)
    let characters = Array(line)
    let width = 96
    let start = column > width - 20 ? column - 40 : 0
    let visible = characters.dropFirst(start).prefix(width)
    let spanText = String(decoding: file.bytes[span.lower..<span.upper], as: UTF8.self)
    let firstLine = spanText.prefix { !$0.isNewline }
    let room = max(1, visible.count - (column - 1 - start))
    let carets = String(repeating: "^", count: min(max(1, firstLine.count), room))
    let gutter = String(number)
    let margin = String(repeating: " ", count: gutter.count)
    let indent = String(repeating: " ", count: max(0, column - 1 - start))
    return """
      \(margin) |
      \(gutter) | \(String(visible))
      \(margin) | \(indent)\(paint(carets, tint))

      """
  }

  /// A span that this renderer has the text of.
  private func place(_ span: Span?) -> Span? {
    span.flatMap { sources.files.indices.contains($0.source.index) ? $0 : nil }
  }

  private func paint(_ text: String, _ code: String) -> String {
    color ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }

  /// Text that is safe on a terminal: control characters become `?`, long runs are clipped.
  package static func printable(_ text: String, limit: Int = 2_000) -> String {
    var result = ""
    for (index, scalar) in text.unicodeScalars.enumerated() {
      if index >= limit {
        result += "…"
        break
      }
      let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      let isBidi =
        (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
      if scalar == "\n" && limit != .max {
        result.unicodeScalars.append(scalar)
      } else {
        result.unicodeScalars.append(isControl || isBidi ? (scalar == "\t" ? " " : "?") : scalar)
      }
    }
    return result
  }
}

extension Diagnostic.Severity {
  /// The terminal's colour for it.
  fileprivate var tint: String {
    switch self {
    case .error: "31"
    case .warning: "33"
    case .note: "36"
    }
  }
}
