import IR
import Source
import Syntax
import Tensors

/// Matches written arguments to a signature: positions, names, kinds and ranges.
struct ArgumentBinder {
  struct Bound {
    var inputs: [Operand]
    var arguments: [String: OpCall.Bound]
    var values: [String: Operand]
  }

  /// Larger numbers are slips; they would only overflow later.
  static let maximumNumber = Int(Int32.max)

  let signature: Signature
  let span: Span
  /// What could be meant by a word that names nothing.
  let scope: Scope
  var bins: [Int]?
  private var bound: Bound

  init(signature: Signature, inputs: [Operand], span: Span, scope: Scope) {
    self.signature = signature
    self.span = span
    self.scope = scope
    bound = Bound(inputs: inputs, arguments: [:], values: [:])
  }

  mutating func take(_ operand: Operand, _ name: Name?) throws(Diagnostic) {
    guard let name else {
      bound.inputs.append(operand)
      return
    }
    let parameter = try parameter(named: name)
    guard isValue(parameter) else {
      throw .badArgument(
        "`\(name.text)=` of `\(signature.op)` takes \(parameter.kind.text), not a value of the network",
        at: operand.span, help: "write it as in `\(signature.summary)`")
    }
    guard bound.values[name.text] == nil else { throw .givenTwice(name, of: signature.op) }
    bound.values[name.text] = operand
  }

  mutating func take(_ constant: Constant, _ name: Name?, at span: Span) throws(Diagnostic) {
    let parameter: Signature.Parameter
    if let name {
      parameter = try self.parameter(named: name)
    } else {
      let free = signature.positional.filter { bound.arguments[$0.name] == nil }
      guard let next = free.first else {
        throw .tooManyArguments(signature, constant.text, at: span)
      }
      parameter = next
    }
    guard bound.arguments[parameter.name] == nil else {
      throw .givenTwice(name ?? Name(parameter.name, span), of: signature.op)
    }
    let converted = try check(constant, parameter, at: span)
    bound.arguments[parameter.name] = OpCall.Bound(converted, span)
  }

  /// Everything bound, once all arguments were taken.
  func finish() throws(Diagnostic) -> Bound {
    for parameter in signature.parameters where parameter.isRequired {
      guard bound.arguments[parameter.name] != nil || bound.values[parameter.name] != nil else {
        throw .missingArgument(signature, parameter, at: span)
      }
    }
    if signature.takesBins {
      guard let bins, !bins.isEmpty else { throw .missingBins(signature, at: span) }
      for bin in bins where !(1...1024).contains(bin) {
        throw Diagnostic(
          .outOfRange, "\(bin) bins a side are out of range", at: span,
          help: "a level of `\(signature.op)` has 1 to 1024 bins a side")
      }
      guard bins.count <= 64 else {
        throw Diagnostic(
          .outOfRange, "a pyramid of \(bins.count) levels is out of range", at: span,
          help: "a pyramid has 1 to 64 levels")
      }
    } else if bins != nil {
      throw .badArgument(
        "`\(signature.op)` takes no bins in square brackets", at: span,
        help: "write it as in `\(signature.summary)`")
    }
    guard signature.values.contains(bound.inputs.count) else {
      throw .wrongValueCount(signature, bound.inputs.count, at: span)
    }
    return bound
  }

  private func isValue(_ parameter: Signature.Parameter) -> Bool {
    if case .value = parameter.kind { true } else { false }
  }

  private func parameter(named name: Name) throws(Diagnostic) -> Signature.Parameter {
    guard let parameter = signature.parameters.first(where: { $0.name == name.text }) else {
      throw .unknownArgument(name, of: signature.op, known: signature.parameters.map(\.name))
    }
    return parameter
  }

  private func check(
    _ constant: Constant, _ parameter: Signature.Parameter, at span: Span
  ) throws(Diagnostic) -> Constant {
    func wrong() -> Diagnostic {
      if case .word(let word) = constant, !parameter.kind.takesWords {
        return .unknownName(word, in: scope, at: span)
      }
      return .wrongType(
        parameter.name, of: signature.op, parameter.kind.text, constant, at: span,
        help: parameter.kind.example(parameter.name))
    }
    func inRange(_ value: Int, _ minimum: Int) throws(Diagnostic) {
      guard value >= minimum, value <= Self.maximumNumber else {
        throw .outOfRange(parameter.name, of: signature.op, value, minimum, at: span)
      }
    }
    switch (parameter.kind, constant) {
    case (.int(let minimum), .int(let value)): try inRange(value, minimum)
    case (.size(let minimum), .int(let value)): try inRange(value, minimum)
    case (.size(let minimum), .size(let size)):
      try inRange(size.height, minimum)
      try inRange(size.width, minimum)
    case (.decimal, .int), (.bool, .bool): break
    case (.decimal, .decimal(let value)):
      guard value.isFinite else { throw wrong() }
    case (.pad, .int(let value)): try inRange(value, 0)
    case (.pad, .size), (.pad, .tuple), (.pad, .word("valid")), (.pad, .call("same", _)): break
    case (.word(let words), .word(let word)):
      guard words.contains(word) else {
        throw .unknownWord(word, parameter.name, of: signature.op, words, at: span)
      }
    case (.any, _): break
    case (.pad, _): throw .wrongPadding(parameter.name, of: signature.op, constant, at: span)
    default: throw wrong()
    }
    return constant
  }
}

extension Signature.Kind {
  var text: String {
    switch self {
    case .int: "an integer"
    case .size: "an integer or a size"
    case .decimal: "a number"
    case .bool: "yes or no"
    case .pad: "a number, (top, bottom, left, right), valid or same(tf)"
    case .word(let words): words.map { "`\($0)`" }.joined(separator: " or ")
    case .value: "a value of the network"
    case .any: "an argument"
    }
  }

  /// Whether a word that names nothing could be meant.
  fileprivate var takesWords: Bool {
    switch self {
    case .pad, .word, .any: true
    case .int, .size, .decimal, .bool, .value: false
    }
  }

  /// How a value of this kind is written.
  fileprivate func example(_ name: String) -> String {
    switch self {
    case .int: "write a whole number; `/` between whole numbers rounds down"
    case .size: "write a size such as `3x3`, or one whole number for both axes"
    case .decimal: "write a number such as `0.5`"
    case .bool: "write `\(name)=yes` or `\(name)=no`"
    case .word(let words): "write `\(name)=\(words[0])`"
    case .pad, .any: "write it without quotes"
    case .value: "name a value bound above"
    }
  }
}
