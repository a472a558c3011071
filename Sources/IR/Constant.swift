import Source
import Tensors

/// A compile-time value, as arguments carry it.
package indirect enum Constant: Hashable, Sendable {
  case int(Int)
  case decimal(Double)
  case bool(Bool)
  case text(String)
  case size(Size2)
  case factor(Rational)
  case list([Constant])
  case tuple([Constant])
  /// A bare word that names nothing in scope: `global`, `tf`, `nearest`.
  case word(String)
  /// `same(tf)`, `shorter(520)`
  case call(String, [Constant])
  /// An activation argument: the name of an op without parameters.
  case activation(String)
  /// A function of H or of W, in `require`.
  case extent(Extent)

  /// What it is, for messages: `the integer 0`, `the text "3x3"`.
  package var kindName: String {
    let text = text.count > 40 ? text.prefix(37) + "…" : text
    return switch self {
    case .int: "the integer \(text)"
    case .decimal: "the decimal \(text)"
    case .bool: "`\(text)`"
    case .text: "the text \(text)"
    case .size: "the size \(text)"
    case .factor: "the factor \(text)"
    case .list: "the list \(text)"
    case .tuple: "the tuple \(text)"
    case .word: "the word `\(text)`"
    case .call: "`\(text)`"
    case .activation: "the activation `\(text)`"
    case .extent: "an extent"
    }
  }

  /// As it is written in the language.
  package var text: String {
    switch self {
    case .int(let value): String(value)
    case .decimal(let value): "\(value)"
    case .bool(let value): value ? "yes" : "no"
    case .text(let value):
      "\"\(value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n"))\""
    case .size(let size): "\(size.height)x\(size.width)"
    case .factor(let factor): "\(factor.text)x"
    case .list(let items): "[\(items.map(\.text).joined(separator: ", "))]"
    case .tuple(let items): "(\(items.map(\.text).joined(separator: ", ")))"
    case .word(let word), .activation(let word): word
    case .call(let name, let items): "\(name)(\(items.map(\.text).joined(separator: ", ")))"
    case .extent(let extent): extent.description
    }
  }
}

extension Rational {
  /// `2`, `0.5` or `2/3`.
  package var text: String {
    if denominator == 1 { return String(numerator) }
    let quotient = Double(numerator) / Double(denominator)
    var power = denominator
    for prime in [2, 5] { while power % prime == 0 { power /= prime } }
    return power == 1 ? "\(quotient)" : "\(numerator)/\(denominator)"
  }
}
