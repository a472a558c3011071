import IR
import Source
import Syntax
import Tensors

extension Elaborator {
  mutating func run(_ statements: [Statement]) {
    for statement in statements {
      guard takeStep(at: statement.span) else { return }
      run(statement)
    }
  }

  private mutating func run(_ statement: Statement) {
    switch statement.kind {
    case .binding(let name, let expression):
      bind(name, evaluate(expression, binding: name.text))
    case .each(let each):
      run(each)
    case .conditional(let condition, let then, let otherwise):
      guard let condition = bool(condition) else { return }
      run(condition ? then : otherwise)
    case .unused(let application):
      runUnused(application)
    case .convention(let name):
      guard let convention = Convention(rawValue: name.text) else {
        return report(.unknownConvention(name))
      }
      scope.convention = convention
      if scope.isNetwork, scope.loops.isEmpty { facts.convention = convention }
    case .input, .output, .expect, .require, .legend, .weights, .rename, .ignore:
      guard scope.isNetwork else { return report(.onlyInNetwork(at: statement.span)) }
      declare(statement)
    }
  }

  /// `each r, i in rates as branch { … }`: parallel instances, one a element.
  private mutating func run(_ each: EachStatement) {
    guard let list = list(each.list) else {
      return bind(each.name, .poison)
    }
    var records: [Record] = []
    for (index, item) in list.enumerated() {
      guard takeStep(at: each.name.span) else { break }
      var bindings = [each.element.text: Binding(element: item, span: each.element.span)]
      if let name = each.index {
        bindings[name.text] = Binding(element: .constant(.int(index)), span: name.span)
      }
      records.append(pass(each.body, bindings, index: index, block: each.name.text))
    }
    bind(each.name, .series(records, last: nil))
  }

  /// One pass of a loop: its own frame and convention, its index behind labels without braces.
  mutating func pass(
    _ body: [Statement], _ bindings: [String: Binding], index: Int, block: String
  ) -> Record {
    scope.loops.append(index)
    let convention = scope.convention
    let frame = inFrame(bindings) { $0.run(body) }
    scope.loops.removeLast()
    scope.convention = convention
    let made = frame.filter { bindings[$0.key] == nil }
    return Record(
      block: block, results: made.mapValues(\.element), names: made.keys.sorted())
  }

  /// `unused @conv5 conv 4x4 64`: reads what the last binding made, or `from=`.
  private mutating func runUnused(_ application: Application) {
    var application = application
    var source: Element?
    if let index = application.arguments.firstIndex(where: { $0.name?.text == "from" }) {
      source = evaluate(application.arguments.remove(at: index).value)
    } else {
      source =
        scope.frames[scope.frames.count - 1].values
        .filter { if case .constant = $0.element { false } else { true } }
        .max { $0.span.lower < $1.span.lower }?.element
    }
    guard let source else { return report(.unusedWithoutInput(at: application.span)) }
    application.isUnused = true
    _ = apply(application, to: source, at: application.span)
  }
}

extension Diagnostic {
  fileprivate static func onlyInNetwork(at span: Span) -> Diagnostic {
    Diagnostic(
      .misplaced, "this statement belongs to a network, not to a block or a loop", at: span,
      help: "move it to the network's own statements")
  }

  fileprivate static func unknownConvention(_ name: Name) -> Diagnostic {
    Diagnostic(
      .badArgument, "there is no convention `\(name.text)`", at: name.span,
      help: "the conventions are `torch`, `tf` and `caffe`")
  }

  fileprivate static func unusedWithoutInput(at span: Span) -> Diagnostic {
    Diagnostic(
      .badArgument, "nothing is bound above that this unused layer could read", at: span,
      help: "say which value it would read with `from=`")
  }
}
