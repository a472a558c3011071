import Source

/// What is written on a line of a file.
package struct LineContent: Hashable, Sendable {
  /// In words: `a comment`, `part of an `expect` block`.
  package let words: String
  /// The block whose text it is part of.
  package let block: String?
}

extension SyntaxTree {
  /// What is on a line (from 1) of the file, by the statement that its first token belongs to.
  package func content(ofLine number: Int) -> LineContent {
    let line = file.line(number)
    let own = tokens.indices.filter { index in
      let token = tokens[index]
      return token.kind != .blank && token.kind != .newline && token.kind != .terminator
        && token.lower < token.upper && line.indices.contains(token.lower)
    }
    guard let first = own.first(where: { !tokens[$0].kind.isTrivia }) else {
      let words = own.isEmpty ? "a blank line" : "a comment"
      return LineContent(words: words, block: nil)
    }
    let around = nodes.indices.filter { nodes[$0].tokens.contains(first) }
    let block = around.first { nodes[$0].kind == .block }.flatMap { name(ofBlock: $0) }
    if own.allSatisfy({ tokens[$0].kind == .closeBrace || tokens[$0].kind.isTrivia }) {
      return LineContent(words: "a closing brace", block: block)
    }
    let words = around.lazy.compactMap { nodes[$0].kind.words }.first
    return LineContent(words: words ?? "text outside every statement", block: block)
  }

  /// The name after `block`.
  private func name(ofBlock node: Int) -> String? {
    let words = tokens[nodes[node].tokens].filter { !$0.kind.isTrivia }
    return words.count > 1 ? text(of: words[1]) : nil
  }
}

extension SyntaxTree.Kind {
  /// What a statement, or a part of a head, is called; nil of parts of expressions.
  fileprivate var words: String? {
    switch self {
    case .header: "the version of the language"
    case .use: "the name of a library"
    case .block: "the head of a block"
    case .network: "the head of the network"
    case .angleParameters, .bracketParameters, .parameters, .parameter, .values, .results:
      "a list of parameters or results"
    case .binding: "a name for a value"
    case .each, .loop: "the head of a loop"
    case .conditional: "a choice made before there are layers"
    case .input: "an input"
    case .output: "an output"
    case .expect: "part of an `expect` block"
    case .require: "a requirement on sizes"
    case .legend: "the legend"
    case .weights: "the file of weights"
    case .rename, .ignore: "a rule for names of weights"
    case .convention: "a convention"
    case .unused: "a layer that nothing runs"
    case .error: "text that could not be read"
    case .file, .dimensions, .settings, .body, .literal, .list, .tuple, .group, .name, .member,
      .index, .call, .spread, .unary, .binary, .choice, .pipe, .stage, .angles, .bins, .argument,
      .label:
      nil
    }
  }
}
