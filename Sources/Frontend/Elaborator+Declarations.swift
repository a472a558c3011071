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
    case .rename, .ignore:
      do throws(Diagnostic) {
        facts.rules.append(try RenameRule(statement.kind, at: statement.span))
      } catch {
        report(error)
      }
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
}
