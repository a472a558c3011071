import IR
import Source
import Syntax
import Tensors

extension Elaborator {
  /// Statements that only a network has.
  mutating func declare(_ statement: Statement) {
    switch statement.kind {
    case .input(let input): declare(input, at: statement.span)
    case .output(let name, let expression):
      let element = evaluate(expression, binding: name.text)
      guard let operand = operand(element, at: expression.span) else {
        return bind(name, .poison)
      }
      builder.addOutput(name.text, operand.value, span: name.span)
      // `output logits = logits` gives an existing name to the outside.
      if case .name(name.text) = expression.kind { return }
      bind(name, .value(operand))
    case .expect(let expectation): facts.expectations.append((expectation, statement.span))
    case .require(let expression): require(expression)
    case .legend(let expression): declareLegend(expression)
    case .weights(let path, let options):
      if facts.weights != nil { return report(.declaredTwice("weights", at: statement.span)) }
      facts.weights = WeightsDeclaration(
        path: path.text, source: text("source", in: options), span: statement.span)
    case .rename(let target, let source, let options):
      declareRename(target, source, options, at: statement.span)
    case .ignore(let pattern):
      facts.rules.append(
        RenameRule(target: nil, source: pattern.text, layout: nil, span: statement.span))
    case .binding, .each, .conditional, .unused, .convention:
      preconditionFailure("statements of blocks run elsewhere")
    }
  }

  private mutating func declareLegend(_ expression: Expression) {
    if facts.legend != nil { return report(.declaredTwice("legend", at: expression.span)) }
    if case .name(let word) = expression.kind {
      guard let palette = Legend.Palette(rawValue: word), palette != .custom else {
        return report(
          .badArgument(
            "there is no legend `\(word)`", at: expression.span,
            help: "the legends are `voc`, `cityscapes` and `imagenet`, or a list of names"))
      }
      facts.legend = Legend(palette: palette, names: [])
      return
    }
    guard let items = list(expression) else { return }
    let names = items.compactMap { item -> String? in
      if case .constant(.text(let name)) = item { name } else { nil }
    }
    guard names.count == items.count, names.count <= 65_536 else {
      return report(.badArgument("a legend is a list of texts", at: expression.span))
    }
    facts.legend = Legend(palette: .custom, names: names)
  }

  private mutating func declareRename(
    _ target: Name, _ source: Name, _ options: [Argument], at span: Span
  ) {
    var layout: RenameRule.Layout?
    for option in options {
      guard option.name?.text == "layout", case .name(let word) = option.value.kind,
        let known = RenameRule.Layout(rawValue: word)
      else {
        return report(
          .badRename(
            "a rename rule has the option `layout=HWIO` or `layout=OIHW`", at: option.span,
            help: "HWIO is the order of TensorFlow's kernels, OIHW that of PyTorch's"))
      }
      layout = known
    }
    let left = target.text.count(where: { $0 == "*" })
    let right = source.text.count(where: { $0 == "*" })
    guard left == right else {
      let counts = "\(Self.times(left)) on the left and \(Self.times(right)) on the right"
      return report(.badRename("`*` stands \(counts)", at: span))
    }
    facts.rules.append(
      RenameRule(target: target.text, source: source.text, layout: layout, span: span))
  }

  private static func times(_ count: Int) -> String { count == 1 ? "once" : "\(count) times" }

  /// The text of an option, or nil.
  private mutating func text(_ name: String, in options: [Argument]) -> String? {
    for option in options {
      guard option.name?.text == name else {
        report(
          .unknownArgument(
            option.name ?? Name("?", option.span), of: "weights", known: [name]))
        continue
      }
      if case .text(let text) = option.value.kind { return text }
      report(.badArgument("`\(name)=` takes a text", at: option.value.span))
    }
    return nil
  }
}

extension Diagnostic {
  fileprivate static func declaredTwice(_ what: String, at span: Span) -> Diagnostic {
    Diagnostic(
      .boundTwice, "`\(what)` is declared twice", at: span, help: "keep one of the two")
  }

  fileprivate static func badRename(
    _ message: String, at span: Span,
    help: String = "write `rename backbone.* <- module.backbone.*`, with as many `*` on both sides"
  ) -> Diagnostic {
    Diagnostic(.badRename, message, at: span, help: help)
  }
}
