import Source

/// The canonical layout of a file, or `nil` when it has errors.
///
/// Two spaces a level, one statement a line; pipes stay broken where the author broke them and are
/// broken where a line would pass 100 columns; comments and single blank lines stay. Only blanks,
/// line breaks and `;` change, and formatting twice is formatting once.
package func format(_ parsed: ParsedFile) -> String? {
  guard !parsed.diagnostics.hasErrors else { return nil }
  let formatter = Formatter(parsed.tree)
  var forced: Set<Int> = []
  while true {
    var page = Page(formatter, forced: forced)
    page.run()
    guard forced.union(page.wanted).count > forced.count else { return page.text }
    forced.formUnion(page.wanted)
  }
}

/// What the layout needs to know about a tree: its words and what each of them is.
struct Formatter {
  /// A token that is printed, with what stands between it and the one before.
  struct Word {
    let kind: Token.Kind
    let text: String
    var gap = Gap()
  }

  struct Gap {
    /// A comment; on the line of what is before it, or on its own, perhaps after a blank line.
    struct Comment {
      let text: String
      let startsLine: Bool
      let followsBlankLine: Bool
    }

    var comments: [Comment] = []
    var endsStatement = false
    /// Line breaks after the last comment.
    var breaks = 0
  }

  private(set) var words: [Word] = []
  /// `=` of arguments, which have no spaces around them.
  private(set) var argumentAssigns: Set<Int> = []
  /// `-` in front of its operand.
  private(set) var signs: Set<Int> = []
  /// Brackets of a header, which cling to what is before them.
  private(set) var headerBrackets: Set<Int> = []
  /// Parentheses after `repeat … as i`, which do not.
  private(set) var loopParens: Set<Int> = []
  /// Where the pipeline of a `|>` starts.
  private(set) var pipelineStarts: [Int: Int] = [:]

  init(_ tree: SyntaxTree) {
    /// The word of a token, or the next one.
    var wordOfToken: [Int] = []
    var gap = Gap()
    for token in tree.tokens {
      wordOfToken.append(words.count)
      switch token.kind {
      case .byteOrderMark, .blank: break
      case .newline: gap.breaks += 1
      case .terminator:
        gap.endsStatement = true
        if tree.text(of: token) != ";" { gap.breaks += 1 }
      case .comment:
        let text = String(tree.text(of: token).trimmingSuffix { $0 == " " || $0 == "\t" })
        gap.comments.append(
          Gap.Comment(
            text: text, startsLine: gap.breaks > 0 || words.isEmpty,
            followsBlankLine: gap.breaks > 1))
        gap.breaks = 0
      default:
        words.append(Word(kind: token.kind, text: tree.text(of: token), gap: gap))
        gap = Gap()
      }
    }
    for (index, node) in tree.nodes.enumerated() {
      note(node, tree.children(of: index).first.map { tree.nodes[$0] }, wordOfToken)
    }
  }

  private mutating func note(
    _ node: SyntaxTree.Node, _ child: SyntaxTree.Node?, _ wordOfToken: [Int]
  ) {
    guard let firstToken = node.tokens.first else { return }
    let first = wordOfToken[firstToken]
    let afterChild = child.map { wordOfToken[$0.tokens.upperBound - 1] + 1 } ?? first
    switch node.kind {
    case .argument:
      if words[first + 1].kind == .assign { argumentAssigns.insert(first + 1) }
    case .unary:
      if words[first].kind == .minus || words[first].kind == .prefixMinus { signs.insert(first) }
    case .bracketParameters, .parameters, .values:
      headerBrackets.insert(first)
    case .loop:
      loopParens.insert(afterChild + 2)
    case .pipe:
      pipelineStarts[afterChild] = first
    default: break
    }
  }
}

extension String {
  fileprivate func trimmingSuffix(while condition: (Character) -> Bool) -> Substring {
    var end = endIndex
    while end > startIndex, condition(self[index(before: end)]) { end = index(before: end) }
    return self[..<end]
  }
}
