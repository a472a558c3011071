import IR
import Source
import Syntax
import Tensors

/// The written arguments of a block instance, evaluated where the instance stands.
struct BlockArguments {
  var parameters: [String: (constant: Constant, span: Span)] = [:]
  var values: [(name: Name, operand: Operand)] = []
  /// `<6, 12, 18 at os 16>`
  var angles: (rates: [Int], referenceStride: Int?)?
  var bins: [Int]?
  /// `os=16`, and what strided layers do with the stride they lose
  var outputStride: (value: Int, span: Span)?
  var rule = AtrousRule.kept
}

extension Elaborator {
  mutating func bind(
    _ block: BlockDeclaration, _ application: Application, inputs: [Operand], at span: Span
  ) throws -> BlockArguments {
    var result = BlockArguments()
    try bindBrackets(block, application, into: &result, at: span)
    for input in inputs { try bind(input, block, into: &result) }
    for argument in application.arguments {
      let element = self.argument(argument.value)
      if case .poison = element { throw Reported() }
      if let name = argument.name {
        try bind(name, element, argument.value.span, block, into: &result)
      } else if case .constant(let constant) = element {
        let free = block.parameters.first {
          $0.position == .ordinary && result.parameters[$0.name.text] == nil
        }
        guard let free else {
          throw Diagnostic.badArgument(
            "`\(block.name.text)` has no place for the argument \(constant.text)",
            at: argument.span, help: Self.header(of: block))
        }
        result.parameters[free.name.text] = (constant, argument.value.span)
      } else if let operand = operand(element, at: argument.span) {
        try bind(operand, block, into: &result)
      } else {
        throw Reported()
      }
    }
    for name in block.values where !result.values.contains(where: { $0.name == name }) {
      throw Diagnostic.missingValue(
        name.text, of: block.name.text, Self.header(of: block), at: span)
    }
    return result
  }

  private mutating func bindBrackets(
    _ block: BlockDeclaration, _ application: Application, into result: inout BlockArguments,
    at span: Span
  ) throws {
    if let angles = application.angles {
      guard block.parameters.contains(where: { $0.position == .angle }) else {
        throw Diagnostic.badArgument(
          "`\(block.name.text)` takes no rates in angle brackets", at: span,
          help: Self.header(of: block))
      }
      guard let rates = integers(angles.values, at: span) else { throw Reported() }
      var reference: Int?
      if let at = angles.at {
        reference = int(at)
        if reference == nil { throw Reported() }
      }
      result.angles = (rates, reference)
    }
    if let bins = application.bins {
      guard block.parameters.contains(where: { $0.position == .bracket }) else {
        throw Diagnostic.badArgument(
          "`\(block.name.text)` takes no bins in square brackets", at: span,
          help: Self.header(of: block))
      }
      guard let bins = integers(bins, at: span) else { throw Reported() }
      result.bins = bins
    }
  }

  /// A value without a name goes to the next free value parameter.
  private func bind(
    _ operand: Operand, _ block: BlockDeclaration, into result: inout BlockArguments
  ) throws(Diagnostic) {
    let free = block.values.first { name in !result.values.contains { $0.name == name } }
    guard let free else {
      throw .badArgument(
        "`\(block.name.text)` has no place for another value", at: operand.span,
        help: Self.header(of: block))
    }
    result.values.append((free, operand))
  }

  private mutating func bind(
    _ name: Name, _ element: Element, _ span: Span, _ block: BlockDeclaration,
    into result: inout BlockArguments
  ) throws {
    if let parameter = block.values.first(where: { $0.text == name.text }) {
      guard let operand = operand(element, at: span) else { throw Reported() }
      guard !result.values.contains(where: { $0.name == parameter }) else {
        throw Diagnostic.givenTwice(name, of: block.name.text)
      }
      return result.values.append((parameter, operand))
    }
    guard case .constant(let constant) = element else {
      throw Diagnostic.badArgument(
        "`\(name.text)=` of `\(block.name.text)` takes a constant, not \(element.kindName)",
        at: span)
    }
    if block.parameters.contains(where: { $0.name.text == name.text }) {
      guard result.parameters[name.text] == nil else {
        throw Diagnostic.givenTwice(name, of: block.name.text)
      }
      result.parameters[name.text] = (constant, span)
      return
    }
    switch (name.text, constant) {
    case ("os", .int(let stride)): result.outputStride = (stride, span)
    case ("atrous", .word(let word)) where AtrousRule(rawValue: word) != nil:
      result.rule = AtrousRule(rawValue: word) ?? .kept
    case ("os", _):
      throw Diagnostic.wrongType("os", of: block.name.text, "an integer", constant, at: span)
    case ("atrous", _):
      throw Diagnostic.wrongType(
        "atrous", of: block.name.text, "`kept` or `all`", constant, at: span)
    default:
      let known = block.parameters.map(\.name.text) + block.values.map(\.text) + ["os", "atrous"]
      throw Diagnostic.unknownArgument(name, of: block.name.text, known: known)
    }
  }

  /// `aspp<rates>(width)(x)`, for help.
  static func header(of block: BlockDeclaration) -> String {
    func names(_ position: ParameterDeclaration.Position) -> String {
      block.parameters.filter { $0.position == position }.map(\.name.text).joined(separator: ", ")
    }
    var text = block.name.text
    if !names(.angle).isEmpty { text += "<\(names(.angle))>" }
    if !names(.bracket).isEmpty { text += "[\(names(.bracket))]" }
    if !names(.ordinary).isEmpty { text += "(\(names(.ordinary)))" }
    return "its header is `\(text)(\(block.values.map(\.text).joined(separator: ", ")))`"
  }
}

extension Diagnostic {
  fileprivate static func missingValue(
    _ name: String, of block: String, _ header: String, at span: Span
  ) -> Diagnostic {
    Diagnostic(
      .missingArgument, "`\(block)` needs the value `\(name)`", at: span,
      help: "give it by name, `\(name)=…`; \(header)")
  }
}
