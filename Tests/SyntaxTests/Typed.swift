import Syntax

/// The typed tree in a short form for expectations.
enum Typed {
  static func show(_ expression: Expression) -> String {
    switch expression.kind {
    case .integer(let value): "\(value)"
    case .decimal(let value): "\(value)"
    case .boolean(let value): "\(value)"
    case .text(let value): "'\(value)'"
    case .size(let height, let width): "size(\(height),\(width))"
    case .factor(let numerator, let denominator): "factor(\(numerator)/\(denominator))"
    case .list(let items): "[\(show(items))]"
    case .tuple(let items): "tuple(\(show(items)))"
    case .name(let name): name
    case .member(let value, let name): "\(show(value)).\(name.text)"
    case .index(let value, let index): "\(show(value))[\(show(index))]"
    case .call(let name, let arguments):
      "\(name.text)(\(arguments.map(show).joined(separator: ",")))"
    case .spread(let value): "\(show(value))..."
    case .unary(let symbol, let value): "(\(symbol.rawValue) \(show(value)))"
    case .binary(let symbol, let left, let right):
      "(\(show(left)) \(symbol.rawValue) \(show(right)))"
    case .conditional(let condition, let then, let otherwise):
      "(if \(show(condition)) \(show(then)) \(show(otherwise)))"
    case .pipe(let value, let stage): "{\(show(value)) |> \(show(stage))}"
    }
  }

  static func show(_ expressions: [Expression]) -> String {
    expressions.map(show).joined(separator: ",")
  }

  static func show(_ argument: Argument) -> String {
    (argument.name.map { "\($0.text)=" } ?? "") + show(argument.value)
  }

  static func show(_ stage: Stage) -> String {
    switch stage {
    case .apply(let application): show(application)
    case .loop(let loop):
      "repeat \(show(loop.count)) \(loop.index.text) \(loop.value.text) "
        + "{\(loop.body.map(show).joined(separator: ";"))}"
    }
  }

  static func show(_ application: Application) -> String {
    var text = (application.isUnused ? "unused " : "") + application.name.text
    if let angles = application.angles {
      text += "<\(show(angles.values))" + (angles.at.map { " at \(show($0))" } ?? "") + ">"
    }
    if let bins = application.bins { text += "[\(show(bins))]" }
    for argument in application.arguments { text += " " + show(argument) }
    return text + (application.label.map { " " + show($0) } ?? "")
  }

  static func show(_ label: Label) -> String {
    "@"
      + label.parts.map { part in
        switch part {
        case .text(let text): text
        case .expression(let value): "{\(show(value))}"
        }
      }.joined()
  }

  static func show(_ arguments: [Argument]) -> String {
    arguments.map { " " + show($0) }.joined()
  }

  static func show(_ body: [Statement]) -> String {
    "{" + body.map(show).joined(separator: ";") + "}"
  }

  static func show(_ statement: Statement) -> String {
    switch statement.kind {
    case .binding(let name, let value): return "\(name.text) = \(show(value))"
    case .each(let each):
      let index = each.index.map { ",\($0.text)" } ?? ""
      return "each \(each.element.text)\(index) in \(show(each.list)) as \(each.name.text) "
        + show(each.body)
    case .conditional(let condition, let then, let otherwise):
      return "if \(show(condition)) \(show(then)) \(show(otherwise))"
    case .input(let input):
      return "input \(input.name.text): \(input.kind.text)[\(show(input.dimensions))]"
        + show(input.options)
    case .output(let name, let value): return "output \(name.text) = \(show(value))"
    case .expect(let expectation):
      let at = expectation.at.map { " at \(show($0))" } ?? ""
      let rest = at + (expectation.settings.isEmpty ? "" : " with" + show(expectation.settings))
      return switch expectation.kind {
      case .conditions(let conditions): "expect\(rest) {\(show(conditions))}"
      case .error(let code): "expect error \(code.text)\(rest)"
      case .output(let input, let expected):
        "expect output '\(input.text)' '\(expected.text)'\(rest)"
      }
    case .require(let value): return "require \(show(value))"
    case .legend(let value): return "legend \(show(value))"
    case .weights(let path, let options): return "weights '\(path.text)'" + show(options)
    case .rename(let target, let source, let options):
      return "rename '\(target.text)' '\(source.text)'" + show(options)
    case .ignore(let glob): return "ignore '\(glob.text)'"
    case .convention(let name): return "convention \(name.text)"
    case .unused(let application): return show(application)
    }
  }
}
