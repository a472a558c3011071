import Source

/// An identifier with its place.
package struct Name: Hashable, Sendable {
  package let text: String
  package let span: Span
  package init(_ text: String, _ span: Span) {
    self.text = text
    self.span = span
  }
}

/// One parsed file: `netc 1`, then uses, blocks and networks.
package struct FileSyntax: Sendable {
  package var version: Int?
  package var declarations: [Declaration]
  package var span: Span
}

package enum Declaration: Sendable {
  case use(UseDeclaration)
  case block(BlockDeclaration)
  case network(NetworkDeclaration)
}

/// `use std.resnet` or `use "./shared.net"`.
package struct UseDeclaration: Sendable {
  package enum Target: Hashable, Sendable {
    case library(String)
    case file(String)
  }
  package var target: Target
  package var span: Span
}

/// `block aspp<rates: rate... at os 16>(width: int = 256)(x) -> c2, c3 { … }`.
package struct BlockDeclaration: Sendable {
  package var name: Name
  package var parameters: [ParameterDeclaration]
  /// The value parameters; the first receives the pipe.
  package var values: [Name]
  /// Named results; empty means the single result `out`.
  package var results: [Name]
  package var body: [Statement]
  package var span: Span
}

package struct NetworkDeclaration: Sendable {
  package var name: Name
  package var parameters: [ParameterDeclaration]
  package var body: [Statement]
  package var span: Span
}

/// A typed compile-time parameter: `width: int = 256`, `rates: rate... at os 16`.
package struct ParameterDeclaration: Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    case int, size, rate, stride, bool, decimal, list, activation
  }
  /// Where its argument is written: `<…>`, `[…]` or among the ordinary arguments.
  package enum Position: Sendable { case angle, bracket, ordinary }
  package var name: Name
  package var kind: Kind
  package var position: Position
  /// `rate...`: takes the rest of the list.
  package var isVariadic: Bool
  /// `at os 16`: the output stride its rates are stated at.
  package var referenceStride: Expression?
  package var defaultValue: Expression?
  package var span: Span
}

package struct Statement: Sendable {
  package indirect enum Kind: Sendable {
    /// `high = body.c5 |> aspp<6, 12, 18> 256 @aspp`
    case binding(Name, Expression)
    /// `each r, i in rates as branch { … }`
    case each(EachStatement)
    /// `if cond { … } else { … }`; `else if` nests.
    case conditional(Expression, then: [Statement], otherwise: [Statement])
    /// `input image: rgb[H, W] normalize=imagenet`
    case input(InputDeclaration)
    /// `output labels = scores |> argmax`
    case output(Name, Expression)
    case expect(Expectation)
    /// `require H % os == 0`
    case require(Expression)
    /// `legend voc` (a name) or `legend ["sky", "road"]` (a list of texts)
    case legend(Expression)
    /// `weights "x.safetensors" source="https://…"`
    case weights(path: Name, options: [Argument])
    /// `rename backbone.* <- module.backbone.* layout=HWIO`; patterns verbatim.
    case rename(target: Name, source: Name, options: [Argument])
    /// `ignore aux_classifier.*`
    case ignore(Name)
    /// `convention tf`
    case convention(Name)
    /// `unused @conv5 conv 4x4 64`
    case unused(Application)
  }
  package var kind: Kind
  package var span: Span
}

package struct EachStatement: Sendable {
  package var element: Name
  package var index: Name?
  package var list: Expression
  package var name: Name
  package var body: [Statement]
}

package struct InputDeclaration: Sendable {
  package var name: Name
  /// `rgb`, `bgr`, `gray`, `tensor`, `windows`
  package var kind: Name
  package var dimensions: [Expression]
  package var options: [Argument]
}

/// `expect at 513x513 with os=16 { … }`, `expect error N0312 at 350x525`,
/// `expect output "in.ppm" -> "out.pgm"`.
package struct Expectation: Sendable {
  package enum Kind: Sendable {
    case conditions([Expression])
    case error(Name)
    case output(input: Name, expected: Name)
  }
  package var kind: Kind
  /// A size expression, where given.
  package var at: Expression?
  package var settings: [Argument]
}
