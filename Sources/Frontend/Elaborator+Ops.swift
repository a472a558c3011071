import IR
import Ops
import Source
import Syntax
import Tensors

extension Elaborator {
  /// Binds the arguments of an op and lowers it.
  mutating func applyOp(
    _ name: String, inputs: [Operand], _ application: Application, at span: Span
  ) -> Element {
    guard let op = Registry.find(name) else { preconditionFailure("\(name) is registered") }
    if application.angles != nil {
      return fail(
        .badArgument(
          "`\(name)` takes no rates in angle brackets", at: span,
          help: "write it as in `\(op.signature.summary)`"))
    }
    var binder = ArgumentBinder(signature: op.signature, inputs: inputs, span: span, scope: scope)
    if let bins = application.bins {
      guard let bins = integers(bins, at: span) else { return .poison }
      binder.bins = bins
    }
    // Named arguments first: a position goes to the first parameter that has no name written.
    for argument in application.arguments.filter({ $0.name != nil })
      + application.arguments.filter({ $0.name == nil })
    {
      guard bind(argument, with: &binder) else { return .poison }
    }
    let label = application.label
    do {
      let bound = try binder.finish()
      let path = try path(label, fallback: scope.bindingName ?? name, at: span)
      let call = OpCall(
        signature: op.signature, inputs: bound.inputs, arguments: bound.arguments,
        values: bound.values, bins: binder.bins, convention: scope.convention,
        origin: Origin(op: name, span: span, calls: scope.calls, path: path),
        isUnused: application.isUnused)
      let before = builder.graph.parameters.count
      let value = try op.lower(call, into: &builder)
      try noteUnlabelled(label, since: before, at: span)
      if application.isUnused, let input = bound.inputs.first { return .value(input) }
      if label?.isTransparent == false || builder.graph.parameters.count > before {
        builder.addLabel(path, value, isLayer: true)
      }
      return .value(Operand(value: value, span: span, name: nil))
    } catch  where error.code == .labelTwice && label == nil && !scope.unlabelled.isEmpty {
      return fail(.twoUnlabelled(span, first: scope.unlabelled[0]))
    } catch {
      return fail(error)
    }
  }

  /// Evaluates one argument and hands it to the binder; false where an error was reported.
  private mutating func bind(_ argument: Argument, with binder: inout ArgumentBinder) -> Bool {
    for (element, span) in spreadWords(argument.value) {
      do {
        switch element {
        case .constant(let constant): try binder.take(constant, argument.name, at: span)
        case .poison: return false
        default:
          guard let operand = operand(element, at: span) else { return false }
          try binder.take(operand, argument.name)
        }
      } catch {
        report(error)
        return false
      }
    }
    return true
  }

  /// As `spread`, but a name bound nowhere is a word: `global`, `tf`, `relu`.
  mutating func spreadWords(_ expression: Expression) -> [(element: Element, span: Span)] {
    if case .name(let name) = expression.kind, scope.find(name) == nil {
      return [(.constant(.word(name)), expression.span)]
    }
    if case .call(let name, let arguments) = expression.kind, name.text == "same",
      arguments.count == 1, case .name(let rule) = arguments[0].value.kind
    {
      return [(.constant(.call("same", [.word(rule)])), expression.span)]
    }
    return spread([expression])
  }

  /// An argument of a block: as of an op.
  mutating func argument(_ expression: Expression) -> Element {
    spreadWords(expression).first?.element ?? .poison
  }

  mutating func integers(_ expressions: [Expression], at span: Span) -> [Int]? {
    var result: [Int] = []
    for (element, span) in spread(expressions) {
      switch element {
      case .constant(.int(let value)): result.append(value)
      case .poison: return nil
      default:
        report(.badExpression("expected an integer, found \(element.kindName)", at: span))
        return nil
      }
    }
    return result
  }
}
