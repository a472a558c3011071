import Source

extension SyntaxTree {
  /// One token a line with its place and text, trivia but blanks included.
  package func describeTokens() -> String {
    var text = ""
    for token in tokens where token.kind != .blank {
      let (line, column) = file.position(of: token.lower)
      text += "\(line):\(column) \(token.kind)"
      if token.lower < token.upper { text += " \(Self.quoted(self.text(of: token)))" }
      text += "\n"
    }
    return text
  }

  /// The nodes indented by depth; a node without children shows its tokens on its line.
  package func describeSyntax() -> String {
    var text = ""
    describe(root, depth: 0, into: &text)
    return text
  }

  private func describe(_ index: Int, depth: Int, into text: inout String) {
    let indent = String(repeating: "  ", count: depth)
    let children = children(of: index)
    let node = nodes[index]
    text += "\(indent)\(node.kind)"
    if children.isEmpty {
      for token in significant(node.tokens) { text += " \(Self.quoted(self.text(of: token)))" }
      text += "\n"
      return
    }
    text += "\n"
    var next = node.tokens.lowerBound
    for child in children {
      describe(next..<nodes[child].tokens.lowerBound, indent: indent, into: &text)
      describe(child, depth: depth + 1, into: &text)
      next = nodes[child].tokens.upperBound
    }
    describe(next..<node.tokens.upperBound, indent: indent, into: &text)
  }

  private func describe(_ range: Range<Int>, indent: String, into text: inout String) {
    for token in significant(range) {
      text += "\(indent)  \(Self.quoted(self.text(of: token)))\n"
    }
  }

  private func significant(_ range: Range<Int>) -> [Token] {
    tokens[range].filter { !$0.kind.isTrivia && $0.kind != .terminator && $0.kind != .end }
  }

  /// The text in quotes on one line.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\"", "\\": result += "\\\(scalar)"
      default: result += scalar.value < 0x20 ? "\\u{\(scalar.value)}" : "\(scalar)"
      }
    }
    return result + "\""
  }
}
