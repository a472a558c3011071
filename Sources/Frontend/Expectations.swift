import IR
import Source
import Syntax
import Tensors

/// `expect output "in.ppm" -> "out.pgm"`: for `netc test`, which can run networks.
package struct ExpectedOutput: Sendable {
  package let input: String
  package let expected: String
  package let settings: [(name: String, value: Constant)]
  package let span: Span
}

extension Program {
  /// Proves the `expect` blocks that need no run; what fails is an error at its line.
  package func proveExpectations(_ base: Elaboration) -> DiagnosticSet {
    var findings = DiagnosticSet()
    var trials: [String: Trial] = [:]
    for (expectation, span) in base.facts.expectations {
      do {
        try prove(expectation, at: span, base, &trials, into: &findings)
      } catch let diagnostic as Diagnostic {
        findings.add(diagnostic)
      } catch {
        continue
      }
    }
    return findings
  }

  package func expectedOutputs(_ base: Elaboration) throws(Diagnostic) -> [ExpectedOutput] {
    var outputs: [ExpectedOutput] = []
    for (expectation, span) in base.facts.expectations {
      guard case .output(let input, let expected) = expectation.kind else { continue }
      outputs.append(
        ExpectedOutput(
          input: input.text, expected: expected.text, settings: try settings(expectation, base),
          span: span))
    }
    return outputs
  }

  private func prove(
    _ expectation: Expectation, at span: Span, _ base: Elaboration, _ trials: inout [String: Trial],
    into findings: inout DiagnosticSet
  ) throws {
    if case .output = expectation.kind { return }
    let settings = try settings(expectation, base)
    let trial = try trial(settings, base, &trials)
    let (own, checked, made) = (trial.elaboration, trial.checked, trial.diagnostics)
    let size = try size(expectation, base)
    var refusal: Diagnostic?
    if let size { refusal = checked?.refusal(height: size.height, width: size.width) }
    switch expectation.kind {
    case .output: break
    case .error(let code):
      let codes = (made.all + [refusal].compactMap(\.self)).map(\.code.id)
      guard codes.contains(code.text) else {
        throw Diagnostic.expectedError(code, found: codes)
      }
    case .conditions(let conditions):
      guard let checked else {
        if settings.isEmpty { throw Reported() }
        findings.add(contentsOf: made)
        return
      }
      if let refusal { throw refusal }
      var evaluator = ExpectationEvaluator(
        checked: checked, elaboration: own, size: size, elaborator: inner(own), sources: sources)
      for condition in conditions {
        if let failure = evaluator.failure(of: condition) { findings.add(failure) }
      }
    }
  }

  /// The network with some parameters set; elaborated once for all expectations that set the same.
  private func trial(
    _ settings: [(name: String, value: Constant)], _ base: Elaboration,
    _ trials: inout [String: Trial]
  ) throws(Reported) -> Trial {
    let isUsual = base.settings.allSatisfy(isDefault)
    let own = isUsual ? settings.filter { !isDefault($0) } : settings
    let key = own.map { "\($0.name)=\($0.value.text)" }.sorted().joined(separator: ",")
    if let known = trials[key] { return known }
    guard let elaboration = own.isEmpty ? base : elaborate(own) else { throw Reported() }
    var made = elaboration.diagnostics
    let checked =
      made.hasErrors
      ? nil
      : check(elaboration.graph, requirements: elaboration.facts.requirements, into: &made)
    let trial = Trial(elaboration: elaboration, checked: checked, diagnostics: made)
    trials[key] = trial
    return trial
  }

  /// Whether a setting says what a literal default says already.
  private func isDefault(_ setting: (name: String, value: Constant)) -> Bool {
    let parameter = network?.parameters.first { $0.name.text == setting.name }
    switch (parameter?.defaultValue?.kind, setting.value) {
    case (.integer(let usual)?, .int(let value)): return usual == value
    case (.boolean(let usual)?, .bool(let value)): return usual == value
    default: return false
    }
  }

  private func inner(_ elaboration: Elaboration) -> Elaborator {
    var elaborator = Elaborator(loader: loader, name: elaboration.graph.name, module: 0)
    elaborator.builder = elaboration.builder
    elaborator.scope.frames = [elaboration.frame]
    return elaborator
  }

  func size(_ expectation: Expectation, _ base: Elaboration) throws -> Size2? {
    guard let at = expectation.at else { return nil }
    var elaborator = inner(base)
    guard case .constant(.size(let size)) = elaborator.evaluate(at), size.height > 0, size.width > 0
    else {
      throw Diagnostic.badExpression("`at` takes a size such as 513x513", at: at.span)
    }
    return size
  }

  /// `with os=16, classes=3` as settings; they may use the network's own parameters.
  func settings(
    _ expectation: Expectation, _ base: Elaboration
  ) throws(Diagnostic) -> [(name: String, value: Constant)] {
    var elaborator = inner(base)
    var settings: [(name: String, value: Constant)] = []
    for setting in expectation.settings {
      guard let name = setting.name,
        case .constant(let constant) = elaborator.argument(setting.value)
      else { throw .badExpression("`with` takes `name=value`", at: setting.span) }
      if let network, !network.parameters.contains(where: { $0.name.text == name.text }) {
        throw .unknownSetting(name.text, of: network, at: name.span)
      }
      settings.append((name.text, constant))
    }
    return settings
  }
}

/// A network elaborated and checked with the settings of some expectations.
private struct Trial {
  let elaboration: Elaboration
  let checked: CheckedGraph?
  let diagnostics: DiagnosticSet
}

extension Diagnostic {
  fileprivate static func expectedError(_ code: Name, found: [String]) -> Diagnostic {
    Diagnostic(
      .expectationFailed,
      "expected the error \(code.text), found \(found.isEmpty ? "none" : found.joined(separator: ", "))",
      at: code.span, help: "`netc explain \(code.text)` says what it means")
  }
}
