import Frontend
import IR
import Source
import Syntax
import Tensors

/// Everything `check` finds out about one file.
package struct NetworkCheck: Sendable {
  package let path: String
  package private(set) var sources = SourceMap()
  package private(set) var diagnostics = DiagnosticSet()
  /// Nil where an error was found before expectations were looked at.
  package private(set) var summary: NetworkSummary?
  /// At an output stride that is not the network's default.
  package private(set) var retargeting: RetargetingReport?
  /// Where a memory limit was given.
  package private(set) var memory: MemoryReport?
  /// Lints that a comment allows; the others are among the diagnostics.
  package private(set) var allowed: [(finding: Diagnostic, allowance: Allowance)] = []
  private var strides: (asked: Constant, usual: Constant)?

  package init(
    _ path: String, _ settings: [(name: String, value: Constant)], at sizes: Sizes?,
    memory question: MemoryQuestion? = nil
  ) {
    self.path = path
    do {
      let compilation = try SourceLoader.compile(path, settings)
      sources = compilation.program.sources
      diagnostics = compilation.diagnostics
      guard let checked = compilation.checked, let elaboration = compilation.elaboration else {
        return
      }
      let program = compilation.program
      let usual = settings.isEmpty ? nil : program.elaborate()
      prove(program, elaboration, usual)
      if let sizes, let refusal = checked.refusal(height: sizes.height, width: sizes.width) {
        diagnostics.add(refusal)
        return
      }
      summary = NetworkSummary(checked, elaboration, at: sizes)
      guard !diagnostics.hasErrors else { return }
      let lints = LintReport(checked, elaboration, usual: usual, program, at: sizes)
      diagnostics.add(contentsOf: lints.findings)
      allowed = lints.allowed
      if let question {
        let report = try MemoryReport(checked, sources, path: path, at: sizes, question)
        memory = report
        if let finding = report.finding { diagnostics.add(finding) }
      }
    } catch {
      diagnostics.add(error)
    }
  }

  /// Expectations are about the network as it stands in its file, whatever is set here.
  private mutating func prove(
    _ program: Program, _ elaboration: Elaboration, _ usual: Elaboration?
  ) {
    guard let usual else {
      return diagnostics.add(contentsOf: program.proveExpectations(elaboration))
    }
    guard !usual.diagnostics.hasErrors else { return }
    diagnostics.add(contentsOf: program.proveExpectations(usual))
    guard let asked = elaboration.settings.first(where: { $0.name == "os" })?.value,
      let own = usual.settings.first(where: { $0.name == "os" })?.value, asked != own
    else { return }
    strides = (asked, own)
    retargeting = RetargetingReport(from: usual.graph, to: elaboration.graph, sources)
  }

  /// The summary, and what another output stride does to the network.
  package var lines: [String] {
    guard let summary else { return [] }
    var lines = summary.lines(and: memory?.rows ?? [])
    guard let retargeting, let strides else { return lines }
    let weights = retargeting.hasSameWeights ? "same weights" : "other weights"
    var text = "  at os \(strides.asked.text) instead of \(strides.usual.text): \(weights)"
    let rates = retargeting.rates.map { rate in
      "\(rate.from) → \(rate.to)" + (rate.layers > 1 ? " (\(rate.layers) layers)" : "")
    }
    if !rates.isEmpty { text += "; rates \(rates.joined(separator: ", "))" }
    lines.append(text)
    for point in retargeting.approximations {
      lines.append(
        "  approximate: \(point.places.count) x \(point.op) (\(point.reason)), "
          + point.places.joined(separator: ", "))
    }
    return lines
  }

  /// Lints that comments allow, for `-v`.
  package var allowedLines: [String] {
    allowed.map { finding, allowance in
      "  allowed \(finding.code) at \(sources.location(allowance.span)): \(allowance.reason)"
    }
  }

  /// The keys of `check --json` for this file.
  func members(isOK: Bool) -> [JSON.Member] {
    var members: [JSON.Member] = [
      .init(key: "file", value: .text(path)), .init(key: "ok", value: .bool(isOK)),
      .init(key: "diagnostics", value: .array(diagnostics.all.map { $0.json(sources) })),
    ]
    members.append(
      .init(
        key: "allowed",
        value: .array(
          allowed.map { finding, allowance in
            .members(["finding": finding.json(sources), "reason": .text(allowance.reason)])
          })))
    members +=
      summary?.members
      ?? ["parameters", "output_stride", "admissible", "minimum"].map {
        .init(key: $0, value: .null)
      }
    if let memory { members.append(.init(key: "memory", value: memory.json)) }
    if let retargeting, let strides {
      members.append(.init(key: "retargeting", value: retargeting.json(strides)))
    }
    return members
  }
}

extension RetargetingReport {
  fileprivate func json(_ strides: (asked: Constant, usual: Constant)) -> JSON {
    .members([
      "os": .text(strides.asked.text), "default": .text(strides.usual.text),
      "same_weights": .bool(hasSameWeights),
      "rates": .array(
        rates.map { rate in
          .members([
            "from": .text(rate.from.description), "to": .text(rate.to.description),
            "layers": .integer(rate.layers),
          ])
        }),
      "approximate": .array(
        approximations.map { point in
          .members([
            "op": .text(point.op), "reason": .text(point.reason),
            "places": .array(point.places.map(JSON.text)),
          ])
        }),
    ])
  }
}
