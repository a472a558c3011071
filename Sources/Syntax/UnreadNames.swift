import Source

/// A name of a block or network that nothing in it reads.
package struct UnreadName: Sendable {
  package enum Kind: Sendable { case binding, parameter, value }

  package let kind: Kind
  package let name: Name
  /// The statement or declaration of the name.
  package let span: Span
}

extension SyntaxTree {
  /// Names that are bound or declared and mentioned nowhere else in their block or network.
  ///
  /// A mention anywhere counts, as does one of the same name in another scope: what is listed is
  /// certainly unread.
  package func unreadNames(_ id: SourceID) -> [UnreadName] {
    nodes.indices.filter { [.block, .network].contains(nodes[$0].kind) }
      .flatMap { unreadNames(in: $0, id) }
  }

  private func unreadNames(in declaration: Int, _ id: SourceID) -> [UnreadName] {
    let inner = nodes[(declaration - nodes[declaration].descendants)..<declaration]
    // `unused conv …` takes its shapes from what was bound last.
    let readsLast = inner.contains { $0.kind == .unused }
    let read = Set(inner.flatMap(mentions))
    return inner.flatMap { node -> [UnreadName] in
      let names = names(in: node.tokens)
      let (kind, declared): (UnreadName.Kind, ArraySlice<Token>)
      switch node.kind {
      case .binding where !readsLast: (kind, declared) = (.binding, names.prefix(1))
      case .parameter: (kind, declared) = (.parameter, names.prefix(1))
      case .values: (kind, declared) = (.value, names)
      default: return []
      }
      let span = Span(
        source: id, lower: tokens[node.tokens.lowerBound].lower,
        upper: tokens[node.tokens.upperBound - 1].upper)
      return declared.filter { text(of: $0) != "out" && !read.contains(text(of: $0)) }.map {
        token in
        let place = Span(source: id, lower: token.lower, upper: token.upper)
        return UnreadName(kind: kind, name: Name(text(of: token), place), span: span)
      }
    }
  }

  /// The names that a node itself reads.
  private func mentions(_ node: Node) -> [String] {
    switch node.kind {
    case .name, .member, .results: names(in: node.tokens).map(text)
    case .stage, .call: names(in: node.tokens).prefix(1).map(text)
    default: []
    }
  }

  private func names(in range: Range<Int>) -> ArraySlice<Token> {
    tokens[range].filter { $0.kind == .name }[...]
  }
}
