import Source

/// The concrete syntax of a file: every token, and what the tokens belong to.
///
/// It is whole for every text: what could not be read stands in `error` nodes, and the tokens
/// joined are the text again.
package struct SyntaxTree: Sendable {
  package enum Kind: String, Sendable {
    case file, header, use, block, network
    case angleParameters, bracketParameters, parameters, parameter, values, results, body
    case binding, each, conditional, input, dimensions, output, expect, settings, require, legend
    case weights, rename, ignore, convention, unused
    case literal, list, tuple, group, name, member, index, call, spread, unary, binary, choice
    case pipe, stage, loop, angles, bins, argument, label
    case error
  }

  /// A node covers tokens; nodes are listed in postorder, children before their parent.
  package struct Node: Hashable, Sendable {
    package let kind: Kind
    /// Indices into `tokens`, trivia around the node left out.
    package let tokens: Range<Int>
    /// How many of the nodes directly before this one lie in it.
    package let descendants: Int
    /// The longest way down to a node without children, which has height 1.
    let height: Int
  }

  package let file: SourceFile
  package let tokens: [Token]
  package let nodes: [Node]

  package var root: Int { nodes.count - 1 }

  /// The children of a node, in the order of the text.
  package func children(of node: Int) -> [Int] {
    var found: [Int] = []
    var child = node - 1
    while child >= node - nodes[node].descendants {
      found.append(child)
      child -= nodes[child].descendants + 1
    }
    return found.reversed()
  }

  package func text(of token: Token) -> String {
    String(decoding: file.bytes[token.lower..<token.upper], as: UTF8.self)
  }

  /// The bytes of all tokens joined: those of the file.
  package var bytes: [UInt8] {
    tokens.flatMap { file.bytes[$0.lower..<$0.upper] }
  }
}
