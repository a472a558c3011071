import IR
import Ops
import Source
import Syntax
import Tensors

extension Elaborator {
  /// The value of a block's parameter: as written, or its default; rates scaled to the input.
  mutating func value(
    of parameter: ParameterDeclaration, of block: BlockDeclaration, _ arguments: BlockArguments,
    at span: Span
  ) throws -> Element {
    var given: (constant: Constant, span: Span)?
    switch parameter.position {
    case .ordinary: given = arguments.parameters[parameter.name.text]
    case .bracket:
      given = arguments.bins.map { (.list($0.map(Constant.int)), span) }
    case .angle:
      given = arguments.angles.map { (.list($0.rates.map(Constant.int)), span) }
    }
    if given == nil, let value = parameter.defaultValue {
      switch argument(value) {
      case .constant(let constant): given = (constant, value.span)
      case .poison: throw Reported()
      case let other:
        throw Diagnostic.badArgument(
          "a default is a constant, not \(other.kindName)", at: value.span)
      }
    }
    guard let given else {
      throw Diagnostic.missingParameter(
        parameter, of: block.name.text, Self.header(of: block), at: span)
    }
    if parameter.position == .ordinary || !parameter.isVariadic {
      var constant = given.constant
      if parameter.position != .ordinary, case .list(let items) = constant, items.count == 1 {
        constant = items[0]
      }
      return .constant(try convert(constant, to: parameter, of: block.name.text, at: given.span))
    }
    guard let reference = parameter.referenceStride else { return .constant(given.constant) }
    guard let declared = int(reference), case .list(let rates) = given.constant else {
      throw Reported()
    }
    let stated = arguments.angles?.referenceStride ?? declared
    return .constant(.list(try scale(rates, statedAt: stated, for: block, at: given.span)))
  }

  /// Rates stated at one output stride, at the stride that the block's first value has
  /// (rate · stated / actual).
  private mutating func scale(
    _ rates: [Constant], statedAt stated: Int, for block: BlockDeclaration, at span: Span
  ) throws(Diagnostic) -> [Constant] {
    guard let first = block.values.first,
      case .value(let operand)? = scope.find(first.text)?.element
    else { return rates }
    let value = builder.graph[operand.value]
    guard let stride = value.stride.common, value.owed.height == value.owed.width else {
      throw .noStrideForRates(block.name.text, at: span)
    }
    return try rates.map { rate throws(Diagnostic) -> Constant in
      guard case .int(let rate) = rate else { return rate }
      // actual = stride · owed: what the stride would be had none been dropped
      let (numerator, o1) = rate.multipliedReportingOverflow(by: stated)
      let (scaled, o2) = numerator.multipliedReportingOverflow(by: stride.denominator)
      let (actual, o3) = stride.numerator.multipliedReportingOverflow(by: value.owed.height)
      guard !o1, !o2, !o3 else { throw .overflow("\(rate) * \(stated)", at: span) }
      guard stated > 0, scaled % actual == 0, scaled / actual > 0 else {
        throw .unscalableRate(rate, stated: stated, actual: stride.text, at: span)
      }
      return .int(scaled / actual)
    }
  }

  /// Checks an argument against the parameter's declared type.
  func convert(
    _ constant: Constant, to parameter: ParameterDeclaration, of owner: String, at span: Span
  ) throws(Diagnostic) -> Constant {
    let name = parameter.name.text
    switch (parameter.kind, constant) {
    case (.int, .int), (.bool, .bool), (.decimal, .decimal), (.list, .list), (.size, .size): break
    case (.decimal, .int(let value)): return .decimal(Double(value))
    case (.size, .int(let value)) where value >= 0: return .size(Size2(value, value))
    case (.rate, .int(let value)), (.stride, .int(let value)):
      guard value >= 1 else {
        throw .outOfRange(name, of: owner, value, 1, at: span)
      }
    case (.rate, .size(let size)), (.stride, .size(let size)):
      guard size.height >= 1, size.width >= 1 else {
        throw .outOfRange(name, of: owner, min(size.height, size.width), 1, at: span)
      }
    case (.activation, .activation): break
    case (.activation, .word(let word)):
      guard Registry.find(word)?.signature.isActivation == true else {
        let known = Registry.activations
        throw .unknownWord(word, name, of: owner, known, at: span)
      }
      return .activation(word)
    case (_, .word(let word)):
      throw .unknownName(word, in: scope, at: span)
    default:
      throw .wrongType(name, of: owner, parameter.kind.text, constant, at: span)
    }
    return constant
  }
}

extension ParameterDeclaration.Kind {
  var text: String {
    switch self {
    case .int: "an integer"
    case .size: "a size"
    case .rate: "a rate"
    case .stride: "a stride"
    case .bool: "yes or no"
    case .decimal: "a number"
    case .list: "a list"
    case .activation: "an activation"
    }
  }
}

extension Diagnostic {
  fileprivate static func missingParameter(
    _ parameter: ParameterDeclaration, of block: String, _ header: String, at span: Span
  ) -> Diagnostic {
    Diagnostic(
      .missingArgument, "`\(block)` needs `\(parameter.name.text)`", at: span, help: header)
  }

  fileprivate static func noStrideForRates(_ block: String, at span: Span) -> Diagnostic {
    Diagnostic(
      .noOutputStride,
      "the rates of `\(block)` scale with the output stride of its input, which has none", at: span,
      help: """
        use the map before its global pooling; an input states it: `input x: tensor[512, H, W] os=16`
        """)
  }

  fileprivate static func unscalableRate(
    _ rate: Int, stated: Int, actual: String, at span: Span
  ) -> Diagnostic {
    Diagnostic(
      .unscalableRate,
      """
      rate \(rate) stated at output stride \(stated) is not a whole rate at output stride \
      \(actual)
      """, at: span,
      help: "state the rates at the output stride they are used at: `<… at os \(actual)>`")
  }
}
